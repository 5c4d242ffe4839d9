using System.Diagnostics;
using System.Diagnostics.Metrics;
using Pond.Node;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <summary>What a node shows of itself to whoever measures: docs/operations/node.md has the table. Costs next to nothing while nobody does.</summary>
internal sealed class NodeMetrics : IDisposable
{
    /// <summary>The name of the meter and of the source of traces.</summary>
    internal const string Name = "Pond.Node";

    private static readonly ActivitySource Source = new(Name);

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _rounds;
    private readonly Counter<long> _earned;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _fees;
    private readonly Counter<long> _sagas;
    private readonly Histogram<double> _phases;

    internal NodeMetrics()
    {
        _rounds = _meter.CreateCounter<long>("pond.node.rounds", "{round}", "Rounds that are over, by task and by what they came to.");
        _earned = _meter.CreateCounter<long>("pond.node.earned", "{lamport}", "What rounds have paid, by task.");
        _lost = _meter.CreateCounter<long>("pond.node.lost", "{lamport}", "What of the stake rounds have cost, by task.");
        _fees = _meter.CreateCounter<long>("pond.node.fees", "{lamport}", "What the transactions for rounds have cost, by task.");
        _sagas = _meter.CreateCounter<long>("pond.node.money.sagas", "{saga}", "Changes of what is done with the operator's money, by kind and state.");
        _phases = _meter.CreateHistogram<double>("pond.node.phase.duration", "s", "How long a task took for a phase, by task, phase and whether it was done.");
    }

    /// <summary>Shows the tasks of a node.</summary>
    internal void Watch(Func<IReadOnlyList<NodeTask>> readTasks)
    {
        _meter.CreateObservableGauge("pond.node.tasks", () => readTasks().Where(task => task.IsStarted).CountBy(task => task.Status.Task)
            .Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("state", pair.Key.ToString().ToLowerInvariant()))), "{task}", "Tasks by the state of their process.");
        _meter.CreateObservableGauge("pond.node.stake", () => Of(readTasks, status => status.Stake), "{lamport}", "What is staked, by task.");
        _meter.CreateObservableGauge("pond.node.claimable", () => Of(readTasks, status => status.AvailableBalance), "{lamport}", "What can be claimed, by task.");
    }

    internal void Recorded(Pubkey task, JournalEntry entry)
    {
        var tag = new KeyValuePair<string, object?>("task", task.ToString());
        _fees.Add((long)entry.Fee.Value, tag);
        if (entry.Event is JournalEvent.RoundClosed)
        {
            _rounds.Add(1, tag, new("reason", entry.Reason.ToCode()));
            _earned.Add((long)entry.Earned.Value, tag);
            _lost.Add((long)entry.Lost.Value, tag);
        }
    }

    internal void Changed(Saga saga) => _sagas.Add(1, new("kind", saga.Kind.ToString().ToLowerInvariant()), new("state", saga.State.ToString().ToLowerInvariant()));

    /// <summary>The time of a phase, as a span and as a figure.</summary>
    internal async Task<T> MeasureAsync<T>(Pubkey task, TaskPhase phase, Round round, TimeProvider time, Func<Task<T>> call, Func<T, bool> isDone)
    {
        using var activity = Source.HasListeners()
            ? Source.StartActivity($"phase {phase}")?.SetTag("pond.task", task.ToString()).SetTag("pond.round", (long)round.Value)
            : null;
        var began = time.GetTimestamp();
        var result = await call();
        var done = isDone(result);
        activity?.SetStatus(done ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        _phases.Record(time.GetElapsedTime(began).TotalSeconds, new("task", task.ToString()), new("phase", phase.ToString()), new("done", done));
        return result;
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Of(Func<IReadOnlyList<NodeTask>> readTasks, Func<NodeStatus, Lamports> read) => readTasks().Where(task => task.IsStarted)
        .Select(task => new Measurement<long>((long)read(task.Status).Value, new KeyValuePair<string, object?>("task", task.Id.ToString())));
}
