using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Simulation.Nodes;
using Pond.Store;

namespace Pond.Simulation.Adversaries;

/// <summary>What an adversary sees: all that is public, its own node, and its friends.</summary>
public sealed class AdversaryView
{
    private readonly SimulationWorld _world;
    private readonly SimulatedNode _node;
    private ImmutableSortedSet<Pubkey>? _friends;

    internal AdversaryView(SimulationWorld world, SimulatedNode node)
    {
        (_world, _node) = (world, node);
        Random = DeterministicRandom.ForStream(world.Options.SeedValue, $"adversary {node.Number}");
    }

    /// <summary>Its staking key.</summary>
    public Pubkey Me => _node.Key;

    /// <summary>Its own random numbers: the seed repeats them.</summary>
    public DeterministicRandom Random { get; }

    /// <summary>The task and its windows, as it was at the beginning.</summary>
    public TaskInfo Task => _world.Task;

    /// <summary>The slot that it is now.</summary>
    public Slot Slot => _world.SlotNow;

    /// <summary>The last round that is worked for.</summary>
    public Round LastRound => _world.LastRound;

    /// <summary>The keys of its own group, its own among them.</summary>
    public ImmutableSortedSet<Pubkey> Friends => _friends ??=
        [.. _world.Nodes.Where(node => string.Equals(node.Plan.Group, _node.Plan.Group, StringComparison.Ordinal)).Select(node => node.Key)];

    /// <summary>All nodes' keys.</summary>
    public IEnumerable<Pubkey> All => _world.Nodes.Select(node => node.Key);

    /// <summary>A round as the ledger shows it to everybody; null if there is none.</summary>
    public TaskRoundInfo? ReadRound(Round round)
    {
        _world.Ledger.Touch();
        return _world.Ledger.IsUp ? _world.Ledger.ReadRound(round) : null;
    }

    /// <summary>
    /// A result that looks like one and is none: one character in twenty of a text, one byte in twenty of the files that a CID names, at
    /// least one each.
    /// </summary>
    public string Alter(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Cid.TryParse(value, out var root) && _world.Content.StoreOf(root) is { } store
            ? Forgery.AlterContent(_world, _node, store, root, Random)
            : Forgery.AlterText(value, Random);
    }
}
