using System.Collections.Immutable;
using Pond.Node;
using Pond.Primitives;
using Pond.Sdk;
using Pond.Server.Nodes;
using Pond.Simulation.Adversaries;
using Pond.Simulation.Ledger;
using Pond.Simulation.Time;
using Pond.Store;

namespace Pond.Simulation.Nodes;

/// <summary>A node: the production core, with a shell on virtual time. Dishonest ones have the same shell, and an adversary at its seams.</summary>
internal sealed partial class SimulatedNode : IDisposable
{
    /// <summary>What a journal keeps: enough for a restart to find every open round in it.</summary>
    private const int MaxJournal = 600;

    private readonly SimulationWorld _world;
    private readonly DeterministicRandom _random;
    private readonly List<NodeInput> _inbox = [];
    private readonly List<NodeOutput> _outputs = [];
    private readonly List<JournalEntry> _journal = [];
    private readonly Dictionary<long, CancellationTokenSource> _calls = [];
    private readonly SortedSet<Round> _seen = [];
    private TaskNodeCore _core;
    private PondTask? _task;
    private bool _isReady;
    private bool _isDirty;
    private int _life;

    internal SimulatedNode(SimulationWorld world, int number, NodePlan plan)
    {
        (_world, Number, Plan) = (world, number, plan);
        Operator = world.Signing.KeyOf($"operator {number}");
        Staking = world.Signing.KeyOf($"staking {number}");
        _random = DeterministicRandom.ForStream(world.Options.SeedValue, $"node {number}");
        Adversary = plan.NewAdversary?.Invoke();
        Lane = new TaskLane(world.Lanes);
        Time = new VirtualTime(world.Clock, SimulationOptions.Begin, world.Options.SlotTime * (Adversary?.ClockSkewSlots ?? 0));
        Context = new SimulatedContext(world, this);
        View = new AdversaryView(world, this);
        Phase = new TimeSpan((long)_random.NextBelow((ulong)(world.Options.SlotTime.Ticks * 3 / 2)));
        _core = NewCore();
    }

    /// <summary>Its place in the network.</summary>
    internal int Number { get; }

    /// <summary>What it is.</summary>
    internal NodePlan Plan { get; }

    internal SimulatedKey Operator { get; }

    internal SimulatedKey Staking { get; }

    internal Pubkey Key => Staking.PublicKey;

    /// <summary>Who decides in the place of an honest operator; null for an honest node.</summary>
    internal Adversary? Adversary { get; }

    internal AdversaryView View { get; }

    internal TaskLane Lane { get; }

    internal VirtualTime Time { get; }

    internal SimulatedContext Context { get; }

    /// <summary>Its values survive a restart.</summary>
    internal Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Its content; null before it has any.</summary>
    internal MemoryBlockStore? Content { get; set; }

    /// <summary>Whether it runs.</summary>
    internal bool IsUp { get; private set; }

    /// <summary>The rounds in which it handed in something else than its task's result, and those in which it saved itself the work.</summary>
    internal SortedSet<Round> Lies { get; } = [];

    /// <summary>The rounds in which it handed in what it had not worked for.</summary>
    internal SortedSet<Round> FreeRides { get; } = [];

    /// <summary>How many calls of its task it saved itself.</summary>
    internal long SavedCalls { get; private set; }

    /// <summary>By how much its looks come after the slot's beginning, so that not all nodes act at once.</summary>
    private TimeSpan Phase { get; }

    private SimulatedLedger Ledger => _world.Ledger;

    /// <summary>Tells the node something; it decides about it at the end of this instant.</summary>
    internal void Post(NodeInput input)
    {
        if (!IsUp)
        {
            return;
        }

        _inbox.Add(input);
        if (!_isDirty)
        {
            _isDirty = true;
            _world.Wake(this);
        }
    }

    /// <summary>Decides about what it was told.</summary>
    internal void Decide()
    {
        _isDirty = false;
        if (!IsUp || _inbox.Count == 0)
        {
            return;
        }

        _core.Handle(_inbox, _outputs);
        _inbox.Clear();
        ImmutableArray<NodeOutput> outputs = [.. _outputs];
        _outputs.Clear();
        foreach (var output in outputs)
        {
            CarryOut(output);
        }
    }

    internal T Ask<T>(Func<TaskNodeCore, T> question)
    {
        Decide();
        return question(_core);
    }

    /// <summary>Starts it, or starts it again: with what it had on its disk.</summary>
    internal void Start()
    {
        IsUp = true;
        _life++;
        _world.Trace($"up {Number}");
        _core = NewCore();
        _seen.Clear();
        StartTask();
    }

    /// <summary>Ends its process, and starts it again after some slots.</summary>
    internal void Crash(ulong downSlots)
    {
        if (!IsUp)
        {
            return;
        }

        _world.Trace($"down {Number} {downSlots}");
        Stop();
        _world.Clock.At(_world.StartOf(_world.SlotNow + downSlots), Start);
    }

    public void Dispose()
    {
        Stop();
        Context.Dispose();
    }

    private void Stop()
    {
        IsUp = false;
        _life++;
        _inbox.Clear();
        _isDirty = false;
        foreach (var call in _calls.Values.ToList())
        {
            call.Cancel();
        }

        _calls.Clear();
        EndTask();
    }

    private TaskNodeCore NewCore() => new(new TaskNodeOptions { StakingKey = Key, ClaimFrom = _world.Options.ClaimFrom }, _journal);

    private void CarryOut(NodeOutput output)
    {
        switch (output)
        {
            case NodeOutput.Record(var entry):
                Remember(entry);
                break;
            case NodeOutput.CallTask call:
                Call(call);
                break;
            case NodeOutput.Send send:
                Send(send);
                break;
            case NodeOutput.RestartTask:
                EndTask();
                StartTask();
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No case for {output}.");
        }
    }

    private void Remember(JournalEntry entry)
    {
        _journal.Add(entry);
        if (_journal.Count > MaxJournal)
        {
            _journal.RemoveRange(0, MaxJournal / 2);
        }
    }

    private void Send(NodeOutput.Send send)
    {
        _world.Trace($"send {Number} {send.Action.Name}");
        if (send.Action is NodeAction.UploadAndSubmitList(var round, var json))
        {
            SendList(send.Id, round, json);
        }
        else
        {
            Send(send.Action, outcome => Post(ToInput(send.Id, outcome)));
        }
    }

    /// <summary>Sends an action's transaction.</summary>
    internal void Send(NodeAction action, Action<SendOutcome> ended)
    {
        var life = _life;
        Ledger.Send(
            Number,
            Operator,
            Staking,
            [NodeTransactions.Of(action, _world.Task.Task, Key, _world.Task.StakePot, Operator.PublicKey)],
            outcome =>
            {
                if (life == _life)
                {
                    ended(outcome);
                }
            });
    }

    // The first part begins a new list; the others may come in any order, and the last transaction submits what is there.
    private void SendList(long id, Round round, string json)
    {
        var life = _life;
        var (parts, submit) = NodeTransactions.OfList(json, round, _world.Task.Task, Key);
        var left = parts.Length - 1;
        SendPart(0, () =>
        {
            if (left == 0)
            {
                Submit();
                return;
            }

            for (var index = 1; index < parts.Length; index++)
            {
                SendPart(index, () =>
                {
                    if (--left == 0)
                    {
                        Submit();
                    }
                });
            }
        });

        void SendPart(int index, Action next) => Ledger.Send(Number, Operator, Staking, [parts[index]], outcome => Go(outcome, next));

        void Submit() => Ledger.Send(Number, Operator, Staking, [submit], outcome => Go(outcome, () => Post(ToInput(id, outcome))));

        void Go(SendOutcome outcome, Action next)
        {
            if (life != _life)
            {
                return;
            }

            if (outcome.Slot is null)
            {
                Post(ToInput(id, outcome));
            }
            else
            {
                next();
            }
        }
    }

    private static NodeInput ToInput(long id, SendOutcome outcome) =>
        outcome.Slot is { } slot ? new NodeInput.ActionConfirmed(id, slot, outcome.Signature, outcome.Fee)
        : outcome.Error is { } error ? new NodeInput.ActionFailed(
            id,
            error.Message,
            NodeTransactions.IsFinal(error.Instruction?.Custom),
            NodeTransactions.FaultOf(error.Kind.ToString()),
            outcome.Fee)
        : new NodeInput.ActionUnknown(id);
}
