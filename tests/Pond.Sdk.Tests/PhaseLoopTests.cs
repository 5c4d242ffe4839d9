using System.Collections.Concurrent;
using System.Text;
using Pond.Primitives.Tasks;
using Pond.Sdk.Hosting;

namespace Pond.Sdk.Tests;

public sealed class PhaseLoopTests
{
    [Fact]
    public async Task Phases_are_done_and_what_is_not_understood_is_passed_over()
    {
        var context = new FakeTaskContext { TaskInfo = Facts.Task(bountyPerRound: 1, auditPay: 0) };
        using var node = new Node();
        var task = new Recorder(node);
        var input = new Input(
            """
            {"functionCall":"executeTask","roundNumber":3,"isPreviousRoundFailed":false,"id":1}
            no json
            {"functionCall":"somethingNew","roundNumber":3,"id":2}
            {"functionCall":"cancelPhase","roundNumber":3,"id":99}
            {"functionCall":"submitPayload","roundNumber":2,"isPreviousRoundFailed":true,"id":3}

            """);

        var loop = new PhaseLoop(task, context, node, TimeProvider.System).RunAsync(input, default);
        await node.HasCompleted(2);
        input.End();
        await loop;

        Assert.Equal([(1, null), (3, "InvalidOperationException: nothing to fetch")], node.Completed.OrderBy(call => call.Id));
        Assert.Equal(["execute 3 False", "fetch 2 True"], task.Calls.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Contains(context.Errors, error => error.StartsWith("A line of the node's is not understood", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Running_phase_is_cancelled_when_the_input_ends()
    {
        var context = new FakeTaskContext { TaskInfo = Facts.Task(bountyPerRound: 1, auditPay: 0) };
        using var node = new Node();
        var task = new Recorder(node) { IsHanging = true };
        var input = new Input("""{"functionCall":"executeTask","roundNumber":3,"isPreviousRoundFailed":false,"id":1}""" + "\n");

        var loop = new PhaseLoop(task, context, node, TimeProvider.System).RunAsync(input, default);
        await task.Started;
        input.End();
        await loop;

        Assert.Equal([(1, "TaskCanceledException: A task was canceled.")], node.Completed);
    }

    [Fact]
    public async Task Set_up_that_hangs_does_not_outlive_the_input()
    {
        var context = new FakeTaskContext { TaskInfo = Facts.Task(bountyPerRound: 1, auditPay: 0) };
        using var node = new Node();
        var input = new Input("");
        input.End();

        await new PhaseLoop(new Recorder(node) { HangsInSetUp = true }, context, node, TimeProvider.System).RunAsync(input, default);

        Assert.False(node.IsReady);
    }

    /// <summary>A pipe of which the test holds the other end.</summary>
    private sealed class Input(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => _ended.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
            {
                await _ended.Task;
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }
    }

    private sealed class Node : IPhaseNode, IDisposable
    {
        private readonly SemaphoreSlim _completions = new(0);

        public ConcurrentQueue<(long Id, string? Error)> Completed { get; } = new();

        public bool IsReady { get; private set; }

        public void Dispose() => _completions.Dispose();

        public Task ReportReadyAsync(CancellationToken cancellationToken)
        {
            IsReady = true;
            return Task.CompletedTask;
        }

        public Task ReportCompletedAsync(long id, string? error, CancellationToken cancellationToken)
        {
            Completed.Enqueue((id, error));
            _completions.Release();
            return Task.CompletedTask;
        }

        public async Task HasCompleted(int count)
        {
            for (var index = 0; index < count; index++)
            {
                await _completions.WaitAsync();
            }
        }
    }

    private sealed class Recorder(Node node) : PondTask
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsHanging { get; init; }

        public bool HangsInSetUp { get; init; }

        public Task Started => _started.Task;

        public ConcurrentQueue<string> Calls { get; } = new();

        public override Task StartAsync(ITaskContext task, CancellationToken cancellationToken) =>
            HangsInSetUp ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken) : Task.CompletedTask;

        public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
        {
            Assert.True(node.IsReady);
            Calls.Enqueue($"execute {round.Number} {round.IsPreviousRoundFailed}");
            _started.TrySetResult();
            if (IsHanging)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
        }

        public override Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken)
        {
            Calls.Enqueue($"fetch {round.Number} {round.IsPreviousRoundFailed}");
            throw new InvalidOperationException("nothing to fetch");
        }

        public override Task<Verdict> ValidateSubmissionAsync(
            RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) => Task.FromResult(Verdict.Valid);
    }
}
