using Pond.Primitives;
using Pond.Server.Content;
using Pond.Simulation.Network;
using Pond.Simulation.Time;
using Pond.Store;
using Pond.Store.Dag;
using Pond.Store.UnixFs;

namespace Pond.Simulation.Nodes;

/// <summary>Who has which content. Bytes are verified by their hash, as everywhere; what differs between nodes is who serves them, and how soon.</summary>
internal sealed class ContentNetwork(SimulationWorld world)
{
    /// <summary>The place of the task's creator, who serves its metadata to everybody.</summary>
    private const int Creator = -2;

    private readonly Dictionary<Multihash, List<int>> _holders = [];
    private readonly MemoryBlockStore _creators = new();

    /// <summary>Adds what the creator serves.</summary>
    /// <returns>The root.</returns>
    internal Cid AddForAll(string path)
    {
        var root = FolderImporter.Import(path, _creators, UnixFsProfile.V1Of2025, CancellationToken.None).Root;
        Announce(root, Creator);
        return root;
    }

    /// <summary>Adds a file or folder of a node's.</summary>
    internal Cid Add(SimulatedNode node, string path, CancellationToken cancellationToken)
    {
        var store = node.Content ??= new MemoryBlockStore();
        var root = FolderImporter.Import(path, store, UnixFsProfile.V1Of2025, cancellationToken).Root;
        Announce(root, node.Number);
        return root;
    }

    /// <summary>Says that a node has the content below a root.</summary>
    internal void Announce(Cid root, int holder)
    {
        if (!_holders.TryGetValue(root.Hash, out var holders))
        {
            _holders[root.Hash] = holders = [];
        }

        if (!holders.Contains(holder))
        {
            holders.Add(holder);
        }
    }

    /// <summary>Opens a file: from the node's own store, or from the first node that has it, is there and serves it.</summary>
    /// <exception cref="PondException"><c>content-missing</c> or <c>content-unreachable</c>, as of a real node.</exception>
    internal async ValueTask<Stream> OpenAsync(SimulatedNode node, string path, CancellationToken cancellationToken)
    {
        // What strangers submit may be no CID at all: that is content which nobody has.
        if (!Cid.TryParse(path.Split('/')[0], out var root) || FindStore(node, root) is not { } found)
        {
            await WaitAsync(node, 0, cancellationToken);
            throw Unreachable(path);
        }

        PathResolution resolved;
        try
        {
            resolved = new PathResolution(ContentPath.Parse(path)).Run(found.Store);
        }
        catch (PondException)
        {
            throw Unreachable(path);
        }

        if (resolved.MissingSegment is not null)
        {
            throw new PondException("content-missing", $"There is no '{path}'.", "Check the CID and the names of the path.");
        }

        try
        {
            _ = UnixFsReader.Describe(found.Store, resolved.Target);
            var stream = UnixFsReader.Open(found.Store, resolved.Target);
            if (found.Holder != node.Number)
            {
                await WaitAsync(node, stream.Length, cancellationToken);
            }

            return stream;
        }
        catch (PondException)
        {
            throw Unreachable(path);
        }
    }

    /// <summary>Where a node's content and that of the creator lies, for adversaries that change it.</summary>
    internal MemoryBlockStore? StoreOf(Cid root) =>
        _holders.TryGetValue(root.Hash, out var holders) ? StoreOfHolder(holders[0]) : null;

    private (MemoryBlockStore Store, int Holder)? FindStore(SimulatedNode node, Cid root)
    {
        if (!_holders.TryGetValue(root.Hash, out var holders))
        {
            return null;
        }

        if (holders.Contains(node.Number))
        {
            return (node.Content!, node.Number);
        }

        foreach (var holder in holders)
        {
            if (holder == Creator
                || (world.Network.IsReachable(node.Number, holder) && world.Nodes[holder] is { IsUp: true } owner
                    && (owner.Adversary?.Serves(owner.View, node.Key) ?? true)))
            {
                return (StoreOfHolder(holder), holder);
            }
        }

        return null;
    }

    private MemoryBlockStore StoreOfHolder(int holder) => holder == Creator ? _creators : world.Nodes[holder].Content!;

    private Task WaitAsync(SimulatedNode node, long sizeBytes, CancellationToken cancellationToken)
    {
        var delay = world.Network.TransferTime(node.Number, sizeBytes);
        while (world.Network.Send(node.Number, VirtualNetwork.Ledger) is null && delay < world.Options.SlotTime * 4)
        {
            // A lost question is asked again.
            delay += world.Options.SlotTime;
        }

        return TaskLane.DelayAsync(world.Clock, delay, cancellationToken);
    }

    private static PondException Unreachable(string path) => new(
        "content-unreachable", $"'{path}' can't be had: nobody has it.", "Try again later: its owner may be offline.", isTransient: true);
}
