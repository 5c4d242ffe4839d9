using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Pond.Primitives;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>The Node.js installation that runs JavaScript bundles.</summary>
internal static class NodeJs
{
    /// <summary>The oldest version that the original node's tasks are written for.</summary>
    internal const int OldestMajor = 18;

    private const string Fix = "Install Node.js 18 or newer, as by 'apt-get install nodejs', or name its path in the node's settings.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly ConcurrentDictionary<string, bool> Checked = new(StringComparer.Ordinal);

    /// <summary>Finds Node.js and sees, once per process, that it runs and is new enough.</summary>
    /// <param name="path">Where it is; null to look where systems install it, never along the caller's search path.</param>
    /// <param name="timeProvider">Bounds the wait for its answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="PondException"><c>nodejs-missing</c> or <c>nodejs-too-old</c>.</exception>
    internal static async Task<string> FindAsync(string? path, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var executable = path ?? SystemPrograms.Find("node") ?? SystemPrograms.Find("nodejs")
            ?? throw new PondException("nodejs-missing", "This task is a JavaScript program, and Node.js is not installed.", Fix);
        if (!Checked.ContainsKey(executable))
        {
            Check(executable, await AskVersionAsync(executable, timeProvider, cancellationToken));
            Checked[executable] = true;
        }

        return executable;
    }

    /// <summary>Judges what <c>node --version</c> printed, such as <c>v20.11.1</c>.</summary>
    internal static void Check(string executable, string answer)
    {
        if (!Version.TryParse(answer.TrimStart('v').Split('-')[0], out var version))
        {
            throw new PondException("nodejs-missing", $"'{executable}' is no Node.js: asked for its version it says '{answer}'.", Fix);
        }

        if (version.Major < OldestMajor)
        {
            throw new PondException("nodejs-too-old", $"'{executable}' is Node.js {version}; JavaScript tasks need {OldestMajor} or newer.", Fix);
        }
    }

    private static async Task<string> AskVersionAsync(string executable, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(executable) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("--version");
        using var timeout = new CancellationTokenSource(Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var process = await ChildProcess.StartAsync(start);
            try
            {
                return (await process.StandardOutput.ReadToEndAsync(either.Token)).Trim();
            }
            finally
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception exception) when (exception is Win32Exception
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new PondException(
                "nodejs-missing", $"'{executable}' can't be run as Node.js: {exception.Message}", Fix, innerException: exception);
        }
    }
}
