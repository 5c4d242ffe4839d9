using Pond.Primitives;
using Pond.Store;
using Pond.Store.Dag;

namespace Pond.Server.Content;

/// <summary>The blocks and pins of one node, in one folder.</summary>
public sealed class ContentStore : IDisposable
{
    /// <summary>Opens the store in a folder, which is created if there is none.</summary>
    /// <exception cref="PondException"><c>store-in-use</c>, <c>pin-corrupt</c>, or the folder cannot be written.</exception>
    public ContentStore(string folder)
    {
        Blocks = new(folder);
        try
        {
            PinSet = new(Path.Combine(folder, "pins"));
        }
        catch
        {
            Blocks.Dispose();
            throw;
        }
    }

    /// <summary>The blocks. Hold them while adding content: <see cref="DiskBlockStore.Hold"/>.</summary>
    public DiskBlockStore Blocks { get; }

    /// <summary>All pins, in no order.</summary>
    public IReadOnlyCollection<Pin> Pins => PinSet.All;

    private PinSet PinSet { get; }

    /// <summary>Keeps a root and everything below it until it is unpinned under the same name. It survives a power cut.</summary>
    /// <exception cref="ArgumentException">The name is too long or holds control characters.</exception>
    /// <exception cref="PondException"><c>block-missing</c>: not all of it is here. Nothing is pinned then.</exception>
    public void Pin(Cid root, string name)
    {
        using var hold = Blocks.Hold();
        foreach (var cid in Reach(root))
        {
            if (!cid.Hash.IsIdentity && !Blocks.Touch(cid.Hash))
            {
                // Read says so in the words of every reader.
                Blocks.Read(cid);
            }
        }

        Blocks.Flush();
        PinSet.Add(new(root, name));
    }

    /// <summary>Takes a wish back. The blocks stay until the next <see cref="CollectGarbage"/>.</summary>
    /// <returns>Whether there was such a pin.</returns>
    public bool Unpin(Cid root, string name) => PinSet.Remove(new(root, name));

    /// <summary>Deletes the blocks that no pin reaches, beside reads and writes.</summary>
    /// <param name="cancellationToken">Stops between two blocks; what is deleted stays so.</param>
    /// <exception cref="PondException">
    /// A pinned block is missing or corrupt. Nothing is deleted then: what lies below it cannot be known.
    /// </exception>
    public SweptBlocks CollectGarbage(CancellationToken cancellationToken) => Blocks.Sweep(
        () =>
        {
            var kept = new HashSet<Multihash>();
            foreach (var root in PinSet.All.Select(pin => pin.Root).Distinct())
            {
                foreach (var cid in Reach(root))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    kept.Add(cid.Hash);
                }
            }

            return kept;
        },
        cancellationToken);

    /// <summary>Lets another process open the store.</summary>
    public void Dispose() => Blocks.Dispose();

    // Raw blocks link to nothing, and they are most of all bytes, so they are named without being read.
    private IEnumerable<Cid> Reach(Cid root)
    {
        var walk = new DagWalk(root);
        while (walk.Needed is { } cid)
        {
            yield return cid;
            if (cid.Codec == Multicodec.Raw)
            {
                walk.Skip();
            }
            else
            {
                walk.Supply(Blocks.Read(cid));
            }
        }
    }
}
