using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Simulation.Checks;
using Pond.Simulation.Ledger;
using Pond.Simulation.Network;
using Pond.Simulation.Nodes;
using Pond.Simulation.Reports;
using Pond.Simulation.Time;

namespace Pond.Simulation;

/// <summary>All parts of one simulation, which know each other through it.</summary>
internal sealed class SimulationWorld : IDisposable
{
    private readonly Trace _trace;
    private readonly Queue<SimulatedNode> _dirty = new();
    private DirectoryInfo? _folder;

    internal SimulationWorld(SimulationOptions options)
    {
        Options = options;
        Clock = new VirtualClock();
        Lanes = new TaskLanes();
        Network = new VirtualNetwork(options.NetworkConditions, options.SeedValue);
        Signing = new Signing(options.SeedValue, options.AreSignaturesReal);
        Checks = new CheckSet(this);
        _trace = new Trace(options.TraceWriter);
    }

    internal SimulationOptions Options { get; }

    internal VirtualClock Clock { get; }

    internal TaskLanes Lanes { get; }

    internal VirtualNetwork Network { get; }

    internal Signing Signing { get; }

    internal CheckSet Checks { get; }

    internal SimulatedLedger Ledger { get; set; } = null!;

    internal ContentNetwork Content { get; set; } = null!;

    internal ImmutableArray<SimulatedNode> Nodes { get; set; } = [];

    /// <summary>The nodes by staking key.</summary>
    internal Dictionary<Pubkey, SimulatedNode> ByKey { get; } = [];

    /// <summary>The task when the simulation began: its windows don't change.</summary>
    internal TaskInfo Task { get; set; } = null!;

    /// <summary>Whether faults happen.</summary>
    internal bool AreFaultsOn { get; set; } = true;

    /// <summary>From which slot on no fault happens any more.</summary>
    internal Slot CalmFrom { get; set; }

    /// <summary>What the nodes' code has used, by phase.</summary>
    internal PhaseTimes PhaseTimes { get; } = new();

    /// <summary>What went wrong in the task's code, by its text.</summary>
    internal ErrorCounts Errors { get; } = new();

    /// <summary>How many verdicts on submissions were given.</summary>
    internal long Audits { get; set; }

    /// <summary>The last round that is worked for.</summary>
    internal Round LastRound { get; set; }

    /// <summary>The last round in which nodes look at the ledger: that of the last payout.</summary>
    internal Round LastFollowed { get; set; }

    /// <summary>The slot that it is now.</summary>
    internal Slot SlotNow => new((ulong)(Clock.Now.Ticks / Options.SlotTime.Ticks));

    /// <summary>When a slot begins.</summary>
    internal TimeSpan StartOf(Slot slot) => new(checked((long)slot.Value * Options.SlotTime.Ticks));

    /// <summary>Adds a line to the trace.</summary>
    internal void Trace(ref DefaultInterpolatedLine line) => _trace.Add(Clock.Now, ref line);

    /// <summary>Has a node decide about what it was told, once all that happens at this instant has happened.</summary>
    internal void Wake(SimulatedNode node) => _dirty.Enqueue(node);

    /// <summary>A folder of the disk for a node's task; made when the first one asks.</summary>
    internal string FolderOf(int node)
    {
        _folder ??= Directory.CreateTempSubdirectory("pond-simulation-");
        return _folder.CreateSubdirectory(node.ToString(System.Globalization.CultureInfo.InvariantCulture)).FullName;
    }

    /// <summary>Has the next event happen, with all that follows from it at the same instant.</summary>
    /// <returns>False if there is none before <paramref name="end"/>.</returns>
    internal bool Step(TimeSpan end)
    {
        if (!Clock.Step(end))
        {
            return false;
        }

        Settle();
        return true;
    }

    internal void Settle()
    {
        do
        {
            Lanes.Drain();
            while (_dirty.TryDequeue(out var node))
            {
                node.Decide();
            }
        }
        while (Lanes.HasReady);
    }

    internal string FinishTrace() => _trace.Finish();

    internal long TraceLines => _trace.Lines;

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }

        _trace.Dispose();
        _folder?.Delete(recursive: true);
    }
}
