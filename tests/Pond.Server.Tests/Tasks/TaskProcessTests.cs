using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;

namespace Pond.Server.Tests.Tasks;

public sealed class TaskProcessTests
{
    [Fact]
    public async Task Task_works_through_all_phases_of_a_round()
    {
        await using var run = await TaskRun.StartAsync();
        var (honest, liar) = (FakeTaskServices.KeyOf("honest"), FakeTaskServices.KeyOf("liar"));

        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Execute, 7));
        Assert.Equal("cidround7", run.Services.Values["result-7"]);
        await run.LineAsync("signature verifies: True");
        await run.LineAsync("slot 1234, round 2");
        Assert.Contains(new TaskOutput(TaskOutputSource.Notice, "warn: worked hard"), run.Outputs);

        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Submit, 7));
        Assert.Equal("cidround7", run.Services.Submissions[new(7)]);

        run.Services.Content["lie/result.txt"] = "no work at all"u8.ToArray();
        var offline = FakeTaskServices.KeyOf("offline");
        run.Services.Rounds[new(7)] = RoundInfos.Of(
            7, (honest, "cidround7", SubmissionOutcome.Accepted), (liar, "lie", SubmissionOutcome.Slashed), (offline, "gone", SubmissionOutcome.Unpaid));
        run.Services.Duties = [honest, liar, offline];
        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Audit, 7));
        Assert.Equal(Verdict.Valid, run.Services.Verdicts[honest]);
        Assert.Equal(Verdict.Invalid, run.Services.Verdicts[liar]);
        Assert.Equal(Verdict.Abstain, run.Services.Verdicts[offline]);

        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Distribute, 7));
        var list = run.Services.SubmittedLists[new(7)];
        Assert.Equal($$"""{"{{honest}}":950}""", list);

        run.Services.Lists[honest] = list;
        run.Services.Lists[liar] = $$"""{"{{liar}}":950}""";
        run.Services.ListDuties = [honest, liar, offline];
        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.AuditDistribution, 7));
        Assert.Equal(Verdict.Valid, run.Services.ListVerdicts[honest]);
        Assert.Equal(Verdict.Invalid, run.Services.ListVerdicts[liar]);
        Assert.Equal(Verdict.Abstain, run.Services.ListVerdicts[offline]);
    }

    [Fact]
    public async Task Exception_in_a_phase_is_its_outcome_and_the_task_goes_on()
    {
        await using var run = await TaskRun.StartAsync("throw");

        Assert.Equal(new PhaseOutcome(false, "InvalidOperationException: as the test wants it"), await run.CallAsync(TaskPhase.Execute, 1));
        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Submit, 1));
        Assert.Empty(run.Services.Submissions);
    }

    [Fact]
    public async Task Crash_ends_pending_calls_with_the_exit_code_and_the_last_words()
    {
        await using var run = await TaskRun.StartAsync("crash");

        var outcome = await run.CallAsync(TaskPhase.Execute, 1);

        Assert.Equal(new PhaseOutcome(false, "The task's process ended with exit code 7. Its last errors:\nlast words") { Fault = PhaseFault.NotRunning }, outcome);
        Assert.Equal(7, (await run.Process.Exited).Code);
        Assert.Equal(outcome, await run.CallAsync(TaskPhase.Execute, 2));
    }

    [Fact]
    public async Task Failed_set_up_is_told_to_whoever_waits_for_the_task()
    {
        await using var run = await TaskRun.StartAsync("fail-start");

        var exception = await Assert.ThrowsAsync<PondException>(() => run.Process.Ready);

        Assert.Equal("task-start-failed", exception.Code);
        Assert.Contains("no set-up today", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await run.Process.Exited).Code);
    }

    [Fact]
    public async Task Hanging_phase_is_given_up_by_its_token_and_the_task_learns_of_it()
    {
        await using var run = await TaskRun.StartAsync("hang");
        using var giveUp = new CancellationTokenSource();
        var call = run.CallAsync(TaskPhase.Execute, 3, giveUp.Token);
        await run.LineAsync("hanging");

        await giveUp.CancelAsync();

        Assert.Equal(new PhaseOutcome(false, "The call of executeTask for round 3 was given up.") { Fault = PhaseFault.TooSlow }, await call);
        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Submit, 3, CancellationToken.None));
    }

    [Fact]
    public async Task Phase_that_ignores_its_token_hangs()
    {
        await using var run = await TaskRun.StartAsync("spin", gracePeriod: TimeSpan.FromSeconds(1));
        using var giveUp = new CancellationTokenSource();
        var call = run.CallAsync(TaskPhase.Execute, 3, giveUp.Token);
        await run.LineAsync("spinning");
        // Its other threads still answer: that one function never ends shows only at its deadline.
        Assert.True(await run.Process.IsAliveAsync(TimeSpan.FromMinutes(1), CancellationToken.None));

        await giveUp.CancelAsync();

        Assert.Equal(PhaseFault.Hung, (await call).Fault);
    }

    [Fact]
    public async Task Stopped_process_does_not_answer()
    {
        await using var run = await TaskRun.StartAsync("hang", gracePeriod: TimeSpan.FromSeconds(1));
        await run.Process.Ready;
        Assert.True(await run.Process.IsAliveAsync(TimeSpan.FromMinutes(1), CancellationToken.None));

        using var stop = System.Diagnostics.Process.Start("kill", ["-STOP", $"{run.Process.Id}"]);
        await stop.WaitForExitAsync();

        Assert.False(await run.Process.IsAliveAsync(TimeSpan.FromSeconds(1), CancellationToken.None));
    }

    [Fact]
    public async Task Disposed_task_exits_by_itself_when_its_input_ends()
    {
        await using var run = await TaskRun.StartAsync("hang");
        var call = run.CallAsync(TaskPhase.Execute, 3);
        await run.LineAsync("hanging");

        await run.Process.DisposeAsync();

        Assert.Equal(0, (await run.Process.Exited).Code);
        Assert.False((await call).IsDone);
        Assert.False(Directory.Exists($"/proc/{run.Process.Id}"));
    }

    [Fact]
    public async Task Task_that_will_not_exit_is_killed()
    {
        await using var run = await TaskRun.StartAsync("stubborn", gracePeriod: TimeSpan.FromMilliseconds(50));
        await run.LineAsync("stubborn");

        await run.Process.DisposeAsync();

        Assert.Equal(128 + 9, (await run.Process.Exited).Code);
        Assert.False(Directory.Exists($"/proc/{run.Process.Id}"));
    }

    [Fact]
    public async Task Environment_is_clean_and_the_secret_is_not_inherited()
    {
        await using var run = await TaskRun.StartAsync(
            "look-around", variables: [("HOST_FILE", "/etc/hostname"), ("HOST_PORT", "1"), ("API_KEY", "x")]);

        Assert.True((await run.CallAsync(TaskPhase.Execute, 1)).IsDone);
        await run.Process.DisposeAsync();

        Assert.Equal(
            [
                "API_KEY", "BEHAVIOUR", "DOTNET_EnableDiagnostics", "DOTNET_ROOT", "DOTNET_TieredPGO", "DOTNET_gcConcurrent", "HOME", "HOST_FILE",
                "HOST_PORT", "LANG", "PATH", "POND_FOLDER", "POND_SOCKET", "POND_STAKING_KEY", "POND_TASK",
            ],
            run.Lines.Where(line => line.StartsWith("variable ", StringComparison.Ordinal)).Select(line => line["variable ".Length..]),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Log_holds_the_lines_and_a_line_without_end_is_cut()
    {
        await using var run = await TaskRun.StartAsync("flood");

        Assert.True((await run.CallAsync(TaskPhase.Execute, 1)).IsDone);
        await run.Process.DisposeAsync();

        Assert.All(run.Lines, line => Assert.True(line.Length <= 8192));
        Assert.EndsWith("end of flood", run.Lines.Last(), StringComparison.Ordinal);
        var log = await File.ReadAllTextAsync(Path.Combine(run.Folder, "task.log"));
        Assert.Equal(run.Lines.Count, log.Count(character => character is '\n'));
    }

    [Fact]
    public async Task Task_can_publish_nothing_but_its_own_files()
    {
        var secret = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(secret, "the operator's key");
            await using var run = await TaskRun.StartAsync("escape", variables: ("HOST_FILE", secret));

            Assert.True((await run.CallAsync(TaskPhase.Execute, 1)).IsDone);
            await run.Process.DisposeAsync();

            // What the task was told, and before each what the operator is told.
            Assert.Equal(
                [.. Enumerable.Repeat("refused path-refused", 5)],
                run.Lines.Where(line => !line.StartsWith("warn: refused: ", StringComparison.Ordinal)),
                StringComparer.Ordinal);
            Assert.Equal(10, run.Lines.Count);
            Assert.Empty(run.Services.Content);
            Assert.False(Directory.Exists(run.Folder + ".staging"));
        }
        finally
        {
            File.Delete(secret);
        }
    }
}
