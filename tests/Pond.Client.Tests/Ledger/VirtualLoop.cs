using Pond.Testing;

namespace Pond.Client.Tests.Ledger;

/// <summary>Runs a test and all that it starts on one thread in virtual time: when nobody has anything left to do, the clock moves on.</summary>
internal sealed class VirtualLoop : SynchronizationContext
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly Queue<(SendOrPostCallback Callback, object? State)> _work = new();
    private readonly ManualTimeProvider _time = new();

    private VirtualLoop()
    {
    }

    /// <summary>Runs <paramref name="test"/> to its end.</summary>
    internal static void Run(Func<ManualTimeProvider, Task> test)
    {
        var outer = Current;
        var loop = new VirtualLoop();
        SetSynchronizationContext(loop);
        try
        {
            loop.Pump(test(loop._time));
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _work.Enqueue((d, state));

    private void Pump(Task test)
    {
        while (!test.IsCompleted)
        {
            if (_work.TryDequeue(out var item))
            {
                item.Callback(item.State);
                continue;
            }

            Assert.True(_time.GetUtcNow() - DateTimeOffset.UnixEpoch < Longest, "The test does not end.");
            _time.Advance(Step);
        }

        test.GetAwaiter().GetResult();
    }
}
