using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pond.Server.Tasks;

/// <summary>Starts processes that die with this one.</summary>
/// <remarks>
/// Linux sends the parent's death signal (<c>setpriv --pdeathsig</c>, <c>bwrap --die-with-parent</c>) when the <em>thread</em>
/// ends that made the child. A thread of the pool ends whenever it has been idle, so all children come from one
/// thread that lives as long as the process.
/// </remarks>
internal static class ChildProcess
{
    private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Queue = CreateQueue();

    /// <summary>Starts a process.</summary>
    /// <returns>The running process. It fails as <see cref="Process.Start(ProcessStartInfo)"/> does.</returns>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Queue.Add((start, started));
        return started.Task;
    }

    private static BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> CreateQueue()
    {
        var queue = new BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)>();
        new Thread(() => Run(queue)) { IsBackground = true, Name = "pond-children" }.Start();
        return queue;
    }

    private static void Run(BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> queue)
    {
        foreach (var (start, started) in queue.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
#pragma warning disable CA1031 // Whatever the start throws belongs to the caller, who awaits it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                started.SetException(exception);
            }
        }
    }
}
