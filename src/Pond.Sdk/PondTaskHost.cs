using System.Runtime.InteropServices;
using Pond.Primitives;
using Pond.Sdk.Hosting;

namespace Pond.Sdk;

/// <summary>Runs a task as the child process of a node: the whole of a task's <c>Program.cs</c>.</summary>
/// <example><code>return await PondTaskHost.RunAsync&lt;MyTask&gt;(args);</code></example>
public static class PondTaskHost
{
    private const int Failed = 1;
    private const int WrongUse = 2;

    /// <summary>Runs the task until its node asks it to exit.</summary>
    /// <param name="args">The program's arguments; none is used today.</param>
    /// <returns>The exit code: 0 after an ordinary end, 1 if the task could not be set up, 2 if no node started it.</returns>
    public static async Task<int> RunAsync<TTask>(string[] args)
        where TTask : PondTask, new()
    {
        ArgumentNullException.ThrowIfNull(args);
        if (ChannelSettings.TakeFromEnvironment() is not { } settings)
        {
            await Console.Error.WriteLineAsync("This is a Pond task. A task node starts it; on its own it has nothing to do.");
            await Console.Error.WriteLineAsync("Deploy it to a local network to see it work.");
            return WrongUse;
        }

        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        // Ctrl-C in the node's terminal reaches its children too; but it is the node that says when they end.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var node = new NodeConnection(settings);
        try
        {
            var loop = new PhaseLoop(new TTask(), new NodeTaskContext(settings, node), node, TimeProvider.System);
            await loop.RunAsync(Console.OpenStandardInput(), stop.Token);
            return 0;
        }
#pragma warning disable CA1031 // The outermost loop of the process: the last words go to the node's log.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(exception.ToString());
            if (exception is PondException { Fix: var fix })
            {
                await Console.Error.WriteLineAsync(fix);
            }

            return Failed;
        }
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
