using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pond.Cli.Terminal;
using Pond.Simulation.Tests;

namespace Pond.Cli.Tests.Tasks;

public sealed partial class SimulatedTaskTests
{
    // A program with a task and its flawed twin: this one.
    private static readonly string Program = typeof(HashTask).Assembly.Location;

    [Fact]
    public async Task A_test_shows_its_rounds_and_the_hash_that_the_seed_repeats()
    {
        var (exitCode, output, _) = await RunAsync("test", "--rounds", "2", "--scenario", "liar=1", "--seed", "7");

        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.StartsWith("round  submitted  accepted  slashed", output, StringComparison.Ordinal);
        Assert.Contains("all checks hold", output, StringComparison.Ordinal);
        Assert.Equal(TraceOf(output), TraceOf((await RunAsync("test", "--rounds", "2", "--scenario", "liar=1", "--seed", "7")).Output));
    }

    [Fact]
    public async Task A_task_that_pays_lies_fails_the_test_and_the_attack_says_how_to_see_it_again()
    {
        var (tested, output, _) = await RunAsync("test", "--task", nameof(FlawedHashTask), "--rounds", "2", "--scenario", "liar=1");
        var (attacked, found, _) = await RunAsync("attack", "--task", nameof(FlawedHashTask), "--json");

        Assert.Equal(ExitCode.CheckFailed, tested);
        Assert.Contains("BROKEN", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.CheckFailed, attacked);
        using var json = JsonDocument.Parse(found);
        Assert.Equal("lie-paid", json.RootElement.GetProperty("broken").GetProperty("kind").GetString());
        Assert.Contains($"--task {nameof(FlawedHashTask)} --nodes 4 --rounds 1", json.RootElement.GetProperty("broken").GetProperty("replay").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scenario_that_is_none_is_a_usage_error()
    {
        var (exitCode, output, error) = await RunAsync("test", "--scenario", "robber=1");

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("error scenario-invalid:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_said_so() =>
        Assert.NotEqual(ExitCode.Ok, (await RunAsync("test", "--task", "NoTask")).ExitCode);

    [Fact]
    public async Task The_report_is_a_page_that_needs_nothing_beside_itself()
    {
        var file = Path.GetTempFileName();
        try
        {
            await RunAsync("test", "--rounds", "3", "--scenario", "liar=1,lazy=1", "--nodes", "7", "--report", file);
            var page = await File.ReadAllTextAsync(file);

            Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
            Assert.Contains("<svg", page, StringComparison.Ordinal);
            Assert.Contains("95 % interval", page, StringComparison.Ordinal);
            Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
            Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task The_commands_of_the_guide_do_what_it_says()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "guide", "simulate-a-task.md"));
        var commands = Commands().Matches(guide).Select(match => match.Groups["words"].Value.Split(' ')).ToList();
        var folder = Directory.CreateTempSubdirectory("pond-guide-").FullName;
        try
        {
            Assert.True(commands.Count >= 4);
            foreach (var words in commands)
            {
                // Files that the guide's reader has in his folder are put into one of the test's.
                var (exitCode, _, error) = await RunAsync([.. words.Select(word => word is "report.html" or "trace.txt" ? Path.Combine(folder, word) : word)]);
                Assert.True(exitCode is ExitCode.Ok, $"{string.Join(' ', words)}: {error}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    private static string TraceOf(string output) => output.Split('\n').First(line => line.StartsWith("trace ", StringComparison.Ordinal));

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] words)
    {
        using var output = new WrittenConsole();
        using var error = new WrittenConsole();
        var exitCode = await PondCommand.RunAsync(
            ["task", .. words, Program], new Terminals(output.Console, error.Console), TimeProvider.System);
        return (exitCode, output.Text, error.Text);
    }

    [GeneratedRegex("^pond task (?<words>(test|attack)[^\n]*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Commands();
}
