using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Hosting;

/// <summary>Reads what the node wants done and has the task do it, phases side by side, until the input ends.</summary>
internal sealed class PhaseLoop(
    PondTask task, ITaskContext context, IPhaseNode node, TimeProvider timeProvider, Func<CancellationToken, Task>? openRoutes = null)
{
    /// <summary>What a task gets to finish after its input has ended. The node may be dead, so nobody else ends us.</summary>
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, RunningPhase> _running = new();

    /// <summary>Sets the task up, then runs phases until the input ends or the token is cancelled.</summary>
    public async Task RunAsync(Stream input, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var reader = new StreamReader(input);
        try
        {
            // A set-up that hangs must not keep the process from seeing that its node is gone.
            var firstLine = reader.ReadLineAsync(CancellationToken.None).AsTask();
            var setUp = SetUpAsync(stop.Token);
            if (await Task.WhenAny(setUp, firstLine) == firstLine && await firstLine is null)
            {
                return;
            }

            await setUp;
            await ReadAsync(reader, firstLine, stop.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // SIGTERM: as good a reason to exit as the input's end.
        }
        finally
        {
            await stop.CancelAsync();
            var rest = Task.WhenAll(_running.Values.Select(phase => phase.Done));
            await Task.WhenAny(rest, Task.Delay(LastGrace, timeProvider, CancellationToken.None));
        }
    }

    private async Task SetUpAsync(CancellationToken cancellationToken)
    {
        await task.StartAsync(context, cancellationToken);
        if (openRoutes is not null)
        {
            await openRoutes(cancellationToken);
        }

        await node.ReportReadyAsync(cancellationToken);
    }

    private async Task ReadAsync(StreamReader reader, Task<string?> firstLine, CancellationToken cancellationToken)
    {
        var next = firstLine;
        while (await next.WaitAsync(cancellationToken) is { } line)
        {
            Handle(line, cancellationToken);
            // Reading a pipe can't be cancelled, waiting for it can.
            next = reader.ReadLineAsync(CancellationToken.None).AsTask();
        }
    }

    private void Handle(string line, CancellationToken cancellationToken)
    {
        PhaseMessage? message;
        try
        {
            message = JsonSerializer.Deserialize<PhaseMessage>(line, PondJson.Options);
        }
        catch (JsonException exception)
        {
            context.Log.Error($"A line of the node's is not understood: {exception.Message}");
            return;
        }

        if (message is { FunctionCall: PhaseMessage.Cancel })
        {
            if (_running.TryGetValue(message.Id, out var phase))
            {
                phase.Cancel();
            }
        }
        else if (message is { FunctionCall: PhaseMessage.Ping })
        {
            // By the pool, as all that the task does: a task that has used it up lives no more than one that has stopped.
            _ = Task.Run(() => ReportAsync(message, error: null), CancellationToken.None);
        }
        else if (message?.GetPhase() is { } phase)
        {
            Start(message, phase, cancellationToken);
        }
    }

    private void Start(PhaseMessage message, TaskPhase phase, CancellationToken cancellationToken)
    {
        var running = new RunningPhase(cancellationToken);
        _running[message.Id] = running;
        // Not on this thread: a function that computes without ever awaiting would keep the next message waiting.
        running.Done = Task.Run(() => RunPhaseAsync(message, phase, running), CancellationToken.None);
    }

    private async Task RunPhaseAsync(PhaseMessage message, TaskPhase phase, RunningPhase running)
    {
        var round = new RoundContext(context, message.RoundNumber, phase, message.IsPreviousRoundFailed);
        string? error = null;
        try
        {
            await CallAsync(round, running.Token);
        }
#pragma warning disable CA1031 // A phase's failure ends that phase; the node is told, and the log has it all.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = $"{exception.GetType().Name}: {exception.Message}";
            context.Log.Error($"{message.FunctionCall} of round {message.RoundNumber} failed: {exception}");
        }

        await ReportAsync(message, error);
        _running.TryRemove(message.Id, out _);
        running.Dispose();
    }

    private async Task ReportAsync(PhaseMessage message, string? error)
    {
        try
        {
            await node.ReportCompletedAsync(message.Id, error, CancellationToken.None);
        }
        catch (Exception exception) when (exception is Primitives.PondException or HttpRequestException)
        {
            context.Log.Error($"The node can't be told how {message.FunctionCall} ended: {exception.Message}");
        }
    }

    private Task CallAsync(RoundContext round, CancellationToken cancellationToken) => round.Phase switch
    {
        TaskPhase.Execute => task.ExecuteAsync(round, cancellationToken),
        TaskPhase.Submit => task.SubmitAsync(round, cancellationToken),
        TaskPhase.Audit => task.AuditAsync(round, cancellationToken),
        TaskPhase.Distribute => task.SubmitDistributionListAsync(round, cancellationToken),
        TaskPhase.AuditDistribution => task.AuditDistributionListAsync(round, cancellationToken),
        _ => throw new UnreachableException($"No function for {round.Phase}."),
    };

    /// <summary>A phase that has not ended.</summary>
    private sealed class RunningPhase : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly CancellationTokenSource _source;
        private bool _isDisposed;

        public RunningPhase(CancellationToken stop)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Token = _source.Token;
        }

        public CancellationToken Token { get; }

        public Task Done { get; set; } = Task.CompletedTask;

        public void Cancel()
        {
            lock (_lock)
            {
                if (!_isDisposed)
                {
                    _source.Cancel();
                }
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                _isDisposed = true;
                _source.Dispose();
            }
        }
    }
}
