using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;
using Pond.Server.Tasks;
using Pond.Testing;

namespace Pond.Server.Tests.Nodes;

public sealed class TaskSupervisorTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<(TaskState State, string? End)> _states = [];

    [Fact]
    public async Task A_task_that_cannot_be_started_is_given_up_after_ten_times_with_doubling_pauses()
    {
        var starts = new List<TimeSpan>();
        var supervisor = new TaskSupervisor(
            _ =>
            {
                starts.Add(_time.GetUtcNow() - DateTimeOffset.UnixEpoch);
                throw new PondException("task-start-failed", "It would not start.", "Mend it.");
            },
            _time,
            (state, end) => _states.Add((state, end)));

        // Outside of the test's synchronization context whatever follows a timer runs inside Advance, so no start can be missed.
        await Task.Run(() =>
        {
            var running = supervisor.RunAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(200));
            Assert.True(running.IsCompletedSuccessfully);
        });
        Assert.Equal(
            [0, 0.25, 0.75, 1.75, 3.75, 7.75, 15.75, 31.75, 61.75, 91.75], starts.Select(start => start.TotalSeconds));
        Assert.Equal((TaskState.Failed, "It would not start."), _states[^1]);
        var outcome = await supervisor.CallAsync(TaskPhase.Execute, new Round(1), isPreviousRoundFailed: false, CancellationToken.None);
        Assert.False(outcome.IsDone);
        Assert.Contains("10 times", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_waits_for_the_task_to_run_and_gives_up_when_told_to()
    {
        using var giveUp = new CancellationTokenSource();
        using var stop = new CancellationTokenSource();
        var supervisor = new TaskSupervisor(
            async token =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
                throw new InvalidOperationException("Never.");
            },
            _time,
            (state, end) => _states.Add((state, end)));
        var running = supervisor.RunAsync(stop.Token);

        var call = supervisor.CallAsync(TaskPhase.Execute, new Round(1), isPreviousRoundFailed: false, giveUp.Token);
        Assert.False(call.IsCompleted);
        await giveUp.CancelAsync();
        Assert.Equal(new PhaseOutcome(false, "The task did not run in time. It was never started."), await call);

        await stop.CancelAsync();
        await running;
        Assert.Equal([(TaskState.Starting, null)], _states);
    }
}
