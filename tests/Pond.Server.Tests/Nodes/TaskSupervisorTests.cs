using Pond.Node;
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
            pause => pause,
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
    public async Task A_task_that_ends_as_a_broken_one_is_given_up_after_five_times_however_long_it_ran()
    {
        var starts = 0;
        var supervisor = new TaskSupervisor(
            _ =>
            {
                starts++;
                return Task.FromResult<ITaskRunner>(new BrokenRunner(_time));
            },
            _time,
            pause => pause,
            (state, end) => _states.Add((state, end)));

        await Task.Run(() =>
        {
            var running = supervisor.RunAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromHours(5));
            Assert.True(running.IsCompletedSuccessfully);
        });

        Assert.Equal(5, starts);
        Assert.Equal((TaskState.Failed, "Broken."), _states[^1]);
    }

    [Fact]
    public async Task A_task_that_seldom_ends_as_a_broken_one_goes_on()
    {
        var starts = 0;
        using var stop = new CancellationTokenSource();
        var supervisor = new TaskSupervisor(
            _ =>
            {
                starts++;
                return Task.FromResult<ITaskRunner>(new BrokenRunner(_time, TimeSpan.FromHours(2)));
            },
            _time,
            pause => pause,
            (state, end) => _states.Add((state, end)));

        await Task.Run(
            () =>
            {
                _ = supervisor.RunAsync(stop.Token);
                _time.Advance(TimeSpan.FromHours(20.5));
            },
            stop.Token);
        await stop.CancelAsync();

        Assert.Equal(11, starts);
        Assert.DoesNotContain(_states, state => state.State is TaskState.Failed);
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
            pause => pause,
            (state, end) => _states.Add((state, end)));
        var running = supervisor.RunAsync(stop.Token);

        var call = supervisor.CallAsync(TaskPhase.Execute, new Round(1), isPreviousRoundFailed: false, giveUp.Token);
        Assert.False(call.IsCompleted);
        await giveUp.CancelAsync();
        Assert.Equal(new PhaseOutcome(false, "The task did not run in time. It was never started.") { Fault = PhaseFault.NotRunning }, await call);

        await stop.CancelAsync();
        await running;
        Assert.Equal([(TaskState.Starting, null)], _states);
    }

    [Fact]
    public async Task A_task_that_does_not_answer_is_seen_within_ten_seconds_and_seen_again_when_it_does()
    {
        var runner = new SilentRunner(_time);
        using var stop = new CancellationTokenSource();
        var supervisor = new TaskSupervisor(_ => Task.FromResult<ITaskRunner>(runner), _time, pause => pause, (state, end) => _states.Add((state, end)));
        await Task.Run(
            async () =>
            {
                var running = supervisor.RunAsync(stop.Token);
                _time.Advance(TimeSpan.FromSeconds(10));
                runner.IsSilent = true;
                _time.Advance(TimeSpan.FromSeconds(10));
                Assert.Equal((TaskState.Silent, "It has not answered for 5 s."), _states[^1]);
                runner.IsSilent = false;
                _time.Advance(TimeSpan.FromSeconds(10));
                Assert.Equal((TaskState.Running, null), _states[^1]);
                await stop.CancelAsync();
                await running;
            },
            CancellationToken.None);

        Assert.Equal([TaskState.Starting, TaskState.Running, TaskState.Silent, TaskState.Running], _states.Select(state => state.State));
    }

    [Fact]
    public async Task A_hung_task_is_ended_and_started_again_after_a_pause_and_given_up_when_it_hangs_ten_times()
    {
        var starts = 0;
        var ends = new List<string>();
        var supervisor = new TaskSupervisor(
            _ =>
            {
                starts++;
                return Task.FromResult<ITaskRunner>(new SilentRunner(_time));
            },
            _time,
            pause => pause,
            (state, end) => _states.Add((state, end)))
        {
            OnEnded = ends.Add,
        };
        await Task.Run(() =>
        {
            var running = supervisor.RunAsync(CancellationToken.None);
            for (var hang = 0; hang < 10; hang++)
            {
                _time.Advance(TimeSpan.FromMinutes(10));
                supervisor.Restart("It hangs.", isHung: true);
                // While it is away there is nothing to end.
                supervisor.Restart("It hangs.", isHung: true);
            }

            Assert.True(running.IsCompletedSuccessfully);
        });

        Assert.Equal(10, starts);
        Assert.Equal((TaskState.Failed, "It hangs."), _states[^1]);
        // Whoever had it ended knows that already.
        Assert.Empty(ends);
    }

    [Fact]
    public async Task A_task_that_works_is_never_given_up()
    {
        var starts = 0;
        using var stop = new CancellationTokenSource();
        var supervisor = new TaskSupervisor(
            _ =>
            {
                starts++;
                return Task.FromResult<ITaskRunner>(new SilentRunner(_time));
            },
            _time,
            pause => pause,
            (state, end) => _states.Add((state, end)));
        await Task.Run(
            async () =>
            {
                var running = supervisor.RunAsync(stop.Token);
                for (var hang = 0; hang < 50; hang++)
                {
                    supervisor.Worked();
                    supervisor.Restart("It hangs.", isHung: true);
                    _time.Advance(TimeSpan.FromSeconds(1));
                }

                await stop.CancelAsync();
                await running;
            },
            CancellationToken.None);

        Assert.Equal(51, starts);
    }

    /// <summary>Never ends by itself, and answers or does not.</summary>
    private sealed class SilentRunner(ManualTimeProvider time) : ITaskRunner
    {
        public bool IsSilent { get; set; }

        public Task<string> Ended { get; } = new TaskCompletionSource<string>().Task;

        public async Task<bool> IsAliveAsync(TimeSpan patience, CancellationToken cancellationToken)
        {
            if (IsSilent)
            {
                await Task.Delay(patience, time, cancellationToken);
            }

            return !IsSilent;
        }

        public Task<PhaseOutcome> CallAsync(TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken) =>
            Task.FromResult(new PhaseOutcome(true, null));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Ends after a while with the code for a broken task.</summary>
    private sealed class BrokenRunner(ManualTimeProvider time, TimeSpan? after = null) : ITaskRunner
    {
        public Task<string> Ended { get; } = EndAsync(time, after ?? TimeSpan.FromMinutes(10));

        public bool HasEndedBroken => true;

        public Task<PhaseOutcome> CallAsync(TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken) =>
            Task.FromResult(new PhaseOutcome(true, null));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static async Task<string> EndAsync(ManualTimeProvider time, TimeSpan after)
        {
            await Task.Delay(after, time);
            return "Broken.";
        }
    }

    [Fact]
    public async Task A_restart_ends_the_run_or_the_pause_and_counts_the_starts_anew()
    {
        using var stop = new CancellationTokenSource();
        using var started = new SemaphoreSlim(0);
        var starts = 0;
        var supervisor = new TaskSupervisor(
            async token =>
            {
                started.Release();
                if (++starts % 2 == 0)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
                }

                throw new PondException("task-start-failed", "It would not start.", "Mend it.");
            },
            _time,
            pause => pause,
            (state, end) => _states.Add((state, end)));
        var running = supervisor.RunAsync(stop.Token);
        await started.WaitAsync(stop.Token);

        // More often than a task may end by itself.
        for (var restart = 0; restart < 30; restart++)
        {
            supervisor.Restart();
            await started.WaitAsync(stop.Token);
        }

        await stop.CancelAsync();
        await running;
        Assert.DoesNotContain(_states, state => state.State is TaskState.Failed);
    }
}
