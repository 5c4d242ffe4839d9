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
    private static readonly BlockingCollection<Action> Queue = CreateQueue();

    /// <summary>Starts a process.</summary>
    /// <returns>The running process. It fails as <see cref="Process.Start(ProcessStartInfo)"/> does.</returns>
    public static Task<Process> StartAsync(ProcessStartInfo start) => RunAsync(() => Process.Start(start)!);

    /// <summary>Does something on the thread that starts the processes: what it does to itself, they inherit.</summary>
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Queue.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // Whatever it throws belongs to the caller, who awaits it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    private static BlockingCollection<Action> CreateQueue()
    {
        var queue = new BlockingCollection<Action>();
        new Thread(() => Run(queue)) { IsBackground = true, Name = "pond-children" }.Start();
        return queue;
    }

    private static void Run(BlockingCollection<Action> queue)
    {
        foreach (var work in queue.GetConsumingEnumerable())
        {
            work();
        }
    }
}
