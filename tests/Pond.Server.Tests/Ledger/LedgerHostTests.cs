using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Server.Tests.Ledger;

public sealed class LedgerHostTests : IAsyncLifetime
{
    private static readonly Keypair Alice = LocalLedger.KeyOf("alice");
    private static readonly Keypair Bob = LocalLedger.KeyOf("bob");

    private LocalLedger _ledger = null!;

    public async Task InitializeAsync() => _ledger = await LocalLedger.StartAsync();

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    [Fact]
    public async Task Blocks_follow_each_other_while_nothing_happens()
    {
        var start = _ledger.Host.LatestBlock;
        var blocks = new List<Pond.Ledger.Block>();
        await foreach (var block in _ledger.Host.ReadBlocksAsync(CancellationToken.None))
        {
            blocks.Add(block);
            if (blocks.Count == 3)
            {
                break;
            }
        }

        Assert.True(blocks[0].Slot > start.Slot);
        Assert.Equal(blocks[0].Hash, blocks[1].ParentHash);
        Assert.Equal(blocks[1].Hash, blocks[2].ParentHash);
        Assert.Equal(blocks[0].Height + 2, blocks[2].Height);
        var input = blocks[0].Beacon.Concat(BitConverter.GetBytes(blocks[1].Slot.Value)).ToArray();
        Assert.True(Vrf.Verify(LocalLedger.Producer.PublicKey, input, blocks[1].Proof!, out var beacon));
        Assert.Equal(beacon, blocks[1].Beacon);
    }

    [Fact]
    public async Task An_airdrop_a_transfer_and_the_books()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(2));

        var outcome = Assert.IsType<TransactionOutcome.Confirmed>(await TransferAsync(Alice, Bob.PublicKey, Lamports.FromKoii(1)));

        Assert.Equal(Lamports.FromKoii(1), await BalanceAsync(Bob.PublicKey));
        Assert.Equal(Lamports.FromKoii(1) - new Lamports(5000), await BalanceAsync(Alice.PublicKey));
        var books = await _ledger.Client.GetConservationAsync(CancellationToken.None);
        Assert.True(books.InitialSupply >= LocalLedger.Supply, "The genesis balances, and a few lamports of built-in accounts.");
        Assert.Equal(new Lamports(10_000), books.BurntFees);
        Assert.True(books.Holds);

        var status = (await _ledger.Client.GetSignatureStatusesAsync(
            [outcome.Signature, default], CancellationToken.None)).Value;
        Assert.Equal(
            new SignatureStatus(outcome.Slot, Confirmations: null, Err: null, Commitment.Finalized), status[0]);
        Assert.Null(status[1]);
    }

    [Fact]
    public async Task Equal_airdrops_at_once_all_arrive()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1))));

        Assert.Equal(Lamports.FromKoii(10), await BalanceAsync(Alice.PublicKey));
    }

    [Fact]
    public async Task A_transfer_of_more_than_there_is_fails_its_preflight_with_logs()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));

        var outcome = Assert.IsType<TransactionOutcome.Failed>(await TransferAsync(Alice, Bob.PublicKey, Lamports.FromKoii(5)));

        Assert.Equal("Transaction simulation failed: Error processing Instruction 0: custom program error: 0x1", outcome.Message);
        Assert.Equal("""{"InstructionError":[0,{"Custom":1}]}""", outcome.Failure!.ToString());
        Assert.Equal(
            [
                "Program 11111111111111111111111111111111 invoke [1]",
                "Transfer: insufficient lamports 999995000, need 5000000000",
                "Program 11111111111111111111111111111111 failed: custom program error: 0x1",
            ],
            outcome.Logs.ToArray());
        Assert.Equal(Lamports.FromKoii(1), await BalanceAsync(Alice.PublicKey));
    }

    [Fact]
    public async Task Without_preflight_it_lands_pays_its_fee_and_shows_its_error()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));
        var transaction = await SignTransferAsync(Alice, Bob.PublicKey, Lamports.FromKoii(5));

        var id = await _ledger.Client.SendTransactionAsync(
            transaction, skipPreflight: true, Commitment.Processed, CancellationToken.None);

        var outcome = Assert.IsType<TransactionOutcome.Failed>(await _ledger.Sender.WaitAsync(id, CancellationToken.None));
        Assert.Equal(1u, outcome.Failure!.CustomCode);
        Assert.Equal(Lamports.FromKoii(1) - new Lamports(5000), await BalanceAsync(Alice.PublicKey));
    }

    [Fact]
    public async Task A_forged_signature_is_refused_or_without_preflight_vanishes()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));
        var signed = await SignTransferAsync(Alice, Bob.PublicKey, new Lamports(1_000_000));
        var forged = signed with { Signatures = [Alice.Sign("something else"u8)] };

        var refusal = await Assert.ThrowsAsync<RpcException>(() => _ledger.Client.SendTransactionAsync(
            forged, skipPreflight: false, Commitment.Processed, CancellationToken.None));
        Assert.Equal(RpcErrorCodes.SignatureVerificationFailure, refusal.Code);

        Assert.Equal(forged.Id, await _ledger.Client.SendTransactionAsync(
            forged, skipPreflight: true, Commitment.Processed, CancellationToken.None));
        _ = await _ledger.Host.WaitForBlockAsync(_ledger.Host.LatestBlock.Slot + 2, CancellationToken.None);
        Assert.Equal(Lamports.FromKoii(1), await BalanceAsync(Alice.PublicKey));
    }

    [Fact]
    public async Task The_same_transaction_again_is_already_processed()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));
        var transaction = await SignTransferAsync(Alice, Bob.PublicKey, new Lamports(1_000_000));
        _ = await _ledger.Client.SendTransactionAsync(transaction, skipPreflight: false, Commitment.Processed, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => _ledger.Client.SendTransactionAsync(
            transaction, skipPreflight: false, Commitment.Processed, CancellationToken.None));

        Assert.Equal("AlreadyProcessed", refusal.Failure!.Name);
        Assert.Equal("Transaction simulation failed: This transaction has already been processed", refusal.Message);
        Assert.Equal(transaction.Id, await _ledger.Client.SendTransactionAsync(
            transaction, skipPreflight: true, Commitment.Processed, CancellationToken.None));
        Assert.Equal(new Lamports(1_000_000), await BalanceAsync(Bob.PublicKey));
    }

    [Fact]
    public async Task Two_hundred_transfers_at_once_all_land_once()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(10));

        var outcomes = await Task.WhenAll(
            Enumerable.Range(1, 200).Select(index => TransferAsync(Alice, Bob.PublicKey, new Lamports(1_000_000 + (ulong)index))));

        Assert.All(outcomes, outcome => Assert.IsType<TransactionOutcome.Confirmed>(outcome));
        Assert.Equal(new Lamports((200 * 1_000_000) + (200 * 201 / 2)), await BalanceAsync(Bob.PublicKey));
        Assert.True((await _ledger.Client.GetConservationAsync(CancellationToken.None)).Holds);
    }

    [Fact]
    public async Task A_simulation_changes_nothing()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(1));
        var stale = Transaction.Sign(
            Alice, default, [new SystemInstruction.Transfer(new Lamports(2_000_000)).ToInstruction(Alice.PublicKey, Bob.PublicKey)]);

        var failed = await _ledger.Client.SimulateTransactionAsync(stale, replaceBlockhash: false, CancellationToken.None);
        var passed = await _ledger.Client.SimulateTransactionAsync(stale, replaceBlockhash: true, CancellationToken.None);

        Assert.Equal("BlockhashNotFound", failed.Err!.Name);
        Assert.Null(passed.Err);
        Assert.NotNull(passed.ReplacementBlockhash);
        Assert.Equal("Program 11111111111111111111111111111111 success", passed.Logs[^1]);
        Assert.Equal(Lamports.Zero, await BalanceAsync(Bob.PublicKey));
    }

    [Fact]
    public async Task Slots_heights_and_hashes_belong_together()
    {
        _ = await _ledger.Host.WaitForBlockAsync(new Slot(3), CancellationToken.None);

        var hash = (await _ledger.Client.GetLatestBlockhashAsync(Commitment.Finalized, CancellationToken.None)).Value;
        var epoch = await _ledger.Client.GetEpochInfoAsync(Commitment.Finalized, CancellationToken.None);
        var open = await _ledger.Client.GetSlotAsync(Commitment.Processed, CancellationToken.None);

        Assert.True(await _ledger.Client.IsBlockhashValidAsync(hash.Blockhash, CancellationToken.None));
        Assert.False(await _ledger.Client.IsBlockhashValidAsync(default, CancellationToken.None));
        Assert.True(hash.LastValidBlockHeight > epoch.BlockHeight);
        Assert.True(epoch.BlockHeight <= epoch.AbsoluteSlot.Value);
        Assert.True(open > epoch.AbsoluteSlot);
        Assert.Equal(0UL, epoch.Epoch);
    }

    [Theory]
    [InlineData("getAccountInfo", """["KEY",{"encoding":"base64"}]""", """ "data":["c3lzdGVtX3Byb2dyYW0=","base64"] """)]
    [InlineData("getAccountInfo", """["KEY",{"encoding":"base64"}]""", """ "executable":true,"rentEpoch":18446744073709551615,"space":14} """)]
    [InlineData("getAccountInfo", """["KEY",{"encoding":"base64","dataSlice":{"offset":0,"length":3}}]""", """ "data":["c3lz","base64"] """)]
    [InlineData("getAccountInfo", """["KEY",{"encoding":"base64","dataSlice":{"offset":99,"length":3}}]""", """ "data":["","base64"] """)]
    [InlineData("getAccountInfo", """["KEY",{"encoding":"base58","dataSlice":{"offset":0,"length":3}}]""", """ "data":["fnd8","base58"] """)]
    // Without an encoding: the bare text of old clients from one method, base64 from the other.
    [InlineData("getAccountInfo", """["KEY",{"dataSlice":{"offset":0,"length":3}}]""", """ "data":"fnd8","executable" """)]
    [InlineData("getMultipleAccounts", """[["KEY"]]""", """ "data":["c3lzdGVtX3Byb2dyYW0=","base64"] """)]
    // Koii's client puts a commitment there.
    [InlineData("getAccountInfo", """["KEY",{"encoding":"confirmed"}]""", """ "data":["c3lzdGVtX3Byb2dyYW0=","base64"] """)]
    [InlineData("getAccountInfo", """["KEY",{"encoding":"base64+zstd"}]""", """ ,"base64+zstd"] """)]
    [InlineData("getAccountInfo", """["KEY",{"commitment":"never"}]""", """ "code":-32602,"message":"Invalid params: unknown variant `never`, expected one of `processed`, `confirmed`, `finalized`." """)]
    [InlineData("getAccountInfo", """["KEY",{"minContextSlot":99999999}]""", """ "code":-32016,"message":"Minimum context slot has not been reached","data":{"contextSlot": """)]
    [InlineData("getAccountInfo", """["abc"]""", """ "code":-32602,"message":"Invalid param: WrongSize" """)]
    [InlineData("getAccountInfo", """["l1111111111111111111111111111111"]""", """ "code":-32602,"message":"Invalid param: Invalid" """)]
    [InlineData("getAccountInfo", """["AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9"]""", """ "value":null} """)]
    public async Task An_account_is_shown_as_it_was_asked_for(string method, string parameters, string part)
    {
        // The System program's account, which has fourteen bytes of data.
        var answer = await CallAsync(parameters.Replace("KEY", new string('1', 32), StringComparison.Ordinal), method);

        Assert.Contains(part.Trim(), answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_rules_are_those_of_the_wire()
    {
        var http = _ledger.Http;
        var uri = _ledger.Host.Endpoint;

        using var health = await http.GetAsync(new Uri(uri, "/health"));
        Assert.Equal("ok", await health.Content.ReadAsStringAsync());

        using var get = await http.GetAsync(uri);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal("Used HTTP Method is not allowed. POST or OPTIONS is required", await get.Content.ReadAsStringAsync());

        using var text = await http.PostAsync(uri, new StringContent("{}", Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);

        using var tooLarge = new HttpRequestMessage(HttpMethod.Post, uri) { Content = Json(new string(' ', (1 << 20) + 1)) };
        tooLarge.Headers.ExpectContinue = true;
        using var large = await http.SendAsync(tooLarge);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);

        using var preflight = new HttpRequestMessage(HttpMethod.Options, uri);
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,solana-client");
        using var allowed = await http.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal("content-type,solana-client", allowed.Headers.GetValues("Access-Control-Allow-Headers").Single());
        Assert.Equal("*", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());

        using var upperCase = Json("""{"jsonrpc":"2.0","id":"7","method":"getHealth"}""");
        upperCase.Headers.ContentType = MediaTypeHeaderValue.Parse("Application/JSON;charset=UTF-8");
        using var answer = await http.PostAsync(new Uri(uri, "/any/path"), upperCase);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("{\"jsonrpc\":\"2.0\",\"result\":\"ok\",\"id\":\"7\"}\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_history_tells_what_a_transaction_did()
    {
        await _ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(2));
        var sent = Assert.IsType<TransactionOutcome.Confirmed>(await TransferAsync(Alice, Bob.PublicKey, Lamports.FromKoii(1)));

        var transaction = await CallAsync($"""["{sent.Signature}"]""", "getTransaction");
        Assert.Contains("""
            "err":null,"status":{"Ok":null},"fee":5000,"preBalances":[2000000000,0,1],"postBalances":[999995000,1000000000,1]
            """, transaction, StringComparison.Ordinal);
        Assert.Contains("\"innerInstructions\":[]", transaction, StringComparison.Ordinal);

        var signatures = await CallAsync($$"""["{{Alice.PublicKey}}",{"limit":1}]""", "getSignaturesForAddress");
        Assert.Contains($"\"signature\":\"{sent.Signature}\",\"slot\":{sent.Slot},\"err\":null", signatures, StringComparison.Ordinal);
        Assert.Contains(sent.Signature.ToString(), await CallAsync($"[{sent.Slot}]", "getBlock"), StringComparison.Ordinal);
        Assert.Contains("\"code\":-32004", await CallAsync("[99999999]", "getBlock"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_way_out()
    {
        var options = LocalLedger.Options() with { Port = _ledger.Host.Endpoint.Port, PortOption = "--rpc-port" };

        var exception = await Assert.ThrowsAsync<PondException>(() => LocalLedger.StartAsync(options));

        Assert.Equal("port-in-use", exception.Code);
        Assert.Contains(options.Port.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains("--rpc-port", exception.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_ledger_frees_its_port_and_ends_its_listeners()
    {
        var other = await LocalLedger.StartAsync();
        var blocks = other.Host.ReadBlocksAsync(CancellationToken.None).GetAsyncEnumerator();
        var port = other.Host.Endpoint.Port;

        await other.DisposeAsync();
        while (await blocks.MoveNextAsync())
        {
            // Those sealed before the end.
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => socket.Connect(IPAddress.Loopback, port));
    }

    [Fact]
    public async Task Nobody_gets_an_airdrop_from_a_network_that_is_not_local()
    {
        var options = LocalLedger.Options();
        await using var ledger = await LocalLedger.StartAsync(options with { Genesis = options.Genesis with { IsLocal = false } });

        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => ledger.Client.RequestAirdropAsync(Alice.PublicKey, new Lamports(1), CancellationToken.None));

        Assert.Equal((RpcErrorCodes.InvalidRequest, "Invalid request"), (refusal.Code, refusal.Message));
    }

    private async Task<string> CallAsync(string parameters, string method)
    {
        using var content = Json($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""");
        using var answer = await _ledger.Http.PostAsync(_ledger.Host.Endpoint, content);
        return await answer.Content.ReadAsStringAsync();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private Task<Lamports> BalanceAsync(Pubkey account) =>
        _ledger.Client.GetBalanceAsync(account, Commitment.Confirmed, CancellationToken.None);

    private Task<TransactionOutcome> TransferAsync(Keypair from, Pubkey to, Lamports amount) => _ledger.Sender.SendAsync(
        from, [new SystemInstruction.Transfer(amount).ToInstruction(from.PublicKey, to)], [], CancellationToken.None);

    private async Task<Transaction> SignTransferAsync(Keypair from, Pubkey to, Lamports amount)
    {
        var latest = (await _ledger.Client.GetLatestBlockhashAsync(Commitment.Confirmed, CancellationToken.None)).Value;
        return Transaction.Sign(from, latest.Blockhash, [new SystemInstruction.Transfer(amount).ToInstruction(from.PublicKey, to)]);
    }
}
