using System.Text.Json;
using Pond.Server.LocalNetworks;

namespace Pond.EndToEnd.Tests;

/// <summary>The owner of a local network changes it from the command line, as the guides say.</summary>
public sealed class PowerCommandTests
{
    private const string Job = "7N5foB4h1t8p6PeeF7fmPWXrPERbdrEHuX3oc8Aw6pnm";
    private const string Nobody = "11111111111111111111111111111112";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Every_power_has_a_command_that_does_it_to_the_ledger_that_runs()
    {
        using var home = new TemporaryFolder();
        using var ledger = await StartAsync(home.Path);
        var alice = LocalNetworkFolder.FundedAccount(0).PublicKey;

        Assert.False((await DoAsync(ledger, "status")).GetProperty("paused").GetBoolean());
        Assert.True((await DoAsync(ledger, "pause")).GetProperty("paused").GetBoolean());
        Assert.Equal(1001UL, Slot(await DoAsync(ledger, "warp", "--slot", "1001")));
        Assert.Equal(1011UL, Slot(await DoAsync(ledger, "warp", "--slots", "10")));
        Assert.Equal(1031UL, Slot(await DoAsync(ledger, "warp", "--task", Job)));
        Assert.Equal(1100UL, Slot(await DoAsync(ledger, "warp", "--task", Job, "--to", "round")));
        Assert.Equal(1103UL, Slot(await DoAsync(ledger, "mine", "--slots", "3")));

        var snapshot = (await DoAsync(ledger, "snapshot")).GetProperty("snapshot").GetUInt64();
        _ = await DoAsync(ledger, "set-account", Nobody, "--lamports", "5000000000");
        Assert.Equal(5_000_000_000UL, await ledger.BalanceAsync(Nobody));
        _ = await DoAsync(ledger, "revert", $"{snapshot}");
        Assert.Equal(0UL, await ledger.BalanceAsync(Nobody));
        _ = await DoAsync(ledger, "set-account", Nobody, "--lamports", "5000000000");
        _ = await DoAsync(ledger, "set-account", Nobody, "--remove");
        Assert.Equal(0UL, await ledger.BalanceAsync(Nobody));

        Assert.Equal($"{alice}", (await DoAsync(ledger, "impersonate", $"{alice}")).GetProperty("impersonated")[0].GetString());
        Assert.Equal(0, (await DoAsync(ledger, "impersonate", $"{alice}", "--stop")).GetProperty("impersonated").GetArrayLength());
        Assert.Equal(2, (await DoAsync(ledger, "fault", "--fail-transactions", "2")).GetProperty("failingTransactions").GetInt32());
        Assert.Equal("getSlot", (await DoAsync(ledger, "fault", "--method", "getSlot", "--refuse")).GetProperty("faults")[0].GetProperty("method").GetString());
        Assert.Equal(0, (await DoAsync(ledger, "fault", "--clear")).GetProperty("faults").GetArrayLength());
        Assert.False((await DoAsync(ledger, "resume")).GetProperty("paused").GetBoolean());
    }

    [Fact]
    public async Task A_power_without_the_networks_folder_or_with_anothers_is_refused_and_says_what_to_do()
    {
        using var home = new TemporaryFolder();
        using var other = new TemporaryFolder();
        using var ledger = await StartAsync(home.Path);
        _ = LocalNetworkFolder.Open(Path.Combine(other.Path, "ledger"), slotDuration: null, TimeProvider.System);

        var (code, error) = await RunAsync(ledger.Url, Path.Combine(home.Path, "none"), "pause");
        Assert.Equal(4, code);
        Assert.Contains("--data", error, StringComparison.Ordinal);

        (code, error) = await RunAsync(ledger.Url, Path.Combine(other.Path, "ledger"), "pause");
        Assert.NotEqual(0, code);
        Assert.Contains("token", error, StringComparison.Ordinal);

        (code, error) = await RunAsync(ledger.Url, Path.Combine(home.Path, "ledger"), "warp", "--slot", "0");
        Assert.NotEqual(0, code);
        Assert.Contains("has passed", error, StringComparison.Ordinal);
        Assert.False((await DoAsync(ledger, "status")).GetProperty("paused").GetBoolean());
    }

    private static async Task<RunningLedger> StartAsync(string home)
    {
        var genesis = Path.Combine(home, "genesis.json");
        await File.WriteAllTextAsync(genesis, $$"""
            {
              "slotMs": 3600000,
              "tasks": [ {"address":"{{Job}}","manager":"{{Nobody}}","name":"job","executable":"bafy","totalBounty":5,"bountyPerRound":1,
                "roundTime":100,"submissionWindow":30,"auditWindow":20,"minimumStake":1} ]
            }
            """);
        var data = Path.Combine(home, "ledger");
        var process = PondProcess.Start(home, "ledger", "run", "--data", data, "--genesis", genesis, "--rpc", "0", "--json");
        await process.WaitForTextAsync("\"rpc\":", Timeout());
        var ready = process.Out.Split('\n').Single(line => line.Contains("\"rpc\":", StringComparison.Ordinal));
        return new RunningLedger(process, data, JsonDocument.Parse(ready).RootElement.GetProperty("rpc").GetString()!);
    }

    private static async Task<JsonElement> DoAsync(RunningLedger ledger, params string[] words)
    {
        using var command = PondProcess.Start(ledger.Data, ["ledger", .. words, "--url", ledger.Url, "--data", ledger.Data, "--json"]);
        Assert.True(await command.WaitForExitAsync(Timeout()) == 0, command.Error);
        return JsonDocument.Parse(command.Out).RootElement.GetProperty("result");
    }

    private static async Task<(int Code, string Error)> RunAsync(string url, string data, params string[] words)
    {
        using var command = PondProcess.Start(Path.GetTempPath(), ["ledger", .. words, "--url", url, "--data", data]);
        var code = await command.WaitForExitAsync(Timeout());
        return (code, command.Error);
    }

    private static ulong Slot(JsonElement answer) => answer.GetProperty("slot").GetUInt64();

    private static CancellationToken Timeout() => new CancellationTokenSource(Patience, TimeProvider.System).Token;

    private sealed class RunningLedger(PondProcess process, string data, string url) : IDisposable
    {
        private readonly HttpClient _http = new();

        internal string Data => data;

        internal string Url => url;

        internal async Task<ulong> BalanceAsync(string account)
        {
            using var content = new StringContent(
                $$"""{"jsonrpc":"2.0","id":1,"method":"getBalance","params":["{{account}}",{"commitment":"processed"}]}""",
                System.Text.Encoding.UTF8,
                "application/json");
            using var answer = await _http.PostAsync(new Uri(url), content);
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("result").GetProperty("value").GetUInt64();
        }

        public void Dispose()
        {
            _http.Dispose();
            process.Dispose();
        }
    }
}
