using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;

namespace Pond.Server.Tests.Ledger.PubSub;

public sealed class SubscriptionTests : IAsyncLifetime
{
    private static readonly Keypair Alice = LocalLedger.KeyOf("alice");
    private static readonly Keypair Bob = LocalLedger.KeyOf("bob");
    private static readonly Pubkey Nobody = LocalLedger.KeyOf("nobody").PublicKey;

    private LocalLedger _ledger = null!;
    private PubSubClient _client = null!;

    public async Task InitializeAsync()
    {
        // On demand: what is notified then depends on what the test does and not on when.
        _ledger = await LocalLedger.StartAsync(LocalLedger.Options() with { Mining = MiningMode.OnDemand });
        _client = await PubSubClient.ConnectAsync(_ledger.Host.PubSubEndpoint);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    [Fact]
    public async Task An_account_is_shown_in_each_slot_that_writes_it()
    {
        var before = _ledger.Host.LatestBlock.Slot;
        var sliced = await _client.SubscribeAsync("account", $$$"""["{{{Alice.PublicKey}}}",{"encoding":"base64","dataSlice":{"offset":0,"length":0}}]""");
        var old = await _client.SubscribeAsync("account", $"[\"{Alice.PublicKey}\"]");
        var processed = await _client.SubscribeAsync("account", $$"""["{{Alice.PublicKey}}",{"encoding":"base64","commitment":"recent"}]""");

        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(2));

        var shown = await _client.NextAsync(sliced);
        Assert.True(shown.GetProperty("context").GetProperty("slot").GetUInt64() > before.Value);
        Assert.Equal(
            """{"lamports":2000000000,"owner":"11111111111111111111111111111111","data":["","base64"],"executable":false,"rentEpoch":18446744073709551615,"space":0}""",
            shown.GetProperty("value").GetRawText());
        Assert.Equal("", (await _client.NextAsync(old)).GetProperty("value").GetProperty("data").GetString());
        Assert.Equal(2_000_000_000UL, (await _client.NextAsync(processed)).GetProperty("value").GetProperty("lamports").GetUInt64());
    }

    [Fact]
    public async Task An_account_that_is_gone_is_shown_empty()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));
        var id = await _client.SubscribeAsync("account", $$"""["{{Alice.PublicKey}}",{"encoding":"base64"}]""");

        _ = await SendAsync(Alice, new SystemInstruction.Transfer(Lamports.FromKoii(1) - new Lamports(5000)).ToInstruction(Alice.PublicKey, Bob.PublicKey));

        Assert.Equal(0UL, (await _client.NextAsync(id)).GetProperty("value").GetProperty("lamports").GetUInt64());
    }

    [Fact]
    public async Task The_clock_changes_with_every_slot()
    {
        var id = await _client.SubscribeAsync("account", $$"""["{{ProgramIds.Clock}}",{"encoding":"base64"}]""");

        var block = await _ledger.Host.MineAsync(1, CancellationToken.None);

        var shown = await _client.NextAsync(id);
        var data = Convert.FromBase64String(shown.GetProperty("value").GetProperty("data")[0].GetString()!);
        Assert.Equal(block.Slot.Value, shown.GetProperty("context").GetProperty("slot").GetUInt64());
        Assert.Equal(block.Slot.Value, BitConverter.ToUInt64(data));
    }

    [Fact]
    public async Task A_programs_accounts_are_shown_if_they_pass_the_filters()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(10));
        var (small, large) = (LocalLedger.KeyOf("small"), LocalLedger.KeyOf("large"));
        var filtered = await _client.SubscribeAsync("program", $$"""["{{ProgramIds.Memo}}",{"encoding":"base64","filters":[{"dataSize":200}]}]""");
        var all = await _client.SubscribeAsync("program", $"[\"{ProgramIds.Memo}\",null]");

        foreach (var (key, size) in new[] { (small, 1UL), (large, 200UL) })
        {
            _ = await SendAsync(
                Alice,
                [key],
                new SystemInstruction.CreateAccount(Lamports.FromKoii(1), size, ProgramIds.Memo).ToInstruction(Alice.PublicKey, key.PublicKey));
        }

        var shown = (await _client.NextAsync(filtered)).GetProperty("value");
        Assert.Equal(large.PublicKey.ToString(), shown.GetProperty("pubkey").GetString());
        Assert.Equal(200UL, shown.GetProperty("account").GetProperty("space").GetUInt64());
        Assert.Equal("1", (await _client.NextAsync(all)).GetProperty("value").GetProperty("account").GetProperty("data").GetString());
        Assert.Equal(
            "error: data too large for bs58 encoding",
            (await _client.NextAsync(all)).GetProperty("value").GetProperty("account").GetProperty("data").GetString());
    }

    [Theory]
    [InlineData("processed")]
    [InlineData("confirmed")]
    [InlineData("finalized")]
    public async Task A_transaction_that_lands_is_told_of_once_and_its_subscription_is_over(string commitment)
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));
        var transaction = await SignAsync(Alice, new SystemInstruction.Transfer(new Lamports(5_000_000)).ToInstruction(Alice.PublicKey, Bob.PublicKey));
        var parameters = $$"""["{{transaction.Id}}",{"commitment":"{{commitment}}","enableReceivedNotification":true}]""";
        var id = await _client.SubscribeAsync("signature", parameters);

        _ = await _ledger.Client.SendTransactionAsync(transaction, skipPreflight: false, Commitment.Processed, CancellationToken.None);

        Assert.Equal("receivedSignature", (await _client.NextAsync(id)).GetProperty("value").GetString());
        Assert.Equal("""{"err":null}""", (await _client.NextAsync(id)).GetProperty("value").GetRawText());
        Assert.Equal((RpcErrorCodes.InvalidParams, "Invalid subscription id."), await _client.FailAsync("signatureUnsubscribe", $"[{id}]"));
    }

    [Fact]
    public async Task A_transaction_that_has_landed_is_told_of_at_once()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));
        var landed = await SendAsync(Alice, new SystemInstruction.Transfer(new Lamports(5_000_000)).ToInstruction(Alice.PublicKey, Bob.PublicKey));

        var id = await _client.SubscribeAsync("signature", $"[\"{landed}\"]");

        // The ledger stands still, so only the subscription itself can have brought this.
        Assert.Equal("""{"err":null}""", (await _client.NextAsync(id)).GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task A_failure_is_told_with_its_error_and_its_logs()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));
        var all = await _client.SubscribeAsync("logs", "[\"all\",{\"commitment\":\"processed\"}]");
        var votes = await _client.SubscribeAsync("logs", "[\"allWithVotes\"]");
        var mentions = await _client.SubscribeAsync("logs", $$"""[{"mentions":["{{Bob.PublicKey}}"]}]""");
        var others = await _client.SubscribeAsync("logs", $$"""[{"mentions":["{{Nobody}}"]}]""");
        var transfer = new SystemInstruction.Transfer(Lamports.FromKoii(5)).ToInstruction(Alice.PublicKey, Bob.PublicKey);
        var transaction = await SignAsync(Alice, transfer);
        var signature = await _client.SubscribeAsync("signature", $"[\"{transaction.Id}\"]");

        _ = await _client.CallAsync("sendTransaction", $$"""["{{Convert.ToBase64String(transaction.Serialize())}}",{"encoding":"base64","skipPreflight":true}]""");

        foreach (var id in new[] { all, votes, mentions })
        {
            var value = (await _client.NextAsync(id)).GetProperty("value");
            Assert.Equal(transaction.Id.ToString(), value.GetProperty("signature").GetString());
            Assert.Equal("""{"InstructionError":[0,{"Custom":1}]}""", value.GetProperty("err").GetRawText());
            Assert.Equal("Transfer: insufficient lamports 999995000, need 5000000000", value.GetProperty("logs")[1].GetString());
        }

        Assert.Equal("""{"err":{"InstructionError":[0,{"Custom":1}]}}""", (await _client.NextAsync(signature)).GetProperty("value").GetRawText());
        Assert.True((await _client.CallAsync("logsUnsubscribe", $"[{others}]")).GetBoolean());
    }

    [Fact]
    public async Task Slots_roots_and_updates_follow_each_other()
    {
        var slots = await _client.SubscribeAsync("slot");
        var roots = await _client.SubscribeAsync("root");
        var updates = await _client.SubscribeAsync("slotsUpdates");
        _ = await _client.SubscribeAsync("vote");

        var block = await _ledger.Host.MineAsync(1, CancellationToken.None);

        var (sealedSlot, opened) = (block.Slot.Value, block.Slot.Value + 1);
        Assert.Equal($$"""{"slot":{{opened}},"parent":{{sealedSlot}},"root":0}""", (await _client.NextAsync(slots)).GetRawText());
        Assert.Equal(sealedSlot, (await _client.NextAsync(roots)).GetUInt64());
        var frozen = await _client.NextAsync(updates);
        Assert.Equal(("frozen", sealedSlot), (frozen.GetProperty("type").GetString(), frozen.GetProperty("slot").GetUInt64()));
        Assert.Equal(
            """{"numTransactionEntries":0,"numSuccessfulTransactions":0,"numFailedTransactions":0,"maxTransactionsPerEntry":0}""",
            frozen.GetProperty("stats").GetRawText());
        var created = await _client.NextAsync(updates);
        Assert.Equal(("createdBank", opened), (created.GetProperty("type").GetString(), created.GetProperty("slot").GetUInt64()));
        Assert.Equal(sealedSlot, created.GetProperty("parent").GetUInt64());
        Assert.Equal("optimisticConfirmation", (await _client.NextAsync(updates)).GetProperty("type").GetString());
        Assert.Equal("root", (await _client.NextAsync(updates)).GetProperty("type").GetString());

        _ = await _ledger.Host.MineAsync(1, CancellationToken.None);
        Assert.Equal(sealedSlot, (await _client.NextAsync(slots)).GetProperty("root").GetUInt64());
    }

    [Fact]
    public async Task Blocks_are_shown_whole_or_as_far_as_they_mention_an_account()
    {
        var all = await _client.SubscribeAsync("block", """["all",{"transactionDetails":"signatures","showRewards":false}]""");
        var mentions = await _client.SubscribeAsync("block", $$"""[{"mentionsAccountOrProgram":"{{Alice.PublicKey}}"},{"encoding":"json"}]""");

        var empty = await _ledger.Host.MineAsync(1, CancellationToken.None);
        var drop = await _ledger.Client.RequestAirdropAsync(Alice.PublicKey, Lamports.FromKoii(1), CancellationToken.None);

        var first = await _client.NextAsync(all);
        Assert.Equal(empty.Slot.Value, first.GetProperty("value").GetProperty("slot").GetUInt64());
        Assert.Equal(empty.Hash.ToString(), first.GetProperty("value").GetProperty("block").GetProperty("blockhash").GetString());
        Assert.Equal(drop.ToString(), (await _client.NextAsync(all)).GetProperty("value").GetProperty("block").GetProperty("signatures")[0].GetString());
        var block = (await _client.NextAsync(mentions)).GetProperty("value").GetProperty("block");
        Assert.Equal(drop.ToString(), block.GetProperty("transactions")[0].GetProperty("transaction").GetProperty("signatures")[0].GetString());
        Assert.Equal(JsonValueKind.Array, block.GetProperty("rewards").ValueKind);
    }

    [Fact]
    public async Task An_ended_subscription_is_silent()
    {
        var ended = await _client.SubscribeAsync("slot");
        var other = await _client.SubscribeAsync("slot");

        Assert.True((await _client.CallAsync("slotUnsubscribe", $"[{ended}]")).GetBoolean());
        _ = await _ledger.Host.MineAsync(1, CancellationToken.None);

        var next = await _client.ReadAsync();
        Assert.Equal(other, next!.Value.GetProperty("params").GetProperty("subscription").GetUInt64());
        Assert.Equal((RpcErrorCodes.InvalidParams, "Invalid subscription id."), await _client.FailAsync("slotUnsubscribe", $"[{ended}]"));
    }

    private Task<Signature> SendAsync(Keypair payer, Instruction instruction) => SendAsync(payer, [], instruction);

    private async Task<Signature> SendAsync(Keypair payer, Keypair[] others, Instruction instruction)
    {
        var transaction = await SignAsync(payer, others, instruction);
        var id = await _ledger.Client.SendTransactionAsync(transaction, skipPreflight: false, Commitment.Processed, CancellationToken.None);
        _ = Assert.IsType<Pond.Client.Ledger.TransactionOutcome.Confirmed>(await _ledger.Sender.WaitAsync(id, CancellationToken.None));
        return id;
    }

    private Task<Transaction> SignAsync(Keypair payer, Instruction instruction) => SignAsync(payer, [], instruction);

    private async Task<Transaction> SignAsync(Keypair payer, Keypair[] others, Instruction instruction)
    {
        var blockhash = (await _ledger.Client.GetLatestBlockhashAsync(Commitment.Confirmed, CancellationToken.None)).Value.Blockhash;
        return Transaction.Sign(payer, blockhash, [instruction], others);
    }
}
