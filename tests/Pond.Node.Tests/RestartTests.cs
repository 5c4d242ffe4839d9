using Pond.Primitives.Tasks;
using static Pond.Node.Tests.Keys;

namespace Pond.Node.Tests;

/// <summary>When a task is started again, and when that is given up.</summary>
public sealed class RestartTests
{
    private readonly List<NodeOutput.RestartTask> _restarts = [];
    private readonly List<JournalEntry> _journal = [];

    [Fact]
    public void A_task_that_hangs_is_started_again_at_its_calls_deadline()
    {
        var core = NewCore(ModelTask.Info(Me, Ann));
        var call = Tell(core, new NodeInput.SlotObserved(new(100)), new NodeInput.RoundObserved(ModelTask.Round(ModelTask.Info(Me, Ann), 0)))
            .OfType<NodeOutput.CallTask>().Single();
        Assert.Empty(_restarts);

        Tell(core, new NodeInput.PhaseCompleted(call.Id, "It had not let go.", PhaseFault.Hung));

        Assert.Equal(new NodeOutput.RestartTask("It hangs: It had not let go.", IsHung: true), Assert.Single(_restarts));
        Assert.Contains(_journal, entry => entry is { Event: JournalEvent.TaskRestarted, Round.Value: 0 });
    }

    [Theory]
    [InlineData(PhaseFault.Failed)]
    [InlineData(PhaseFault.TooSlow)]
    [InlineData(PhaseFault.NotRunning)]
    public void Other_failures_restart_nothing_at_once(PhaseFault fault)
    {
        var core = NewCore(ModelTask.Info(Me, Ann));
        var call = Tell(core, new NodeInput.SlotObserved(new(100)), new NodeInput.RoundObserved(ModelTask.Round(ModelTask.Info(Me, Ann), 0)))
            .OfType<NodeOutput.CallTask>().Single();

        Tell(core, new NodeInput.PhaseCompleted(call.Id, "boom", fault));

        Assert.Empty(_restarts);
    }

    [Fact]
    public void A_task_that_misses_three_rounds_is_started_again_and_then_with_growing_patience()
    {
        var task = ModelTask.Info(Me, Ann);
        var core = NewCore(task);

        var at = Enumerable.Range(0, 25).Where(round => MissRound(core, task, (ulong)round)).ToList();

        // After three, six, twelve.
        Assert.Equal([2, 8, 20], at);
        Assert.All(_restarts, restart => Assert.False(restart.IsHung));
    }

    [Fact]
    public void One_submission_makes_the_patience_new()
    {
        var task = ModelTask.Info(Me, Ann);
        var core = NewCore(task);
        for (ulong round = 0; round < 4; round++)
        {
            MissRound(core, task, round);
        }

        var info = ModelTask.Round(task, 4);
        Tell(core, new NodeInput.SlotObserved(task.StartOf(new(5)) + 5), new NodeInput.RoundObserved(info with
        {
            Submissions = info.Submissions.Add(Me, new RoundSubmission("value", task.StartOf(new(5)))),
        }));
        _restarts.Clear();

        Assert.Equal([7], Enumerable.Range(5, 5).Where(round => MissRound(core, task, (ulong)round)));
    }

    [Theory]
    [InlineData(TaskClass.Deterministic, 0)]
    [InlineData(TaskClass.Legacy, 1)]
    public void A_task_that_says_that_it_has_nothing_is_believed_but_not_a_legacy_bundle(TaskClass taskClass, int restarts)
    {
        var task = ModelTask.Info(Me, Ann) with { Class = taskClass };
        var core = NewCore(task);

        for (ulong round = 0; round < 5; round++)
        {
            MissRound(core, task, round, error: null);
        }

        Assert.Equal(restarts, _restarts.Count);
    }

    [Fact]
    public void What_a_process_said_at_its_end_is_in_the_round_that_ran()
    {
        var task = ModelTask.Info(Me, Ann);
        var core = NewCore(task);
        Tell(core, new NodeInput.SlotObserved(task.StartOf(new(3))), new NodeInput.TaskEnded("exit code 137"));

        Assert.Contains(_journal, entry => entry is { Event: JournalEvent.TaskEnded, Round.Value: 3, Detail: "exit code 137" });
    }

    [Fact]
    public void Pauses_double_up_to_the_longest_and_ten_ends_in_a_row_are_enough()
    {
        var policy = new RestartPolicy();
        var pauses = new List<double>();
        while (policy.TryGoOn(TimeSpan.Zero, TimeSpan.FromSeconds(1), RunEnd.Ended, out var pause, out _))
        {
            pauses.Add(pause.TotalSeconds);
        }

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 16, 30, 30], pauses);
    }

    [Theory]
    [InlineData(RunEnd.Ended, true)]
    [InlineData(RunEnd.Hung, false)]
    [InlineData(RunEnd.Idle, true)]
    public void A_long_run_was_a_healthy_one_unless_it_hung(RunEnd end, bool goesOn)
    {
        var policy = new RestartPolicy();

        var last = Enumerable.Range(0, 100).All(_ => policy.TryGoOn(TimeSpan.Zero, RestartPolicy.HealthyAfter, end, out var _, out var _));

        Assert.Equal(goesOn, last);
    }

    [Fact]
    public void A_task_that_works_may_die_as_often_as_it_likes()
    {
        var policy = new RestartPolicy();
        for (var end = 0; end < 100; end++)
        {
            policy.Worked();
            Assert.True(policy.TryGoOn(TimeSpan.Zero, TimeSpan.FromSeconds(1), RunEnd.Ended, out var pause, out _));
            Assert.Equal(RestartPolicy.FirstPause, pause);
        }
    }

    [Theory]
    [InlineData(74, false)]
    [InlineData(76, true)]
    public void A_broken_end_counts_for_five_hours(int minutesBetween, bool goesOn)
    {
        var policy = new RestartPolicy();

        var all = Enumerable.Range(0, 50).All(end => policy.TryGoOn(
            TimeSpan.FromMinutes(end * minutesBetween), TimeSpan.FromMinutes(minutesBetween), RunEnd.Broken, out var _, out var _));

        Assert.Equal(goesOn, all);
    }

    private static TaskNodeCore NewCore(TaskInfo task)
    {
        var core = new TaskNodeCore(new TaskNodeOptions { StakingKey = Me }, []);
        core.Handle(new NodeInput.TaskObserved(task), []);
        return core;
    }

    /// <summary>A round whose work fails, or, without an error, hands nothing over.</summary>
    /// <returns>Whether the task was started again.</returns>
    private bool MissRound(TaskNodeCore core, TaskInfo task, ulong number, string? error = "boom")
    {
        var before = _restarts.Count;
        var info = ModelTask.Round(task, number);
        for (var slot = task.StartOf(new(number)); slot <= task.StartOf(new(number + 1)) + 25; slot += 5)
        {
            var calls = Tell(core, new NodeInput.SlotObserved(slot), new NodeInput.RoundObserved(info)).OfType<NodeOutput.CallTask>().ToList();
            while (calls.Count > 0)
            {
                calls = [.. calls.SelectMany(call => Tell(core, new NodeInput.PhaseCompleted(call.Id, error))).OfType<NodeOutput.CallTask>()];
            }
        }

        return _restarts.Count > before;
    }

    private List<NodeOutput> Tell(TaskNodeCore core, params NodeInput[] inputs)
    {
        var outputs = new List<NodeOutput>();
        foreach (var input in inputs)
        {
            core.Handle(input, outputs);
        }

        _restarts.AddRange(outputs.OfType<NodeOutput.RestartTask>());
        _journal.AddRange(outputs.OfType<NodeOutput.Record>().Select(record => record.Entry));
        return outputs;
    }
}
