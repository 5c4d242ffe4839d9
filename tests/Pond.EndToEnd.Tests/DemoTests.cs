using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Pond.EndToEnd.Tests;

/// <summary>The demo as a real process, as a newcomer runs it.</summary>
public sealed class DemoTests
{
    /// <summary>No test waits longer than this for a demo that hangs; a demo that works is far below it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_cheater_is_slashed_the_honest_are_paid_and_the_index_is_whole()
    {
        using var home = new TemporaryFolder();
        using var documents = new TemporaryFolder();
        Documents.WriteTo(documents);

        var (exitCode, report) = await RunDemoAsync(home, documents.Path, "--nodes", "5", "--cheaters", "1", "--rounds", "2");

        Assert.Equal(0, exitCode);
        Assert.True(report["ok"]!.GetValue<bool>());
        Assert.All(Checks(report), check => Assert.True(check["ok"]!.GetValue<bool>(), check.ToJsonString()));
        Assert.Equal(141, report["corpus"]!["files"]!.GetValue<int>());
        Assert.Equal(2, report["corpus"]!["skippedFiles"]!.GetValue<int>());
        Assert.Equal(341, report["corpus"]!["documents"]!.GetValue<int>());

        var nodes = report["nodes"]!.AsArray();
        Assert.Equal(5, nodes.Count);
        foreach (var node in nodes)
        {
            if (node!["isCheater"]!.GetValue<bool>())
            {
                Assert.Equal(0UL, Amount(node, "forWork"));
                // 70 % of a stake of 5 KOII, once for each round in which it cheated before it was shut out.
                Assert.True(Amount(node, "slashed") >= 3_500_000_000);
                Assert.Contains("slashed in round", node["why"]!.GetValue<string>(), StringComparison.Ordinal);
            }
            else
            {
                Assert.True(Amount(node, "forWork") > 0);
                Assert.Equal(0UL, Amount(node, "slashed"));
                Assert.Equal(5_000_000_000UL, Amount(node, "stake"));
            }
        }

        var conservation = report["conservation"]!;
        Assert.Equal(Amount(conservation, "before"), Amount(conservation, "after") + Amount(conservation, "feesBurnt"));
        Assert.True(Amount(conservation, "feesBurnt") > 0);
        Assert.True(report["audit"]!["missProbability"]!.GetValue<double>() < 1e-6);

        await SearchFindsAsync(home, report["index"]!.GetValue<string>());
        Assert.False(Directory.Exists(Path.Combine(home.Path, "demo", "run")));
        Assert.Empty(PondProcess.CommandLinesWith(home.Path));
    }

    [Fact]
    public async Task Without_a_cheater_everybody_is_paid_alike_and_the_index_is_the_same_again()
    {
        using var home = new TemporaryFolder();
        using var documents = new TemporaryFolder();
        Documents.WriteTo(documents);

        var (firstExitCode, first) = await RunDemoAsync(home, documents.Path, "--nodes", "3", "--cheaters", "0", "--rounds", "1");
        var (secondExitCode, second) = await RunDemoAsync(home, documents.Path, "--nodes", "4", "--cheaters", "1", "--rounds", "1");

        Assert.Equal(0, firstExitCode);
        Assert.Equal(0, secondExitCode);
        Assert.Equal(first["index"]!.GetValue<string>(), second["index"]!.GetValue<string>());
        Assert.Single(first["nodes"]!.AsArray().Select(node => Amount(node!, "forWork")).Distinct());
        Assert.All(first["nodes"]!.AsArray(), node => Assert.Equal(0UL, Amount(node!, "slashed")));
    }

    [Fact]
    public async Task Ctrl_C_ends_it_with_130_and_leaves_no_process_and_no_temporary_data()
    {
        using var home = new TemporaryFolder();
        using var documents = new TemporaryFolder();
        Documents.WriteTo(documents);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var demo = PondProcess.Start(home.Path, "demo", documents.Path, "--nodes", "3", "--cheaters", "0");

        await demo.WaitForTextAsync("nodes  ", patience.Token);
        Assert.NotEmpty(PondProcess.CommandLinesWith("DocumentIndex.dll"));
        demo.Interrupt();
        var exitCode = await demo.WaitForExitAsync(patience.Token);

        Assert.Equal(130, exitCode);
        Assert.False(Directory.Exists(Path.Combine(home.Path, "demo", "run")));
        Assert.Empty(PondProcess.CommandLinesWith(home.Path));
    }

    [Theory]
    [InlineData(3, "too-few-nodes", "--nodes", "2", "--cheaters", "0")]
    [InlineData(3, "too-many-cheaters", "--nodes", "4", "--cheaters", "2")]
    [InlineData(3, "too-many-cheaters", "--nodes", "5", "--cheaters", "5")]
    [InlineData(3, "option-out-of-range", "--rounds", "0")]
    [InlineData(3, "option-out-of-range", "--slot-ms", "1")]
    [InlineData(3, "option-out-of-range", "--cheaters", "-1")]
    [InlineData(4, "corpus-missing", "/nowhere/at/all")]
    [InlineData(2, "usage", "--nodes", "many")]
    [InlineData(2, "usage", "--no-such-option")]
    public async Task Bad_input_is_refused_with_what_where_and_what_to_do(int exitCode, string code, params string[] words)
    {
        using var home = new TemporaryFolder();
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var demo = PondProcess.Start(home.Path, ["demo", .. words]);

        Assert.Equal(exitCode, await demo.WaitForExitAsync(patience.Token));
        var lines = demo.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith($"error {code}: ", lines[0], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("      ", lines[1], StringComparison.Ordinal);
        Assert.Empty(demo.Out);
    }

    [Fact]
    public async Task A_folder_without_documents_is_refused_and_says_what_was_skipped()
    {
        using var home = new TemporaryFolder();
        using var documents = new TemporaryFolder();
        documents.Write("a.bin", "\0\u0001");
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var demo = PondProcess.Start(home.Path, "demo", documents.Path);

        Assert.Equal(3, await demo.WaitForExitAsync(patience.Token));
        Assert.Contains("corpus-empty", demo.Error, StringComparison.Ordinal);
        Assert.Contains("Binary: 1", demo.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_option_that_moves_it()
    {
        using var home = new TemporaryFolder();
        using var documents = new TemporaryFolder();
        documents.Write("a.txt", "a document");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var demo = PondProcess.Start(home.Path, "demo", documents.Path, "--rpc-port", $"{port}");

        Assert.Equal(9, await demo.WaitForExitAsync(patience.Token));
        Assert.Contains("port-in-use", demo.Error, StringComparison.Ordinal);
        Assert.Contains($"{port}", demo.Error, StringComparison.Ordinal);
        Assert.Contains("--rpc-port", demo.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Searching_an_unknown_index_says_where_one_comes_from()
    {
        using var home = new TemporaryFolder();
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var missing = PondProcess.Start(
            home.Path, "search", "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354", "anything");
        using var invalid = PondProcess.Start(home.Path, "search", "no-cid", "anything");

        Assert.Equal(4, await missing.WaitForExitAsync(patience.Token));
        Assert.Contains("pond demo", missing.Error, StringComparison.Ordinal);
        Assert.Equal(3, await invalid.WaitForExitAsync(patience.Token));
        Assert.Contains("cid-invalid", invalid.Error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, JsonNode Report)> RunDemoAsync(TemporaryFolder home, params string[] words)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var demo = PondProcess.Start(home.Path, ["demo", .. words, "--json"]);
        var exitCode = await demo.WaitForExitAsync(patience.Token);
        if (demo.Out.Length == 0)
        {
            Fail($"The demo ended with {exitCode} and no report:\n{demo.Error}");
        }

        return (exitCode, JsonNode.Parse(demo.Out)!);
    }

    private static async Task SearchFindsAsync(TemporaryFolder home, string index)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var search = PondProcess.Start(home.Path, "search", index, "cancel after timeout", "--json");

        Assert.Equal(0, await search.WaitForExitAsync(patience.Token));
        var best = JsonNode.Parse(search.Out)!["found"]!.AsArray()[0]!;
        Assert.Equal("M:Example.Source.CancelAfter(System.TimeSpan)", best["title"]!.GetValue<string>());
        Assert.Contains("cancel operation", best["snippet"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static IEnumerable<JsonNode> Checks(JsonNode report) => report["checks"]!.AsArray().Select(check => check!);

    private static ulong Amount(JsonNode node, string name) => node[name]!.GetValue<ulong>();

    [DoesNotReturn]
    private static void Fail(string message) => throw new InvalidOperationException(message);
}
