using System.Text.RegularExpressions;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Server.Tests.Ledger.Methods;

/// <summary>The bodies that clients were seen to send, and the whole bodies of the answers. What differs from ledger to ledger is masked:
/// <c>S</c> for a transaction's id, <c>H</c> for a block's hash.</summary>
public sealed partial class RecordedSequenceTests : IAsyncLifetime
{
    private static readonly Pubkey Alice = LocalLedger.KeyOf("alice").PublicKey;
    private static readonly Pubkey Bob = LocalLedger.KeyOf("bob").PublicKey;

    private readonly DrivenLedger _ledger = new();

    public async Task InitializeAsync()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        _ledger.Fund(Alice, Lamports.FromKoii(2));
        _ = await _ledger.SealAsync();
    }

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    [Fact]
    public async Task Koii_airdrop()
    {
        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":"6f1d","method":"requestAirdrop","params":["{{Bob}}",1000000000]}""",
            """{"jsonrpc":"2.0","result":"S","id":"6f1d"}""");
        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":"6f1e","method":"getBalance","params":["{{Bob}}"]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":1000000000},"id":"6f1e"}""");
    }

    [Fact]
    public async Task Koii_send_and_confirm()
    {
        await AssertAsync(
            """{"method":"getRecentBlockhash","jsonrpc":"2.0","params":[{"commitment":"finalized"}],"id":"a-1"}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":{"blockhash":"H","feeCalculator":{"lamportsPerSignature":5000}}},"id":"a-1"}""");
        await AssertAsync(
            $$"""{"method":"sendTransaction","jsonrpc":"2.0","params":["{{Transfer()}}",{"encoding":"base64","preflightCommitment":"confirmed"}],"id":"a-2"}""",
            """{"jsonrpc":"2.0","result":"S","id":"a-2"}""");
        // The same bytes again, as impatient clients send them.
        await AssertAsync(
            $$"""{"method":"sendTransaction","jsonrpc":"2.0","params":["{{Transfer()}}",{"encoding":"base64","skipPreflight":true}],"id":"a-3"}""",
            """{"jsonrpc":"2.0","result":"S","id":"a-3"}""");
        await AssertAsync(
            $$"""{"method":"sendTransaction","jsonrpc":"2.0","params":["{{Transfer()}}",{"encoding":"base64"}],"id":"a-4"}""",
            """{"jsonrpc":"2.0","error":{"code":-32002,"message":"Transaction simulation failed: This transaction has already been processed","data":{"err":"AlreadyProcessed","logs":[],"accounts":null,"unitsConsumed":0,"returnData":null}},"id":"a-4"}""");
    }

    [Fact]
    public async Task Web3_send_and_confirm()
    {
        await AssertAsync(
            """{"jsonrpc":"2.0","id":"u1","method":"getLatestBlockhash","params":[{"commitment":"finalized"}]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":{"blockhash":"H","lastValidBlockHeight":151}},"id":"u1"}""");
        var signature = await SendAsync(Transfer());
        await AssertAsync(
            """{"jsonrpc":"2.0","id":"u3","method":"getBlockHeight","params":[{"commitment":"confirmed"}]}""",
            """{"jsonrpc":"2.0","result":1,"id":"u3"}""");
        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":"u4","method":"getSignatureStatuses","params":[["{{signature}}"]]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":[{"slot":2,"confirmations":0,"err":null,"confirmationStatus":"processed","status":{"Ok":null}}]},"id":"u4"}""");
        _ = await _ledger.SealAsync();
        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":"u5","method":"getSignatureStatuses","params":[["{{signature}}","{{new string('1', 64)}}"],{"searchTransactionHistory":true}]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":3,"apiVersion":"1.16.7"},"value":[{"slot":2,"confirmations":null,"err":null,"confirmationStatus":"finalized","status":{"Ok":null}},null]},"id":"u5"}""");
    }

    [Fact]
    public async Task Kit_send_and_confirm()
    {
        await AssertAsync(
            """{"id":"0","jsonrpc":"2.0","method":"getLatestBlockhash","params":[{"commitment":"confirmed"}]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":{"blockhash":"H","lastValidBlockHeight":151}},"id":"0"}""");
        await AssertAsync(
            $$"""{"id":"1","jsonrpc":"2.0","method":"sendTransaction","params":["{{Transfer()}}",{"preflightCommitment":"confirmed","encoding":"base64"}]}""",
            """{"jsonrpc":"2.0","result":"S","id":"1"}""");
        await AssertAsync(
            """{"id":"2","jsonrpc":"2.0","method":"getEpochInfo","params":[{"commitment":"confirmed"}]}""",
            """{"jsonrpc":"2.0","result":{"absoluteSlot":1,"blockHeight":1,"epoch":0,"slotIndex":1,"slotsInEpoch":432000,"transactionCount":1},"id":"2"}""");
        // At its default level it strips the settings altogether.
        await AssertAsync(
            """{"id":"3","jsonrpc":"2.0","method":"getEpochInfo","params":[]}""",
            """{"jsonrpc":"2.0","result":{"absoluteSlot":1,"blockHeight":1,"epoch":0,"slotIndex":1,"slotsInEpoch":432000,"transactionCount":1},"id":"3"}""");
    }

    [Fact]
    public async Task Rust_cli_transfer_with_nulls_for_what_it_does_not_say()
    {
        await AssertAsync(
            """{"jsonrpc":"2.0","id":0,"method":"getVersion","params":null}""",
            """{"jsonrpc":"2.0","result":{"solana-core":"1.16.7"},"id":0}""");
        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":1,"method":"sendTransaction","params":["{{Transfer()}}",{"encoding":"base64","maxRetries":null,"minContextSlot":null,"preflightCommitment":"confirmed","skipPreflight":false}]}""",
            """{"jsonrpc":"2.0","result":"S","id":1}""");
        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":2,"method":"isBlockhashValid","params":["{{Bob}}",{"commitment":"processed","minContextSlot":null}]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":false},"id":2}""");
        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":3,"method":"getAccountInfo","params":["{{Bob}}",{"encoding":"base64+zstd","commitment":"confirmed","dataSlice":null,"minContextSlot":null}]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":{"lamports":1000000,"owner":"11111111111111111111111111111111","data":["KLUv/SAAAQAA","base64+zstd"],"executable":false,"rentEpoch":18446744073709551615,"space":0}},"id":3}""");
    }

    [Fact]
    public async Task Deploy_checks_of_the_task_cli()
    {
        await AssertAsync(
            """{"jsonrpc":"2.0","id":"1","method":"getAccountInfo","params":["Koiitask22222222222222222222222222222222222",{"encoding":"base64"}]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":{"lamports":1,"owner":"NativeLoader1111111111111111111111111111111","data":["a29paV90YXNrX3Byb2dyYW0=","base64"],"executable":true,"rentEpoch":18446744073709551615,"space":17}},"id":"1"}""");
        await AssertAsync(
            """{"jsonrpc":"2.0","id":"2","method":"getMinimumBalanceForRentExemption","params":[3000000]}""",
            """{"jsonrpc":"2.0","result":20880890880,"id":"2"}""");
    }

    [Fact]
    public async Task Koii_lists_tasks_without_their_data()
    {
        // The dummy task is not allowlisted, so only the wider filter finds it.
        await AssertAsync(
            """{"jsonrpc":"2.0","id":"1","method":"getProgramAccounts","params":["Koiitask22222222222222222222222222222222222",{"encoding":"base64","dataSlice":{"offset":0,"length":0},"filters":[{"memcmp":{"offset":0,"bytes":"aRN1MbEZhbr2W97MTP3RhQjjqHgoZN"}}]}]}""",
            """{"jsonrpc":"2.0","result":[],"id":"1"}""");
        var all = await MaskedAsync(
            """{"jsonrpc":"2.0","id":"2","method":"getProgramAccounts","params":["Koiitask22222222222222222222222222222222222",{"encoding":"base64","dataSlice":{"offset":0,"length":0},"filters":[{"memcmp":{"offset":0,"bytes":"2A7XGNY2nv87Z6mpUWwBSnfj"}}]}]}""");
        Assert.StartsWith(
            """{"jsonrpc":"2.0","result":[{"pubkey":"9tHF7JcKvsDdYKeFA3eXKMAz4mw3ofaBDrC1ArwYoUJB","account":{"lamports":""", all, StringComparison.Ordinal);
        Assert.Contains(""" "data":["","base64"],"executable":false """.Trim(), all, StringComparison.Ordinal);
        await AssertAsync(
            """{"jsonrpc":"2.0","id":"3","method":"getProgramAccounts","params":["KPLTRVs6jA7QTthuJH2cEmyCEskFbSV2xpZw46cganN",{"encoding":"base64","filters":[{"memcmp":{"offset":0,"bytes":"5S"}}]}]}""",
            """{"jsonrpc":"2.0","result":[],"id":"3"}""");
    }

    [Fact]
    public async Task Koii_reads_history_in_one_batch_and_in_order()
    {
        var signature = await SendAsync(Transfer());
        _ = await _ledger.SealAsync();

        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":"1","method":"getConfirmedSignaturesForAddress2","params":["{{Bob}}",{"limit":1}]}""",
            """{"jsonrpc":"2.0","result":[{"signature":"S","slot":2,"err":null,"blockTime":1767225600,"confirmationStatus":"finalized","memo":null}],"id":"1"}""");
        var expected =
            $$$$"""{"transaction":{"signatures":["S"],"message":{"header":{"numRequiredSignatures":1,"numReadonlySignedAccounts":0,"numReadonlyUnsignedAccounts":1},"accountKeys":["{{{{Alice}}}}","{{{{Bob}}}}","11111111111111111111111111111111"],"recentBlockhash":"H","instructions":[{"programIdIndex":2,"accounts":[0,1],"data":"3Bxs4Bc3VYuGVB19","stackHeight":null}]}},"meta":{"err":null,"status":{"Ok":null},"fee":5000,"preBalances":[2000000000,0,1],"postBalances":[1998995000,1000000,1],"preTokenBalances":[],"postTokenBalances":[],"innerInstructions":[],"logMessages":["Program 11111111111111111111111111111111 invoke [1]","Program 11111111111111111111111111111111 success"],"rewards":[],"loadedAddresses":{"writable":[],"readonly":[]},"computeUnitsConsumed":150},"slot":2,"blockTime":1767225600}""";
        await AssertAsync(
            $$"""[{"jsonrpc":"2.0","id":"2","method":"getConfirmedTransaction","params":["{{signature}}","json"]},{"jsonrpc":"2.0","id":"1","method":"getConfirmedTransaction","params":["{{new string('1', 64)}}",{"commitment":"confirmed"}]}]""",
            $$"""[{"jsonrpc":"2.0","result":{{expected}},"id":"2"},{"jsonrpc":"2.0","result":null,"id":"1"}]""");
    }

    [Fact]
    public async Task Web3_reads_a_block_without_rewards()
    {
        _ = await SendAsync(Transfer());
        _ = await _ledger.SealAsync();

        await AssertAsync(
            """{"jsonrpc":"2.0","id":"1","method":"getBlock","params":[2,{"maxSupportedTransactionVersion":0,"rewards":false,"transactionDetails":"signatures"}]}""",
            """{"jsonrpc":"2.0","result":{"blockhash":"H","previousBlockhash":"H","parentSlot":1,"blockTime":1767225600,"blockHeight":2,"signatures":["S"]},"id":"1"}""");
        await AssertAsync(
            """{"jsonrpc":"2.0","id":"1","method":"getBlock","params":[2,{"transactionDetails":"none"}]}""",
            """{"jsonrpc":"2.0","result":{"blockhash":"H","previousBlockhash":"H","parentSlot":1,"blockTime":1767225600,"blockHeight":2,"rewards":[]},"id":"1"}""");
    }

    [Fact]
    public async Task Creating_an_account_twice_fails_with_the_line_that_explorers_show()
    {
        var account = LocalLedger.KeyOf("account");
        var create = new SystemInstruction.CreateAccount(new Lamports(960_480), 10, Bob)
            .ToInstruction(Alice, account.PublicKey);
        await AssertAsync(
            """{"jsonrpc":"2.0","id":"1","method":"getMinimumBalanceForRentExemption","params":[10]}""",
            """{"jsonrpc":"2.0","result":960480,"id":"1"}""");
        _ = await SendAsync(Text(_ledger.Sign(LocalLedger.KeyOf("alice"), [create], account)));
        await AssertAsync(
            $$"""{"jsonrpc":"2.0","id":"2","method":"getAccountInfo","params":["{{account.PublicKey}}",{"encoding":"base64"}]}""",
            $$$$"""{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":{"lamports":960480,"owner":"{{{{Bob}}}}","data":["AAAAAAAAAAAAAA==","base64"],"executable":false,"rentEpoch":18446744073709551615,"space":10}},"id":"2"}""");
        _ = await _ledger.SealAsync();
        var again = await MaskedAsync(
            $$"""{"jsonrpc":"2.0","id":"3","method":"sendTransaction","params":["{{Text(_ledger.Sign(LocalLedger.KeyOf("alice"), [create], account))}}",{"encoding":"base64"}]}""");
        Assert.StartsWith(
            """{"jsonrpc":"2.0","error":{"code":-32002,"message":"Transaction simulation failed: Error processing Instruction 0: custom program error: 0x0","data":{"err":{"InstructionError":[0,{"Custom":0}]},"logs":["Program 11111111111111111111111111111111 invoke [1]","Create Account: account Address { address: """,
            again,
            StringComparison.Ordinal);
        Assert.EndsWith("""
            "Program 11111111111111111111111111111111 failed: custom program error: 0x0"],"accounts":null,"unitsConsumed":150,"returnData":null}},"id":"3"}
            """, again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_simulation_shows_the_accounts_afterwards_and_the_hash_that_was_put_in()
    {
        await AssertAsync(
            $$$$"""{"jsonrpc":"2.0","id":"1","method":"simulateTransaction","params":["{{{{Transfer()}}}}",{"encoding":"base64","replaceRecentBlockhash":true,"innerInstructions":true,"accounts":{"encoding":"base64","addresses":["{{{{Bob}}}}","{{{{LocalLedger.Producer.PublicKey}}}}"]}}]}""",
            """{"jsonrpc":"2.0","result":{"context":{"slot":2,"apiVersion":"1.16.7"},"value":{"err":null,"logs":["Program 11111111111111111111111111111111 invoke [1]","Program 11111111111111111111111111111111 success"],"accounts":[{"lamports":1000000,"owner":"11111111111111111111111111111111","data":["","base64"],"executable":false,"rentEpoch":18446744073709551615,"space":0},null],"unitsConsumed":150,"returnData":null,"innerInstructions":[],"replacementBlockhash":{"blockhash":"H","lastValidBlockHeight":151}}},"id":"1"}""");
    }

    private string Transfer() => Text(_ledger.Sign(
        LocalLedger.KeyOf("alice"), [new SystemInstruction.Transfer(new Lamports(1_000_000)).ToInstruction(Alice, Bob)]));

    private static string Text(Transaction transaction) => Convert.ToBase64String(transaction.Serialize());

    private async Task<string> SendAsync(string transaction) =>
        (await _ledger.CallAsync("sendTransaction", $$"""["{{transaction}}",{"encoding":"base64"}]""")).Trim('"');

    private async Task AssertAsync(string body, string answer) => Assert.Equal(answer, await MaskedAsync(body));

    private async Task<string> MaskedAsync(string body)
    {
        var answer = await _ledger.AnswerAsync(body);
        Assert.Null(_ledger.Failure);
        return SignatureText().Replace(HashText().Replace(answer, "${name}\"H\""), "\"S\"");
    }

    [GeneratedRegex("\"[1-9A-HJ-NP-Za-km-z]{80,88}\"", RegexOptions.NonBacktracking)]
    private static partial Regex SignatureText();

    [GeneratedRegex("(?<name>[bB]lockhash\":)\"[1-9A-HJ-NP-Za-km-z]{32,44}\"", RegexOptions.NonBacktracking)]
    private static partial Regex HashText();
}
