using System.Globalization;
using System.Text.Json.Nodes;
using Pond.Testing;
using Xunit.Abstractions;

namespace Pond.EndToEnd.Tests;

/// <summary>
/// <c>pond task deploy</c> and <c>pond task update</c> are killed at each question that they ask of ledger and store, once before it arrives and once
/// when it was answered; run again, they have made one task. POND_FROM is the first of these moments, POND_COUNT how many.
/// </summary>
public sealed class DeploymentKillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(28);

    private readonly TemporaryFolder _home = new();
    private readonly TemporaryFolder _work = new();
    private readonly CancellationTokenSource _patience = new(Patience, TimeProvider.System);
    private PondProcess _ledger = null!;
    private PondProcess _store = null!;
    private KillingProxy _proxy = null!;
    private Uri _rpc = null!;
    private Uri _storeRpc = null!;
    private int _projects;

    private string Key => Path.Combine(_home.Path, "ledger", "keys", "account-0.json");

    public async Task InitializeAsync()
    {
        _ledger = PondProcess.Start(_home.Path, "ledger", "run", "--rpc", "0", "--slot-ms", "50", "--json");
        _store = PondProcess.Start(_home.Path, "store", "serve", "--gateway-port", "0", "--rpc-port", "0", "--json");
        _rpc = await AddressAsync(_ledger);
        _storeRpc = await AddressAsync(_store);
        _proxy = await KillingProxy.StartAsync(_rpc, _storeRpc);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _ledger.Dispose();
        _store.Dispose();
        _patience.Dispose();
        _work.Dispose();
        _home.Dispose();
    }

    [Fact]
    [Trait("Length", "Long")]
    public Task A_deployment_that_is_killed_anywhere_and_run_again_makes_one_task() => KillEverywhereAsync(update: false);

    [Fact]
    [Trait("Length", "Long")]
    public Task An_update_that_is_killed_anywhere_and_run_again_makes_one_task_of_one() => KillEverywhereAsync(update: true);

    private async Task KillEverywhereAsync(bool update)
    {
        var verb = update ? "update" : "deploy";
        var whole = await PrepareAsync(update);
        _ = _proxy.Begin(null, afterwards: false);
        await SucceedAsync(verb, whole, throughProxy: true);
        var asked = _proxy.Asked;
        output.WriteLine($"{verb} asks {asked.Length} times: {string.Join(' ', asked)}");
        Assert.Equal(2, asked.Count(name => name is "sendTransaction"));
        Assert.Equal(2, asked.Count(name => name.Contains("/api/v0/", StringComparison.Ordinal) && name.EndsWith("import", StringComparison.Ordinal)));

        var from = (int)CaseNumbers.From;
        var killed = 0;
        for (var moment = from; moment < Math.Min(2 * asked.Length, from + CaseNumbers.Count(2 * asked.Length)); moment++)
        {
            var project = await PrepareAsync(update);
            var before = await CountTasksAsync();
            killed += await KillAsync(verb, project, (moment / 2) + 1, afterwards: moment % 2 == 1) ? 1 : 0;

            var task = await SucceedAsync(verb, project, throughProxy: false);
            var made = await CountTasksAsync() - before;
            Assert.True(made == 1, string.Create(CultureInfo.InvariantCulture, $"Killed at moment {moment}, {verb} made {made} tasks."));
            Assert.Equal(task, await SucceedAsync(verb, project, throughProxy: false));
            Assert.Equal(before + 1, await CountTasksAsync());
        }

        // How often the ledger is asked whether a transaction has landed differs by one or two from run to run.
        Assert.True(killed > 0);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"killed {killed} times"));
    }

    /// <summary>A project of its own; for an update one that was deployed and has changed.</summary>
    private async Task<string> PrepareAsync(bool update)
    {
        var project = string.Create(CultureInfo.InvariantCulture, $"project-{_projects++}");
        _work.Write($"{project}/dist/main.js", "// one\n");
        _work.Write($"{project}/config-task.yml", Config(migration: ""));
        var folder = Path.Combine(_work.Path, project);
        if (update)
        {
            await SucceedAsync("deploy", folder, throughProxy: false);
            _work.Write($"{project}/dist/main.js", "// two\n");
            _work.Write($"{project}/config-task.yml", Config(migration: "Two"));
        }

        return folder;
    }

    /// <summary>Runs a command and kills it at that question.</summary>
    /// <returns>Whether it came so far.</returns>
    private async Task<bool> KillAsync(string verb, string project, int question, bool afterwards)
    {
        var reached = _proxy.Begin(question, afterwards);
        using var pond = PondProcess.StartIn(project, _home.Path, Words(verb, throughProxy: true));
        var ended = pond.WaitForExitAsync(_patience.Token);
        if (await Task.WhenAny(reached, ended) == ended)
        {
            Assert.True(await ended == 0, pond.Error);
            return false;
        }

        pond.Kill();
        await ended;
        (await reached)();
        return true;
    }

    private async Task<string> SucceedAsync(string verb, string project, bool throughProxy)
    {
        using var pond = PondProcess.StartIn(project, _home.Path, Words(verb, throughProxy));
        var exitCode = await pond.WaitForExitAsync(_patience.Token);
        Assert.True(exitCode == 0, $"pond task {verb} ended with {exitCode}.\n{pond.Out}\n{pond.Error}");
        return JsonNode.Parse(pond.Out)!["task"]!["task"]!.GetValue<string>();
    }

    private string[] Words(string verb, bool throughProxy) =>
    [
        "task", verb, "--yes", "--json", "--no-build", "--keypair", Key,
        "--url", $"{(throughProxy ? _proxy.Address : _rpc)}", "--store", $"{(throughProxy ? _proxy.Address : _storeRpc)}",
    ];

    private async Task<int> CountTasksAsync()
    {
        using var pond = PondProcess.Start(_home.Path, "task", "list", "--json", "--url", $"{_rpc}");
        Assert.Equal(0, await pond.WaitForExitAsync(_patience.Token));
        return JsonNode.Parse(pond.Out)!["tasks"]!.AsArray().Count;
    }

    private async Task<Uri> AddressAsync(PondProcess server)
    {
        await server.WaitForTextAsync("\"rpc\":", _patience.Token);
        var line = server.Out.Split('\n').Single(line => line.Contains("\"rpc\":", StringComparison.Ordinal));
        return new Uri(JsonNode.Parse(line)!["rpc"]!.GetValue<string>());
    }

    private static string Config(string migration) =>
        $"""
        task_name: 'killed'
        author: 'Ann'
        description: 'A test'
        repositoryUrl: 'https://example.org'
        task_executable_network: IPFS
        task_audit_program: dist/main.js
        round_time: 120
        audit_window: 40
        submission_window: 40
        minimum_stake_amount: 1.9
        task_type: 'KOII'
        total_bounty_amount: 10
        bounty_amount_per_round: 0.1
        allowed_failed_distributions: 3
        space: 0.1
        migrationDescription: '{migration}'
        """;
}
