using Pond.Primitives;
using Pond.Store;
using Pond.Store.Dag;
using Pond.Store.Retention;

namespace Pond.Server.Content;

/// <summary>The blocks and pins of one node, in one folder. Safe for use by several threads of one process.</summary>
public sealed class ContentStore : IDisposable
{
    private readonly ContentStoreOptions _options;

    /// <summary>Opens the store in a folder, which is created if there is none.</summary>
    /// <exception cref="PondException"><c>store-in-use</c>, <c>pin-corrupt</c>, or the folder cannot be written.</exception>
    public ContentStore(string folder)
        : this(folder, new ContentStoreOptions())
    {
    }

    /// <inheritdoc cref="ContentStore(string)"/>
    /// <param name="folder">Where the store is.</param>
    /// <param name="options">Its bounds.</param>
    public ContentStore(string folder, ContentStoreOptions options)
    {
        _options = options;
        Folder = folder;
        Blocks = new(folder, options.Blocks);
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

    /// <summary>Where the store is.</summary>
    public string Folder { get; }

    /// <summary>The blocks. Hold them while adding content: <see cref="DiskBlockStore.Hold"/>.</summary>
    public DiskBlockStore Blocks { get; }

    /// <summary>All pins, in no order.</summary>
    public IReadOnlyCollection<Pin> Pins => PinSet.All;

    /// <summary>Another number after each change of the pins.</summary>
    internal long PinVersion => PinSet.Version;

    private PinSet PinSet { get; }

    /// <summary>Begins to add content for an owner, within what he may keep here.</summary>
    /// <param name="owner">For whom; empty for the operator, who has the whole store.</param>
    public ContentWriter BeginAdd(string owner) => new(this, owner, LimitOf(owner));

    /// <summary>Keeps a root and everything below it until it is unpinned under the same name. It survives a power cut.</summary>
    /// <exception cref="ArgumentException">The name is too long or holds control characters.</exception>
    /// <exception cref="PondException"><c>block-missing</c>: not all of it is here. Nothing is pinned then.</exception>
    public void Pin(Cid root, string name) => Pin(new Pin(root, name));

    /// <summary>Keeps content until it is unpinned or the pin expires. A pin of the same root and name is replaced.</summary>
    /// <returns>The pin with the size of what it keeps.</returns>
    /// <exception cref="ArgumentException">The name or owner is too long or holds control characters.</exception>
    /// <exception cref="PondException">
    /// <c>block-missing</c>: not all of it is here. <c>quota-exceeded</c>: it is more than its owner may keep. Nothing is pinned then.
    /// </exception>
    public Pin Pin(Pin pin)
    {
        PinSet.Validate(pin);
        using var hold = Blocks.Hold();
        var lostBefore = Blocks.LostCommits;
        var size = 0L;
        var counted = new HashSet<Multihash>();
        foreach (var cid in Reach(pin.Root, pin.Kind))
        {
            if (cid.Hash.IsIdentity || !counted.Add(cid.Hash))
            {
                continue;
            }

            if (!Blocks.TryTouch(cid.Hash, out var blockBytes))
            {
                // Read says so in the words of every reader.
                Blocks.Read(cid);
            }

            size += blockBytes;
        }

        var replaced = PinSet.Find(pin.Root, pin.Name) is { } before && before.Owner == pin.Owner ? before.SizeBytes : 0;
        if (LimitOf(pin.Owner) is { } limit && PinnedBytesOf(pin.Owner) - replaced + size > limit)
        {
            throw OverQuota(pin.Owner, limit);
        }

        Blocks.Flush();
        if (Blocks.LostCommits != lostBefore)
        {
            throw new PondException(
                "disk-failed", $"Blocks below {pin.Root} may not have reached the disk.", "Check the disk and add the content again.");
        }

        var pinned = pin with { SizeBytes = size };
        PinSet.Add(pinned);
        return pinned;
    }

    /// <summary>The pin of a root under a name; null if there is none.</summary>
    public Pin? FindPin(Cid root, string name) => PinSet.Find(root, name);

    /// <summary>Takes a wish back. The blocks stay until the next <see cref="CollectGarbage(CancellationToken)"/>.</summary>
    /// <returns>Whether there was such a pin.</returns>
    public bool Unpin(Cid root, string name) => PinSet.Remove(new(root, name));

    /// <summary>Ends the pins whose time has come.</summary>
    /// <returns>Those pins.</returns>
    public IReadOnlyList<Pin> ReleaseExpired(DateTimeOffset now)
    {
        var expired = PinSet.All.Where(pin => pin.ExpiresAt <= now).ToList();
        return [.. expired.Where(PinSet.Remove)];
    }

    /// <summary>Ends the pins of a task's proofs whose rounds are long enough past; see <see cref="RoundRetention.PinName"/>.</summary>
    /// <param name="task">The task's id.</param>
    /// <param name="current">The round that the task is in.</param>
    /// <param name="retention">How long proofs are kept.</param>
    /// <returns>Those pins.</returns>
    public IReadOnlyList<Pin> ReleaseRounds(string task, Round current, RoundRetention retention)
    {
        var over = PinSet.All
            .Where(pin => RoundRetention.TryReadPinName(pin.Name, out var pinned, out var worked)
                && string.Equals(pinned, task, StringComparison.Ordinal)
                && retention.IsOver(worked, current))
            .ToList();
        return [.. over.Where(PinSet.Remove)];
    }

    /// <summary>How many bytes an owner's pins keep. Content of two pins counts for both.</summary>
    public long PinnedBytesOf(string owner) => PinSet.BytesOf(owner);

    /// <summary>The pins that keep a block: those of it, and the recursive ones of something above it.</summary>
    /// <param name="cid">The block; CIDs of the same hash name the same one.</param>
    /// <param name="cancellationToken">Stops between two pins.</param>
    /// <exception cref="PondException">A pinned block is missing or corrupt.</exception>
    public IEnumerable<Pin> PinsReaching(Cid cid, CancellationToken cancellationToken)
    {
        foreach (var pin in PinSet.All.OrderByDescending(pin => pin.Root.Hash == cid.Hash))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Reach(pin.Root, pin.Kind).Any(reached => reached.Hash == cid.Hash))
            {
                yield return pin;
            }
        }
    }

    /// <summary>Everything that a pin of this kind keeps, parents first, each CID once.</summary>
    /// <exception cref="PondException"><c>block-missing</c>, or a node cannot be read.</exception>
    public IEnumerable<Cid> Reach(Cid root, PinKind kind)
    {
        if (kind == PinKind.Direct)
        {
            yield return root;
            yield break;
        }

        // Raw blocks link to nothing, and they are most of all bytes, so they are named without being read.
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

    /// <summary>Deletes the blocks that no pin reaches, beside reads and writes.</summary>
    /// <param name="cancellationToken">Stops between two blocks; what is deleted stays so.</param>
    /// <exception cref="PondException">
    /// A pinned block is missing or corrupt. Nothing is deleted then: what lies below it cannot be known.
    /// </exception>
    public SweptBlocks CollectGarbage(CancellationToken cancellationToken) => CollectGarbage(static _ => { }, cancellationToken);

    /// <inheritdoc cref="CollectGarbage(CancellationToken)"/>
    /// <param name="onSwept">Called with each block that was deleted.</param>
    /// <param name="cancellationToken">Stops between two blocks; what is deleted stays so.</param>
    public SweptBlocks CollectGarbage(Action<Multihash> onSwept, CancellationToken cancellationToken) => Blocks.Sweep(
        () =>
        {
            var kept = new HashSet<Multihash>();
            foreach (var (root, kind) in PinSet.All.Select(pin => (pin.Root, pin.Kind)).Distinct())
            {
                foreach (var cid in Reach(root, kind))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    kept.Add(cid.Hash);
                }
            }

            return kept;
        },
        onSwept,
        cancellationToken);

    /// <inheritdoc cref="Verify(bool, Action{long}, CancellationToken)"/>
    public StoreVerification Verify(Action<long> onChecked, CancellationToken cancellationToken) =>
        Verify(repairs: false, onChecked, cancellationToken);

    /// <summary>Reads every block and everything below every pin.</summary>
    /// <param name="repairs">Whether blocks that have changed are deleted, so that they can be fetched or added again.</param>
    /// <param name="onChecked">Called with the size of each block that was read.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    public StoreVerification Verify(bool repairs, Action<long> onChecked, CancellationToken cancellationToken)
    {
        var problems = new List<string>(Blocks.FindDamage());
        var blocks = 0L;
        var bytes = 0L;
        try
        {
            foreach (var hash in Blocks.Enumerate())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryVerify(hash, problems, repairs, out var size))
                {
                    blocks++;
                    bytes += size;
                    onChecked(size);
                }
            }
        }
        catch (PondException damage) when (damage.Code is "database-damaged")
        {
            // It is among the problems already.
        }

        foreach (var pin in PinSet.All)
        {
            try
            {
                foreach (var cid in Reach(pin.Root, pin.Kind))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!Blocks.Contains(cid))
                    {
                        problems.Add($"Block {cid}, which the pin of {pin.Root} keeps, is missing.");
                    }
                }
            }
            catch (PondException problem)
            {
                problems.Add($"The pin of {pin.Root} cannot be followed: {problem.Message}");
            }
        }

        return new(blocks, bytes, PinSet.All.Count, problems);
    }

    private bool TryVerify(Multihash hash, List<string> problems, bool repairs, out long sizeBytes)
    {
        sizeBytes = 0;
        try
        {
            var isHere = Blocks.TryGet(hash, out var data);
            sizeBytes = data.Length;
            return isHere;
        }
        catch (PondException problem)
        {
            problems.Add(problem.Message);
            if (repairs && problem.Code is "block-corrupt")
            {
                Blocks.Delete(hash);
            }

            return false;
        }
    }

    /// <summary>Lets another process open the store.</summary>
    public void Dispose() => Blocks.Dispose();

    internal static PondException OverQuota(string owner, long limit) => new(
        "quota-exceeded",
        $"'{owner}' may keep {limit} bytes here, and this would be more.",
        "Remove pins that are not needed any more, or ask the operator for a larger quota.");

    private long? LimitOf(string owner) =>
        owner.Length == 0 ? null
        : _options.MaxBytesByOwner.TryGetValue(owner, out var limit) ? limit
        : _options.MaxBytesOfOthers;
}
