using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Pond.EndToEnd.Tests;

/// <summary>The first hour of a creator: a network, a task of a template, and its first paid round, by the commands that he types.</summary>
public sealed class LocalNetworkTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>No test waits longer than this; the promise is 60 s for a journey on a machine that does nothing else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private static readonly string[] AnyPorts = ["--rpc", "0", "--gateway", "0", "--store-rpc", "0", "--node-port", "0"];

    private readonly TemporaryFolder _home = new();
    private readonly TemporaryFolder _work = new();
    private readonly CancellationTokenSource _patience = new(Patience, TimeProvider.System);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await RunAsync(_work.Path, "down");
        _patience.Dispose();
        _work.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task A_task_in_JavaScript_is_deployed_and_paid()
    {
        var began = TimeProvider.System.GetTimestamp();
        var times = new List<(string Step, TimeSpan At)>();
        void Note(string step) => times.Add((step, TimeProvider.System.GetElapsedTime(began)));

        await SucceedAsync(_work.Path, ["up", "--slot-ms", "50", .. AnyPorts]);
        Note("up");
        await SucceedAsync(_work.Path, "task", "new", "hello", "--lang", "js");
        Note("new");
        var project = Path.Combine(_work.Path, "hello");
        await SucceedAsync(project, "task", "build");
        Note("build");
        var task = JsonNode.Parse(await SucceedAsync(project, "task", "deploy", "--yes", "--json", "--no-build"))!["task"]!["task"]!.GetValue<string>();
        Note("deploy");
        var paid = await UntilPaidAsync(task);
        Note("paid");

        output.WriteLine(string.Join(", ", times.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Step} after {time.At.TotalSeconds:0.0} s"))));
        Assert.True(paid["rewards"]!.AsObject().Count >= 3, paid.ToJsonString());
        var results = JsonNode.Parse(await SucceedAsync(project, "task", "results", "hello", "--round", $"{paid["round"]}", "--json"))!["results"]!.AsArray();
        Assert.Equal(paid["rewards"]!.AsObject().Count, results.Count(result => result!["outcome"]!.GetValue<string>() is "accepted"));
    }

    /// <summary>The commands of docs/guide/local-network.md, as they stand there but for the ports.</summary>
    [Fact]
    public async Task The_guide_leads_to_a_paid_round()
    {
        var guide = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "docs", "guide", "local-network.md");
        var folder = _work.Path;
        var began = TimeProvider.System.GetTimestamp();
        foreach (var line in CommandsOf(await File.ReadAllTextAsync(guide, _patience.Token)))
        {
            var words = line.Split(' ');
            if (words[0] is "cd")
            {
                folder = Path.Combine(folder, words[1]);
                continue;
            }

            if (words is [_, "task", "results", var task])
            {
                await UntilPaidAsync(task);
            }

            var said = await SucceedAsync(folder, words is [_, "up", ..] ? [.. words[1..], .. AnyPorts] : words[1..]);
            Assert.True(words is not [_, "task", "results", ..] || said.Contains("Accepted", StringComparison.Ordinal), said);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds,5:0.0} s  {line}"));
        }

        Assert.Empty(PondProcess.CommandLinesWith(_home.Path));
    }

    // The scraper is left out: it has nothing to do without a page to read, and tests have no internet.
    [Fact]
    [Trait("Length", "Long")]
    public async Task Every_other_template_is_deployed_and_paid()
    {
        await SucceedAsync(_work.Path, ["up", "--slot-ms", "100", "--nodes", "3", .. AnyPorts]);
        var tasks = new List<string>();
        foreach (var template in (string[])["chain-index", "web-host", "key-value", "rest"])
        {
            await SucceedAsync(_work.Path, "task", "new", template, "--template", template);
            var answer = await SucceedAsync(Path.Combine(_work.Path, template), "task", "deploy", "--yes", "--json");
            tasks.Add(JsonNode.Parse(answer)!["task"]!["task"]!.GetValue<string>());
        }

        foreach (var task in tasks)
        {
            await UntilPaidAsync(task);
        }
    }

    private static IEnumerable<string> CommandsOf(string markdown)
    {
        var blocks = markdown.Split("```sh\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);
        return blocks.SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Killed_and_started_again_the_network_goes_on_and_the_task_is_paid()
    {
        await SucceedAsync(_work.Path, ["up", "--slot-ms", "50", "--nodes", "3", .. AnyPorts]);
        var before = await NetworkAsync();
        Assert.True((await NetworkAsync())["alreadyRunning"]!.GetValue<bool>());
        Assert.Equal(9, (await RunAsync(_work.Path, "up", "--nodes", "4")).ExitCode);
        await SucceedAsync(_work.Path, "task", "new", "hello");
        var project = Path.Combine(_work.Path, "hello");
        var task = JsonNode.Parse(await SucceedAsync(project, "task", "deploy", "--yes", "--json"))!["task"]!["task"]!.GetValue<string>();
        await UntilPaidAsync(task);

        using (var host = Process.GetProcessById(before["network"]!["processId"]!.GetValue<int>()))
        {
            host.Kill();
            await host.WaitForExitAsync(_patience.Token);
        }

        await SucceedAsync(_work.Path, "up");
        var after = await NetworkAsync();
        Assert.Equal(before["network"]!["rpc"]!.GetValue<string>(), after["network"]!["rpc"]!.GetValue<string>());
        var round = (await StatusAsync(task))["round"]!.GetValue<ulong>();
        await UntilPaidAsync(task, round + 1);

        Assert.Equal(0, (await RunAsync(_work.Path, "down")).ExitCode);
        Assert.Empty(PondProcess.CommandLinesWith(_home.Path));
    }

    private async Task<JsonNode> NetworkAsync() => JsonNode.Parse(await SucceedAsync(_work.Path, "up", "--json"))!;

    private async Task<JsonNode> StatusAsync(string task) =>
        JsonNode.Parse(await SucceedAsync(_work.Path, "task", "status", task, "--json"))!;

    /// <summary>Asks as a user does, again and again, until a round from that one on is paid to somebody.</summary>
    private async Task<JsonNode> UntilPaidAsync(string task, ulong from = 0)
    {
        JsonNode? status = null;
        try
        {
            while (true)
            {
                status = await StatusAsync(task);
                if (status["rounds"]!.AsArray().FirstOrDefault(round =>
                    round!["round"]!.GetValue<ulong>() >= from
                    && round["payout"]!.GetValue<string>() is "payoutSuccessful"
                    && round["rewards"]!.AsObject().Count > 0) is { } paid)
                {
                    return paid;
                }
            }
        }
        catch (OperationCanceledException cause)
        {
            throw new InvalidOperationException($"No round was paid. {status?.ToJsonString()}", cause);
        }
    }

    private async Task<string> SucceedAsync(string folder, params string[] words)
    {
        var (exitCode, text, error) = await RunAsync(folder, words);
        Assert.True(exitCode == 0, $"pond {string.Join(' ', words)} ended with {exitCode}.\n{text}\n{error}");
        return text;
    }

    private async Task<(int ExitCode, string Out, string Error)> RunAsync(string folder, params string[] words)
    {
        using var pond = PondProcess.StartIn(folder, _home.Path, words);
        var exitCode = await pond.WaitForExitAsync(_patience.Token);
        return (exitCode, pond.Out, pond.Error);
    }
}
