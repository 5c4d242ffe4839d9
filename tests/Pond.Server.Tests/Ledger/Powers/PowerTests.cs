using System.Net.Http.Json;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Ledger.Powers;

public sealed class PowerTests : IDisposable
{
    private const string Token = "a token of this test";
    private static readonly Keypair Alice = LocalLedger.KeyOf("alice");
    private static readonly Pubkey Bob = LocalLedger.KeyOf("bob").PublicKey;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Calls { get; } = new()
    {
        { "pond_status", "[]" },
        { "pond_warp", """[{"slots":5}]""" },
        { "pond_pause", "[]" },
        { "pond_resume", "[]" },
        { "pond_mine", "[2]" },
        { "pond_snapshot", "[]" },
        { "pond_revert", "[1]" },
        { "pond_setAccount", $$"""["{{Bob}}",{"lamports":1000000000}]""" },
        { "pond_impersonate", $$"""["{{Bob}}"]""" },
        { "pond_fault", """[{"method":"getSlot","refuse":true}]""" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_power_is_refused_without_the_token_to_a_foreign_page_and_on_a_network_that_is_not_local(string method, string parameters)
    {
        await using var ledger = await LocalLedger.StartAsync(Options());
        var before = await CallAsync(ledger, "pond_status", "[]");

        Assert.Contains("token is missing", await RefusalAsync(ledger, method, parameters, token: null), StringComparison.Ordinal);
        Assert.Contains("token is missing", await RefusalAsync(ledger, method, parameters, token: Token + "x"), StringComparison.Ordinal);
        foreach (var origin in new[] { "http://evil.example", "null", "http://localhost.evil.example", "file:///tmp/page.html" })
        {
            Assert.Contains("foreign origin", await RefusalAsync(ledger, method, parameters, Token, origin), StringComparison.Ordinal);
        }

        Assert.Equal(Without(before, "slot"), Without(await CallAsync(ledger, "pond_status", "[]"), "slot"));

        var options = Options();
        await using var tokenless = await LocalLedger.StartAsync(options with { DataFolder = null, PowersToken = null });
        Assert.Contains("without a token", await RefusalAsync(tokenless, method, parameters, Token), StringComparison.Ordinal);
        await using var open = await LocalLedger.StartAsync(
            options with { DataFolder = null, Genesis = options.Genesis with { IsLocal = false } });
        Assert.Contains("not a local network", await RefusalAsync(open, method, parameters, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_airdrop_needs_no_token_and_is_not_given_to_a_foreign_page()
    {
        await using var ledger = await LocalLedger.StartAsync(Options());
        var parameters = $"""["{Bob}",1000000000]""";

        Assert.Contains("foreign origin", await RefusalAsync(ledger, "requestAirdrop", parameters, token: null, "https://evil.example"), StringComparison.Ordinal);
        _ = Result(await SendAsync(ledger, "requestAirdrop", parameters, token: null, "http://localhost:3000"));
        _ = Result(await SendAsync(ledger, "requestAirdrop", """["So11111111111111111111111111111111111111112",1000]""", token: null));
    }

    [Fact]
    public async Task Time_can_be_warped_paused_and_mined_and_never_goes_back()
    {
        var options = Options() with { Genesis = Options().Genesis with { SlotDuration = TimeSpan.FromHours(1) } };
        await using (var ledger = await LocalLedger.StartAsync(options))
        {
            Assert.Equal(101UL, Slot(await CallAsync(ledger, "pond_warp", """[{"slots":100}]""")));
            Assert.Equal(1000UL, Slot(await CallAsync(ledger, "pond_warp", """[{"slot":1000}]""")));
            Assert.True((await CallAsync(ledger, "pond_pause", "[]")).GetProperty("paused").GetBoolean());
            Assert.Equal(1003UL, Slot(await CallAsync(ledger, "pond_mine", "[3]")));
            Assert.Equal(1002UL, ledger.Host.LatestBlock.Slot.Value);
            Assert.Equal(5UL, ledger.Host.LatestBlock.Height);
            Assert.False((await CallAsync(ledger, "pond_resume", "[]")).GetProperty("paused").GetBoolean());
            Assert.Contains("has passed", await RefusalAsync(ledger, "pond_warp", """[{"slot":7}]""", Token), StringComparison.Ordinal);
            Assert.Contains("year 9000", await RefusalAsync(ledger, "pond_warp", """[{"slots":9000000000000}]""", Token), StringComparison.Ordinal);
            Assert.Contains("64 bits", await RefusalAsync(ledger, "pond_warp", """[{"slots":18446744073709551615}]""", Token), StringComparison.Ordinal);
            Assert.Contains("Name one of", await RefusalAsync(ledger, "pond_warp", """[{"slots":1,"slot":2000}]""", Token), StringComparison.Ordinal);
            Assert.Contains("no task", await RefusalAsync(ledger, "pond_warp", $$"""[{"task":"{{Bob}}"}]""", Token), StringComparison.Ordinal);
            Assert.Contains("From 1 to", await RefusalAsync(ledger, "pond_mine", "[0]", Token), StringComparison.Ordinal);
        }

        Verify(options);
        await using var again = await LocalLedger.StartAsync(options);
        Assert.Equal(1003UL, Slot(await CallAsync(again, "pond_status", "[]")));
    }

    [Fact]
    public async Task Time_can_be_warped_to_a_tasks_next_window_and_to_its_next_round()
    {
        var task = LocalLedger.KeyOf("a task").PublicKey;
        var options = Options();
        var genesis = options.Genesis with
        {
            SlotDuration = TimeSpan.FromHours(1),
            Tasks =
            [
                new GenesisTask
                {
                    Address = task,
                    StakePot = ProgramAddress.FindStakePot(Server.LocalNetworks.LocalLedger.NewSeed),
                    Manager = Bob,
                    SpaceBytes = 100_000,
                    Settings = new TaskInstruction.CreateTask
                    {
                        Name = "windows",
                        Description = "",
                        Executable = "",
                        ExecutableNetwork = "IPFS",
                        TotalBounty = new(5),
                        BountyPerRound = new(1),
                        RoundTime = 100,
                        SubmissionWindow = 30,
                        AuditWindow = 20,
                        MinimumStake = new(1),
                        Metadata = "",
                        Variables = "",
                        AllowedFailedDistributions = 0,
                    },
                },
            ],
        };
        await using var ledger = await LocalLedger.StartAsync(options with { Genesis = genesis, DataFolder = null });

        Assert.Equal(31UL, Slot(await CallAsync(ledger, "pond_warp", $$"""[{"task":"{{task}}"}]""")));
        Assert.Equal(51UL, Slot(await CallAsync(ledger, "pond_warp", $$"""[{"task":"{{task}}","to":"window"}]""")));
        Assert.Equal(100UL, Slot(await CallAsync(ledger, "pond_warp", $$"""[{"task":"{{task}}","to":"window"}]""")));
        Assert.Equal(200UL, Slot(await CallAsync(ledger, "pond_warp", $$"""[{"task":"{{task}}","to":"round"}]""")));
        Assert.Contains("`window` or `round`", await RefusalAsync(ledger, "pond_warp", $$"""[{"task":"{{task}}","to":"end"}]""", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_was_set_is_there_after_a_restart_and_the_books_count_what_was_made()
    {
        var options = Options();
        await using (var ledger = await LocalLedger.StartAsync(options))
        {
            _ = await CallAsync(ledger, "pond_setAccount", $$"""["{{Bob}}",{"lamports":5000000000,"owner":"{{ProgramIds.Token}}","data":"AQID"}]""");
            var books = await ledger.Client.GetConservationAsync(CancellationToken.None);
            Assert.True(books.Holds);
            Assert.Equal(5_000_000_000UL, books.LocallyMinted.Value);
            Assert.Contains("sysvars", await RefusalAsync(ledger, "pond_setAccount", $$"""["{{ProgramIds.Clock}}",{"lamports":1}]""", Token), StringComparison.Ordinal);
            Assert.Contains("need", await RefusalAsync(ledger, "pond_setAccount", $$"""["{{Alice.PublicKey}}",{"lamports":1}]""", Token), StringComparison.Ordinal);
            Assert.Contains("64 bits", await RefusalAsync(ledger, "pond_setAccount", $$"""["{{Alice.PublicKey}}",{"lamports":18446744073709551615}]""", Token), StringComparison.Ordinal);
            Assert.Contains("base64", await RefusalAsync(ledger, "pond_setAccount", $$"""["{{Alice.PublicKey}}",{"lamports":5000000000,"data":"!"}]""", Token), StringComparison.Ordinal);
        }

        Verify(options);
        await using var again = await LocalLedger.StartAsync(options);
        var account = await CallAsync(again, "getAccountInfo", $$"""["{{Bob}}",{"encoding":"base64"}]""");
        Assert.Equal("AQID", account.GetProperty("value").GetProperty("data")[0].GetString());
        Assert.True((await again.Client.GetConservationAsync(CancellationToken.None)).Holds);
    }

    [Fact]
    public async Task Going_back_to_a_snapshot_restores_the_accounts_also_after_a_restart()
    {
        var options = Options();
        await using (var ledger = await LocalLedger.StartAsync(options))
        {
            await ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(3));
            Assert.Equal(1UL, (await CallAsync(ledger, "pond_snapshot", "[]")).GetProperty("snapshot").GetUInt64());
            await ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(4));
            await ledger.FundAsync(Bob, Lamports.FromKoii(4));
        }

        await using (var ledger = await LocalLedger.StartAsync(options))
        {
            var slot = ledger.Host.LatestBlock.Slot;
            Assert.True(Slot(await CallAsync(ledger, "pond_revert", "[1]")) > slot.Value);
            Assert.Contains("no snapshot 2", await RefusalAsync(ledger, "pond_revert", "[2]", Token), StringComparison.Ordinal);
            await SeeRevertedAsync(ledger);
        }

        Verify(options);
        await using var again = await LocalLedger.StartAsync(options);
        await SeeRevertedAsync(again);
    }

    [Fact]
    public async Task An_impersonated_signers_transaction_lands_without_its_signature_and_is_verified_later()
    {
        var options = Options();
        await using (var ledger = await LocalLedger.StartAsync(options))
        {
            await ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(4));
            _ = await RefusalAsync(ledger, "sendTransaction", await UnsignedAsync(ledger, 1), token: null);
            _ = await CallAsync(ledger, "pond_impersonate", $"""["{Alice.PublicKey}"]""");
            _ = await RefusalAsync(ledger, "sendTransaction", await UnsignedAsync(ledger, 1), token: null, "http://evil.example");
            var first = await SendUnsignedAsync(ledger, 1);
            var second = await SendUnsignedAsync(ledger, 2);
            Assert.NotEqual(first, second);
            Assert.Equal(Lamports.FromKoii(3), await ledger.Client.GetBalanceAsync(Bob, Commitment.Finalized, CancellationToken.None));
            _ = await CallAsync(ledger, "pond_impersonate", $"""["{Alice.PublicKey}",false]""");
            _ = await RefusalAsync(ledger, "sendTransaction", await UnsignedAsync(ledger, 1), token: null);
        }

        Verify(options);
        await using var again = await LocalLedger.StartAsync(options);
        Assert.Equal(Lamports.FromKoii(3), await again.Client.GetBalanceAsync(Bob, Commitment.Finalized, CancellationToken.None));
    }

    [Fact]
    public async Task Transactions_can_be_made_to_fail_and_fail_again_when_the_block_is_made_again()
    {
        var options = Options();
        await using (var ledger = await LocalLedger.StartAsync(options))
        {
            await ledger.FundAsync(Alice.PublicKey, Lamports.FromKoii(3));
            _ = await CallAsync(ledger, "pond_fault", """[{"transactions":1}]""");
            var blockhash = (await ledger.Client.GetLatestBlockhashAsync(Commitment.Confirmed, CancellationToken.None)).Value.Blockhash;
            var id = await ledger.Client.SendTransactionAsync(
                Transaction.Sign(Alice, blockhash, [Pay(1)]), skipPreflight: false, Commitment.Confirmed, CancellationToken.None);
            Assert.IsType<Pond.Client.Ledger.TransactionOutcome.Failed>(await ledger.Sender.WaitAsync(id, CancellationToken.None));
            Assert.Equal(0, (await CallAsync(ledger, "pond_status", "[]")).GetProperty("failingTransactions").GetInt32());
            await ledger.FundAsync(Bob, Lamports.FromKoii(1));
        }

        Verify(options);
    }

    [Fact]
    public async Task Calls_can_be_refused_and_delayed_so_many_times()
    {
        await using var ledger = await LocalLedger.StartAsync(Options());
        _ = await CallAsync(ledger, "pond_fault", """[{"method":"getSlot","refuse":true,"count":2}]""");
        _ = await CallAsync(ledger, "pond_fault", """[{"method":"getBlockHeight","delayMs":60000}]""");

        Assert.Contains("lets calls fail", await RefusalAsync(ledger, "getSlot", "[]", token: null), StringComparison.Ordinal);
        Assert.Contains("lets calls fail", await RefusalAsync(ledger, "getSlot", "[]", token: null), StringComparison.Ordinal);
        _ = Result(await SendAsync(ledger, "getSlot", "[]", token: null));
        var slow = SendAsync(ledger, "getBlockHeight", "[]", token: null);
        _ = Result(await SendAsync(ledger, "getSlot", "[]", token: null));
        Assert.False(slow.IsCompleted);
        Assert.Contains("A fault has", await RefusalAsync(ledger, "pond_fault", """[{"method":"getSlot"}]""", Token), StringComparison.Ordinal);
        Assert.Contains("Name `transactions`", await RefusalAsync(ledger, "pond_fault", "[{}]", Token), StringComparison.Ordinal);
        Assert.Empty((await CallAsync(ledger, "pond_fault", "[]")).GetProperty("faults").EnumerateArray());
        ledger.Http.CancelPendingRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
    }

    private LedgerHostOptions Options() => LocalLedger.Options() with { DataFolder = _folder.Root, PowersToken = Token };

    private static Instruction Pay(ulong koii) =>
        new SystemInstruction.Transfer(Lamports.FromKoii(koii)).ToInstruction(Alice.PublicKey, Bob);

    private static async Task SeeRevertedAsync(LocalLedger ledger)
    {
        Assert.Equal(Lamports.FromKoii(3), await ledger.Client.GetBalanceAsync(Alice.PublicKey, Commitment.Finalized, CancellationToken.None));
        Assert.Equal(Lamports.Zero, await ledger.Client.GetBalanceAsync(Bob, Commitment.Finalized, CancellationToken.None));
        Assert.True((await ledger.Client.GetConservationAsync(CancellationToken.None)).Holds);
    }

    private static async Task<string> UnsignedAsync(LocalLedger ledger, ulong koii)
    {
        var blockhash = (await ledger.Client.GetLatestBlockhashAsync(Commitment.Confirmed, CancellationToken.None)).Value.Blockhash;
        var message = Message.Compile(Alice.PublicKey, blockhash, [Pay(koii)]);
        var bytes = Convert.ToBase64String(new Transaction([default], message).Serialize());
        return $$"""["{{bytes}}",{"encoding":"base64"}]""";
    }

    private static async Task<Signature> SendUnsignedAsync(LocalLedger ledger, ulong koii)
    {
        var id = Signature.Parse(Result(await SendAsync(ledger, "sendTransaction", await UnsignedAsync(ledger, koii), token: null)).GetString()!);
        Assert.IsType<Pond.Client.Ledger.TransactionOutcome.Confirmed>(await ledger.Sender.WaitAsync(id, CancellationToken.None));
        return id;
    }

    private static void Verify(LedgerHostOptions options) =>
        Assert.Empty(LedgerVerification.Run(options.DataFolder!, options.Genesis, _ => { }, CancellationToken.None).Problems);

    private static ulong Slot(JsonElement answer) => answer.GetProperty("slot").GetUInt64();

    private static string Without(JsonElement answer, string name) =>
        string.Join(' ', answer.EnumerateObject().Where(member => member.Name != name).Select(member => member.ToString()));

    private static async Task<JsonElement> CallAsync(LocalLedger ledger, string method, string parameters) =>
        Result(await SendAsync(ledger, method, parameters, Token));

    private static JsonElement Result(JsonElement answer) =>
        answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.ToString());

    private static async Task<string> RefusalAsync(LocalLedger ledger, string method, string parameters, string? token, string? origin = null) =>
        (await SendAsync(ledger, method, parameters, token, origin)).GetProperty("error").GetProperty("message").GetString()!;

    private static async Task<JsonElement> SendAsync(LocalLedger ledger, string method, string parameters, string? token, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ledger.Host.Endpoint)
        {
            Content = new StringContent(
                $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        using var response = await ledger.Http.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
