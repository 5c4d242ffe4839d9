using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Pond.Testing;
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
    public Task A_task_in_JavaScript_is_deployed_and_paid() => GoFromNothingToResultsAsync("basic", "js");

    /// <summary>The same for every template: what takes minutes. POND_FROM is the first one, POND_COUNT how many.</summary>
    [Theory]
    [Trait("Length", "Long")]
    [MemberData(nameof(Templates))]
    public Task Every_template_is_deployed_and_paid(string template, string language) => GoFromNothingToResultsAsync(template, language);

    public static TheoryData<string, string> Templates()
    {
        (string Template, string Language)[] all =
        [
            ("basic", "cs"), ("scraper", "cs"), ("chain-index", "cs"), ("web-host", "cs"), ("key-value", "cs"), ("rest", "cs"), ("basic", "js"),
        ];
        var chosen = new TheoryData<string, string>();
        foreach (var (template, language) in all.Skip((int)CaseNumbers.From).Take(CaseNumbers.Count(all.Length)))
        {
            chosen.Add(template, language);
        }

        return chosen;
    }

    /// <summary>The commands of docs/guide/local-network.md, as they stand there but for the ports.</summary>
    [Fact]
    public async Task The_guide_leads_to_a_paid_round()
    {
        var guide = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "docs", "guide", "local-network.md");
        var folder = _work.Path;
        var began = TimeProvider.System.GetTimestamp();
        foreach (var line in LinesOf(await File.ReadAllTextAsync(guide, _patience.Token)))
        {
            var words = line.Split(' ');
            if (words[0] is "cd")
            {
                folder = Path.Combine(folder, words[1]);
                continue;
            }

            if (words[0].EndsWith(':'))
            {
                await File.AppendAllTextAsync(Path.Combine(folder, "config-task.yml"), $"\n{line}\n", _patience.Token);
                continue;
            }

            var said = await SucceedAsync(folder, words is [_, "up", ..] ? [.. words[1..], .. AnyPorts] : words[1..]);
            Assert.True(words is not [_, "task", "results", ..] || said.Contains("Accepted", StringComparison.Ordinal), said);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds,5:0.0} s  {line}"));
        }

        Assert.Empty(PondProcess.CommandLinesWith(_home.Path));
    }

    [Fact]
    public async Task A_task_that_is_being_developed_runs_on_every_node_as_soon_as_it_is_built()
    {
        await SucceedAsync(_work.Path, ["up", "--slot-ms", "50", "--nodes", "2", .. AnyPorts]);
        await SucceedAsync(_work.Path, "task", "new", "hello", "--lang", "js");
        var project = Path.Combine(_work.Path, "hello");
        var config = Path.Combine(project, "config-task.yml");
        var written = await File.ReadAllTextAsync(config, _patience.Token);
        await File.WriteAllTextAsync(
            config,
            written.Replace("'IPFS'", "'DEVELOPMENT'", StringComparison.Ordinal).Replace("'dist/main.js'", "'main'", StringComparison.Ordinal),
            _patience.Token);
        var task = JsonNode.Parse(await SucceedAsync(project, "task", "deploy", "--yes", "--json"))!["task"]!;
        Assert.Equal(("main", "metadata.json"), (task["executable"]!.GetValue<string>(), task["metadata"]!.GetValue<string>()));
        Assert.True(File.Exists(Path.Combine(project, "dist", $"{task["task"]}.json")));

        var source = Path.Combine(project, "src", "index.js");
        await File.WriteAllTextAsync(source, $"console.log('changed');\n{await File.ReadAllTextAsync(source, _patience.Token)}", _patience.Token);
        await SucceedAsync(project, "task", "build");

        await UntilAsync(task["task"]!.GetValue<string>(), nodes => nodes.Count == 2 && nodes.All(node =>
            node!["log"]!.GetValue<string>() is var log && File.Exists(log) && File.ReadAllText(log).Contains("changed", StringComparison.Ordinal)));
        Assert.Single(JsonNode.Parse(await SucceedAsync(project, "task", "list", "--json"))!["tasks"]!.AsArray(), each => each!["name"]!.GetValue<string>() is "hello");
    }

    /// <summary>The commands of a guide, and the lines that it has one write into the task's configuration, in their order.</summary>
    private static IEnumerable<string> LinesOf(string markdown) => markdown.Split("\n```").Index()
        .Where(part => part.Index % 2 == 1)
        .Select(part => part.Item.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        .Where(block => block[0] is "sh" or "yaml")
        .SelectMany(block => block.Skip(1));

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

    /// <summary>What a new user types, from an empty folder to the results of the first round that is paid.</summary>
    private async Task GoFromNothingToResultsAsync(string template, string language)
    {
        await using var page = new PageServer();
        var began = TimeProvider.System.GetTimestamp();
        var times = new List<string>();
        async Task<string> StepAsync(string name, string folder, params string[] words)
        {
            var said = await SucceedAsync(folder, words);
            times.Add(string.Create(CultureInfo.InvariantCulture, $"{name} after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s"));
            return said;
        }

        await StepAsync("up", _work.Path, ["up", "--slot-ms", "50", "--env", $"SCRAPER_URL={page.Address}", .. AnyPorts]);
        await StepAsync("new", _work.Path, "task", "new", "hello", "--template", template, "--lang", language);
        var project = Path.Combine(_work.Path, "hello");
        var config = await File.ReadAllTextAsync(Path.Combine(project, "config-task.yml"), _patience.Token);
        await StepAsync("build", project, "task", "build");
        await StepAsync("deploy", project, "task", "deploy", "--yes", "--no-build");
        var paid = JsonNode.Parse(await StepAsync("paid", project, "task", "results", "--wait", "--json"))!;

        output.WriteLine(string.Join(", ", times));
        Assert.Equal(config, await File.ReadAllTextAsync(Path.Combine(project, "config-task.yml"), _patience.Token));
        var accepted = paid["results"]!.AsArray().Where(result => result!["outcome"]!.GetValue<string>() is "accepted").ToList();
        Assert.True(accepted.Count > 0, paid.ToJsonString());
        if (template is "scraper" or "chain-index" or "key-value")
        {
            // The others submit what is no content: a hash, or that they serve.
            Assert.All(accepted, result => Assert.True(Path.Exists(result!["path"]?.GetValue<string>()), result.ToJsonString()));
        }

        if (template is "scraper")
        {
            Assert.All(accepted, result => Assert.Contains("A page for a test", result!["preview"]!.GetValue<string>(), StringComparison.Ordinal));
        }
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

    private async Task UntilAsync(string task, Func<JsonArray, bool> isSo)
    {
        JsonNode? status = null;
        try
        {
            do
            {
                status = await StatusAsync(task);
            }
            while (!isSo(status["nodes"]!.AsArray()));
        }
        catch (OperationCanceledException cause)
        {
            throw new InvalidOperationException($"It did not come about. {status?.ToJsonString()}", cause);
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
