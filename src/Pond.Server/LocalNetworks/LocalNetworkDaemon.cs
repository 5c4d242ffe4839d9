using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Tasks;

namespace Pond.Server.LocalNetworks;

/// <summary>Starts a local network in the background, and stops it.</summary>
public static class LocalNetworkDaemon
{
    /// <summary>The environment variable that names the file in which a network in the background says how its start ended.</summary>
    public const string ReportVariable = "POND_UP_REPORT";

    /// <summary>How long a start may take: a ledger with a long history makes its last blocks again.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);

    /// <summary>How long a stop may take: each task gets some seconds to end.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Starts a network in a process of its own, which outlives this one and its terminal.</summary>
    /// <param name="home">The network's folder.</param>
    /// <param name="command">The program and its words that run the network in the foreground.</param>
    /// <param name="time">Waits.</param>
    /// <param name="cancellationToken">Gives up waiting, and ends what was started.</param>
    /// <returns>Where everything is, once it can be used.</returns>
    /// <exception cref="PondException">What the network's start threw; <c>network-start-failed</c> if it ended without a word.</exception>
    public static async Task<LocalNetworkState> StartAsync(
        LocalNetworkHome home, IReadOnlyList<string> command, TimeProvider time, CancellationToken cancellationToken)
    {
        home.TurnLog();
        var report = Path.Combine(Path.GetDirectoryName(home.Log)!, $"start-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}.json");
        DurableFiles.TryDelete(report);
        using var process = Process.Start(Describe(home, command, report))!;
        using var patience = new CancellationTokenSource(StartPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var timer = new PeriodicTimer(LookInterval, time);
            while (await timer.WaitForNextTickAsync(either.Token))
            {
                // In this order: what a process says before it ends is there when it has ended.
                var hasEnded = process.HasExited;
                if (ReadReport(report) is { } said)
                {
                    return said.Failure is { } failure
                        ? throw new PondException(failure.Code, failure.Message, failure.Fix)
                        : home.FindRunning() ?? throw Silent(home, "it ended right after its start");
                }

                if (hasEnded)
                {
                    throw Silent(home, string.Create(CultureInfo.InvariantCulture, $"its process ended with exit code {process.ExitCode}"));
                }
            }
        }
        catch (OperationCanceledException)
        {
            Posix.Terminate(process.Id);
            cancellationToken.ThrowIfCancellationRequested();
            throw Silent(home, $"it was not ready within {StartPatience.TotalMinutes} minutes");
        }
        finally
        {
            DurableFiles.TryDelete(report);
        }

        throw new UnreachableException("The timer is stopped only by its token.");
    }

    /// <summary>Tells whoever waits for this process's start how it ended; nobody may.</summary>
    /// <param name="failure">Why it failed; null if it did not.</param>
    public static void Report(PondException? failure)
    {
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } path)
        {
            var report = new StartReport(failure is null ? null : new(failure.Code, failure.Message, failure.Fix));
            DurableFiles.Write(path + ".unfinished", path, JsonSerializer.SerializeToUtf8Bytes(report, PondJson.Options));
        }
    }

    /// <summary>Stops the network in a folder and waits for its end.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="PondException"><c>network-stuck</c>: it did not end in time.</exception>
    public static async Task<bool> StopAsync(LocalNetworkHome home, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!home.IsRunning())
        {
            return false;
        }

        var processId = home.ReadHolder() ?? throw new PondException(
            "network-stuck", $"Which process runs the network in {home.Folder} is not known.", "Wait a second and try again.", isTransient: true);
        Posix.Terminate(processId);
        using var patience = new CancellationTokenSource(StopPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var timer = new PeriodicTimer(LookInterval, time);
        try
        {
            while (home.IsRunning())
            {
                await timer.WaitForNextTickAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PondException(
                "network-stuck",
                $"The network in {home.Folder}, process {processId}, did not end within {StopPatience.TotalSeconds} s.",
                $"Look into {home.Log}; 'kill -9 {processId}' loses nothing that was confirmed.");
        }

        return true;
    }

    private static ProcessStartInfo Describe(LocalNetworkHome home, IReadOnlyList<string> command, string report)
    {
        // A session of its own, so that neither Ctrl-C nor the end of the terminal reaches it; its words go to the log.
        var detach = SystemPrograms.Find("setsid") ?? SystemPrograms.Find("nohup") ?? "/usr/bin/env";
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = home.Folder };
        foreach (var word in (string[])["-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", home.Log, detach, .. command])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment[ReportVariable] = report;
        return start;
    }

    private static StartReport? ReadReport(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<StartReport>(File.ReadAllText(path), PondJson.Options) : null;
        }
        catch (Exception exception) when (DiskFailures.IsOfDisk(exception))
        {
            return null;
        }
    }

    private static PondException Silent(LocalNetworkHome home, string what) => new(
        "network-start-failed", $"The network in {home.Folder} could not be started: {what}.", $"Look at the end of {home.Log}.");

    private sealed record StartReport(StartFailure? Failure);

    private sealed record StartFailure(string Code, string Message, string Fix);
}
