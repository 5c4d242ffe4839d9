using System.Net;
using System.Net.Sockets;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond.TestTask;

/// <summary>A task for the tests of the runtime: it works honestly unless the variable BEHAVIOUR says otherwise.</summary>
internal class ScriptedTask : PondTask
{
    private static readonly string? Behaviour = Environment.GetEnvironmentVariable("BEHAVIOUR");

    public override Task StartAsync(ITaskContext task, CancellationToken cancellationToken) =>
        Behaviour is "fail-start" ? throw new InvalidOperationException("no set-up today") : Task.CompletedTask;

    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        switch (Behaviour)
        {
            case "throw":
                throw new InvalidOperationException("as the test wants it");
            case "crash":
                Console.Error.WriteLine("last words");
                Environment.Exit(7);
                break;
            case "hang":
                Console.WriteLine("hanging");
                await WaitForEverAsync(cancellationToken);
                break;
            case "spin":
                Console.WriteLine("spinning");
                new ManualResetEventSlim().Wait(CancellationToken.None);
                break;
            case "flood":
                Console.Write(new string('x', 1_000_000));
                Console.WriteLine("end of flood");
                break;
            case "look-around":
                await LookAroundAsync();
                break;
            case "attack":
                await Attacks.RunAsync();
                break;
            case "escape":
                await EscapeAsync(round, cancellationToken);
                break;
            default:
                await WorkAsync(round, cancellationToken);
                break;
        }
    }

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"result-{round.Number}", cancellationToken) is { } cid ? Submission.FromText(cid) : null;

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        var result = await round.Task.Content.ReadAllAsync($"{candidate.Value}/result.txt", 1000, cancellationToken);
        return System.Text.Encoding.UTF8.GetString(result) == ResultOf(round) ? Verdict.Valid : Verdict.Invalid;
    }

    private static string ResultOf(RoundContext round) => $"work of round {round.Number}";

    private static async Task WorkAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(round.Task.Folder, $"round-{round.Number}"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "result.txt"), ResultOf(round), cancellationToken);
        var cid = await round.Task.Content.AddAsync(folder.FullName, $"round {round.Number}", cancellationToken);
        await round.Task.Store.SetAsync($"result-{round.Number}", cid, cancellationToken);

        var data = "signed"u8.ToArray();
        var signature = await round.Task.Signing.SignAsync(data, cancellationToken);
        round.Task.Log.Info($"signature verifies: {round.Task.Signing.Verify(round.Task.Identity.StakingKey, data, signature)}");
        round.Task.Log.Info($"slot {await round.Task.Clock.GetSlotAsync(cancellationToken)}, round {await round.Task.Clock.GetRoundAsync(cancellationToken)}");
        await round.Task.Log.NotifyAsync(NoticeLevel.Warn, "worked\nhard", cancellationToken);
    }

    private static Task WaitForEverAsync(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    /// <summary>Says line by line what it can see and do. HOST_FILE and HOST_PORT are the test's bait.</summary>
    private static async Task LookAroundAsync()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            Console.WriteLine($"variable {name}");
        }

        var file = Environment.GetEnvironmentVariable("HOST_FILE")!;
        var port = int.Parse(Environment.GetEnvironmentVariable("HOST_PORT")!, System.Globalization.CultureInfo.InvariantCulture);
        Try("read host file", () => File.ReadAllText(file));
        Try("write bundle", () => File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "planted"), ""));
        Try("write folder", () => File.WriteAllText("mine", ""));
        Try("write tmp", () => File.Delete(Path.GetTempFileName()));
        Try("see other processes", () =>
        {
            if (Directory.GetDirectories("/proc").Count(path => int.TryParse(Path.GetFileName(path), out _)) < 4)
            {
                throw new InvalidOperationException("only my own");
            }
        });
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port);
            Console.WriteLine("connect loopback: yes");
        }
        catch (SocketException)
        {
            Console.WriteLine("connect loopback: no");
        }
    }

    private static void Try(string what, Action action)
    {
        try
        {
            action();
            Console.WriteLine($"{what}: yes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            Console.WriteLine($"{what}: no");
        }
    }

    /// <summary>Tries to have the node publish what is not the task's.</summary>
    private static async Task EscapeAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var secret = Environment.GetEnvironmentVariable("HOST_FILE")!;
        File.CreateSymbolicLink("link", secret);
        Directory.CreateDirectory("folder");
        File.CreateSymbolicLink("folder/link", secret);
        File.CreateSymbolicLink("way", Path.GetDirectoryName(secret)!);
        foreach (var path in (string[])["link", "folder", $"way/{Path.GetFileName(secret)}", secret, "../" + Path.GetFileName(secret)])
        {
            try
            {
                Console.WriteLine($"published {await round.Task.Content.AddAsync(path, "loot", cancellationToken)}");
            }
            catch (PondException exception)
            {
                Console.WriteLine($"refused {exception.Code}");
            }
        }
    }
}
