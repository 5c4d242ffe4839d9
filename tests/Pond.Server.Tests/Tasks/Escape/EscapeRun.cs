using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pond.Contracts.Json;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks.Sandbox;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks.JavaScript;

namespace Pond.Server.Tests.Tasks.Escape;

/// <summary>One run of all attacks of a language in a box, against baits that are really there.</summary>
/// <param name="Outcomes">What each attack said, by its name; null if there is no box on this machine.</param>
/// <param name="Log">The task's log.</param>
/// <param name="Untouched">Whether the baits are as they were.</param>
[SupportedOSPlatform("linux")]
internal sealed partial record EscapeRun(ImmutableDictionary<string, string>? Outcomes, string Log, bool Untouched)
{
    internal const string DotnetTask = "C#";
    internal const string JavaScriptTask = "JavaScript";

    private const string BaitText = "nobody's business";

    private static readonly Dictionary<string, Lazy<Task<EscapeRun>>> Runs = new(StringComparer.Ordinal)
    {
        [DotnetTask] = new(() => RunAsync(isJavaScript: false)),
        [JavaScriptTask] = new(() => RunAsync(isJavaScript: true)),
    };

    /// <summary>The run of a language: one for all tests.</summary>
    internal static Task<EscapeRun> OfAsync(string language) => Runs[language].Value;

    /// <summary>The names of the attacks, as the hostile task's source has them.</summary>
    internal static IEnumerable<string> NamesOf(string language)
    {
        var bundles = Path.GetDirectoryName(Bundles.Of("escape"))!;
        var (file, names) = language is JavaScriptTask
            ? (Path.Combine(bundles, "escape", "main.js"), JavaScriptNames())
            : (Path.Combine(bundles, "..", "Pond.TestTask", "Attacks.cs"), DotnetNames());
        return names.Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value.Replace("\\'", "'", StringComparison.Ordinal));
    }

    private static async Task<EscapeRun> RunAsync(bool isJavaScript)
    {
        var status = await TaskSandbox.ProbeAsync(TimeProvider.System, CancellationToken.None);
        if (status.Sandbox is not { } sandbox)
        {
            return new(null, status.Summary, Untouched: true);
        }

        using var baits = new TemporaryFolder();
        foreach (var file in (string[])["file", "id.json", "other/data"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(baits.At(file))!);
            await File.WriteAllTextAsync(baits.At(file), BaitText);
            File.SetUnixFileMode(baits.At(file), (UnixFileMode)0b110_110_110);
        }

        // Nobody's rights are what hides them.
        File.SetUnixFileMode(baits.Root, (UnixFileMode)0b111_111_111);
        Environment.SetEnvironmentVariable("POND_BAIT", BaitText);
        using var service = new TcpListener(IPAddress.Any, 0);
        service.Start();
        using var socket = Listen(baits.At("socket"));
        using var nameless = Listen($"\0pond-bait-{Environment.ProcessId}");
        var limits = new TaskLimits { Processes = 100, FolderBytes = 512 << 20, MemoryBytes = 1 << 30 };
        var targets = new
        {
            file = baits.At("file"),
            key = baits.At("id.json"),
            otherFolder = baits.At("other"),
            otherSocket = baits.At("socket"),
            abstractSocket = $"pond-bait-{Environment.ProcessId}",
            process = Environment.ProcessId,
            port = ((IPEndPoint)service.LocalEndpoint).Port,
            address = OwnAddress(),
            processes = 2 * limits.Processes,
        };
        var services = new FakeJavaScriptServices();
        await using var run = await TaskRun.StartAsync(
            isJavaScript ? null : "attack",
            sandbox,
            bundle: isJavaScript ? Bundles.Of("escape") : TaskRun.Bundle,
            services: services,
            limits: limits,
            variables: [("TARGETS", JsonSerializer.Serialize(targets, PondJson.Options))]);
        await run.CallAsync(TaskPhase.Execute, 1);
        await Task.WhenAny(run.LineAsync("attacks over"), run.Process.Exited);
        await run.Process.DisposeAsync();
        var outcomes = run.Lines.Select(line => OutcomeLine().Match(line)).Where(match => match.Success)
            .ToImmutableDictionary(match => match.Groups["name"].Value, match => match.Groups["outcome"].Value, StringComparer.Ordinal);
        var untouched = Directory.GetFiles(baits.Root, "*", SearchOption.AllDirectories).Length == 4 && services.Spending.IsEmpty
            && ((string[])["file", "id.json", "other/data"]).All(file => File.ReadAllText(baits.At(file)) == BaitText);
        return new(outcomes, await File.ReadAllTextAsync(Path.Combine(run.Folder, "task.log")), untouched);
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        if (path[0] == '/')
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        }

        return socket;
    }

    private static string OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(address => address.Address)
        .Where(address => address.AddressFamily is AddressFamily.InterNetwork).OrderBy(IPAddress.IsLoopback).First().ToString();

    [GeneratedRegex("^attack (?<name>.+?): (?<outcome>(failed|SUCCEEDED): .*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OutcomeLine();

    [GeneratedRegex(@"^  '(?<name>(\\'|[^'])+)': ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JavaScriptNames();

    [GeneratedRegex(@"^        \[""(?<name>.+)""\] = ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DotnetNames();
}
