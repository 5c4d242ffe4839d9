using System.Collections.Concurrent;

namespace Pond.Server.Tests.Content;

/// <summary>A clock whose timers fire when a test says so, from any thread, and never by themselves.</summary>
internal sealed class SignallingTimeProvider : TimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource<Action>> _timers = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        First(dueTime).TrySetResult(() => callback(state));
        return new SilentTimer();
    }

    /// <summary>Waits until somebody has set a timer of this length, and fires the first such.</summary>
    internal async Task FireAsync(TimeSpan dueTime) => (await First(dueTime).Task)();

    private TaskCompletionSource<Action> First(TimeSpan dueTime) =>
        _timers.GetOrAdd(dueTime, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class SilentTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // It holds nothing.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
