using System.Buffers;

namespace Pond.Ledger.Journal;

/// <summary>
/// The ledger's sealed blocks on a disk, in order. A block is confirmed when <see cref="Append"/> has returned, and not before.
/// </summary>
/// <remarks>
/// <para>Each record is chained to the one before by its hash. Records are synced in groups, and each says how far the file had been synced
/// when it was written. That tells a torn end from damage: what was written after the last sync may be anything after a crash and is cut;
/// anything else that is not as it was written is damage, which is named and left alone.</para>
/// <para>Not thread-safe. Pure but for the files it is given: a simulator may put faults under them.</para>
/// </remarks>
public sealed class LedgerJournal : IDisposable
{
    private readonly IJournalFolder _folder;
    private readonly JournalOptions _options;
    private readonly ArrayBufferWriter<byte> _group = new();
    private readonly ArrayBufferWriter<byte> _payload = new();
    private readonly List<ulong> _firstHeights;
    private IJournalFile _file;
    private Hash _salt;
    private Hash _chain;
    private long _end;
    private bool _isUsable = true;

    private LedgerJournal(IJournalFolder folder, JournalOptions options, List<ulong> firstHeights, IJournalFile file, Hash salt)
    {
        (_folder, _options, _firstHeights, _file, _salt) = (folder, options, firstHeights, file, salt);
        _chain = options.GenesisHash;
        _end = JournalFileHead.SizeBytes;
        LastSlot = default;
    }

    /// <summary>The name of the file with the first block of all. While it is there, the journal reaches back to the beginning.</summary>
    public static string FirstFile => JournalFileHead.NameFor(1);

    /// <summary>The height of the last block that is on the disk; 0 if there is none.</summary>
    public ulong Height { get; private set; }

    /// <summary>The lowest height that is still here, or that will be the first.</summary>
    public ulong FirstHeight => _firstHeights[0];

    /// <summary>How many bytes of a torn end were cut when the journal was opened: what was being written when the machine stopped.</summary>
    public long CutBytes { get; private set; }

    /// <summary>Whether the journal had been closed in order before it was opened; so had one that is new.</summary>
    public bool WasClosed { get; private set; } = true;

    private Slot LastSlot { get; set; }

    /// <summary>Opens a journal, a new one if the folder has none: checks every record, cuts a torn end, and hands over the blocks.</summary>
    /// <param name="folder">Where its files are.</param>
    /// <param name="options">What is known of it.</param>
    /// <param name="replay">Takes each block in order. When it is called, the blocks after may still turn out to be damaged.</param>
    /// <exception cref="PondException">
    /// <c>journal-damaged</c>: what was synced is not as it was written; nothing was changed. <c>journal-of-other-network</c>.
    /// </exception>
    public static LedgerJournal Open(IJournalFolder folder, JournalOptions options, Action<BlockRecord> replay)
    {
        var found = Scan(folder, options, replay);
        if (found.TornName is { } torn)
        {
            folder.Delete(torn);
        }

        if (found.Last is not { } scan)
        {
            return New(folder, options);
        }

        var last = folder.Open(found.LastName);
        var journal = new LedgerJournal(folder, options, found.FirstHeights, last, scan.Head.Salt)
        {
            Height = scan.Height,
            LastSlot = scan.Slot ?? default,
            CutBytes = last.Length - scan.End,
            WasClosed = scan.IsClosed && scan.Fault is null,
            _chain = scan.Chain,
            _end = scan.End,
        };
        try
        {
            journal.Secure(scan.SyncedTo);
            return journal;
        }
        catch
        {
            last.Dispose();
            throw;
        }
    }

    /// <summary>Does what <see cref="Open"/> does without changing anything.</summary>
    /// <returns>The height of the last block; 0 if there is none.</returns>
    /// <inheritdoc cref="Open"/>
    public static ulong Check(IJournalFolder folder, JournalOptions options, Action<BlockRecord> replay) =>
        Scan(folder, options, replay).Last?.Height ?? 0;

    /// <summary>Writes blocks and waits until they are on the disk: then they are confirmed.</summary>
    /// <param name="records">The next blocks, in order; at least one.</param>
    /// <exception cref="InvalidOperationException">
    /// The journal has failed before. It is not known which of those blocks are on the disk, and trying again could hide that: only a new start
    /// tells.
    /// </exception>
    public void Append(IReadOnlyCollection<BlockRecord> records)
    {
        if (!_isUsable)
        {
            throw new InvalidOperationException("The journal has failed or is closed.");
        }

        var expected = Height;
        foreach (var record in records)
        {
            if (record.Height != ++expected)
            {
                throw new ArgumentException($"Block {record.Height} stands where block {expected} should.", nameof(records));
            }
        }

        // Usable again only if all goes well.
        _isUsable = false;
        if (_end >= _options.FileSizeBytes)
        {
            BeginFile();
        }

        var (height, slot, chain) = (Height, LastSlot, _chain);
        _group.ResetWrittenCount();
        foreach (var record in records)
        {
            (height, slot) = (record.Height, record.Slot);
            var payload = record.ToPayload(_payload);
            chain = new JournalFrame(JournalFrameKind.Block, payload.Length, height, slot, _end).Write(_group, payload, _salt, chain);
        }

        WriteGroup();
        (Height, LastSlot, _chain) = (height, slot, chain);
        _isUsable = true;
    }

    /// <summary>Drops files whose blocks are all below a height.</summary>
    public void DropBefore(ulong height)
    {
        while (_firstHeights.Count > 1 && _firstHeights[1] <= height)
        {
            // The oldest first, so that a crash leaves no gap.
            _folder.Delete(JournalFileHead.NameFor(_firstHeights[0]));
            _firstHeights.RemoveAt(0);
        }

        _folder.SyncNames();
    }

    /// <summary>Writes down that the journal ends here in order, so that whatever is missing later is known to be damage.</summary>
    public void Close()
    {
        if (_isUsable)
        {
            _isUsable = false;
            _group.ResetWrittenCount();
            _chain = new JournalFrame(JournalFrameKind.Closed, 0, Height, LastSlot, _end).Write(_group, [], _salt, _chain);
            WriteGroup();
        }
    }

    /// <summary>Lets go of the files.</summary>
    public void Dispose() => _file.Dispose();

    private static Found Scan(IJournalFolder folder, JournalOptions options, Action<BlockRecord> replay)
    {
        var names = folder.List();
        var found = new Found(null, "", null, []);
        for (var index = 0; index < names.Count; index++)
        {
            var isLast = index == names.Count - 1;
            using var file = folder.Open(names[index]);
            var head = JournalFileHead.TryRead(file);
            if (head is null && isLast && file.Length <= JournalFileHead.SizeBytes)
            {
                // The machine stopped while this file was made: no block can be in it.
                found = found with { TornName = names[index] };
                break;
            }

            CheckHead(names[index], head, found.Last, options);
            found.FirstHeights.Add(head!.FirstHeight);
            var scan = new JournalScan(file, head);
            foreach (var record in scan.Blocks())
            {
                replay(record);
            }

            if (scan.Fault is { } fault && (!isLast || scan.IsFaultBehindASync()))
            {
                throw JournalFailures.Damaged(names[index], scan.End, scan.FaultSlot, fault);
            }

            found = found with { Last = scan, LastName = names[index] };
        }

        if ((found.Last?.Height ?? 0) < options.KnownHeight)
        {
            throw JournalFailures.Damaged(
                found.Last is null ? JournalFileHead.NameFor(1) : found.LastName,
                found.Last?.End ?? 0,
                found.Last?.FaultSlot,
                $"the blocks {(found.Last?.Height ?? 0) + 1} to {options.KnownHeight} were confirmed and are not here. {found.Last?.Fault ?? "A file is missing or shorter than it was."}");
        }

        return found;
    }

    private static LedgerJournal New(IJournalFolder folder, JournalOptions options)
    {
        var salt = options.NewSalt();
        var file = CreateFile(folder, new JournalFileHead(options.GenesisHash, 1, options.GenesisHash, salt));
        return new LedgerJournal(folder, options, [1], file, salt);
    }

    private static void CheckHead(string name, JournalFileHead? head, JournalScan? before, JournalOptions options)
    {
        if (head is null)
        {
            throw JournalFailures.Damaged(name, 0, null, "its beginning is not what was written.");
        }

        if (head.GenesisHash != options.GenesisHash)
        {
            throw JournalFailures.OtherNetwork(name);
        }

        if (name != JournalFileHead.NameFor(head.FirstHeight)
            || (before is not null && (head.FirstHeight != before.Height + 1 || head.Chain != before.Chain)))
        {
            throw JournalFailures.Damaged(name, 0, null, "it does not follow the file before; one may be missing.");
        }
    }

    private static IJournalFile CreateFile(IJournalFolder folder, JournalFileHead head)
    {
        var file = folder.Create(JournalFileHead.NameFor(head.FirstHeight));
        try
        {
            file.Write(0, head.ToBytes());
            file.Sync();
            folder.SyncNames();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // What was found behind the last sync may be in the system's memory alone, even after a sync that failed: systems forget that a page is
    // unwritten once they have told of it. So it is written once more before anybody is told of it.
    private void Secure(long syncedTo)
    {
        if (CutBytes > 0)
        {
            _file.Truncate(_end);
        }

        var buffer = new byte[(int)Math.Min(_end - syncedTo, 1024 * 1024)];
        for (var offset = syncedTo; offset < _end; offset += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, _end - offset));
            _ = _file.Read(offset, part);
            _file.Write(offset, part);
        }

        _file.Sync();
        _folder.SyncNames();
    }

    private void WriteGroup()
    {
        _file.Write(_end, _group.WrittenSpan);
        _file.Sync();
        _end += _group.WrittenCount;
    }

    private void BeginFile()
    {
        var salt = _options.NewSalt();
        var file = CreateFile(_folder, new JournalFileHead(_options.GenesisHash, Height + 1, _chain, salt));
        _file.Dispose();
        (_file, _salt, _end) = (file, salt, JournalFileHead.SizeBytes);
        _firstHeights.Add(Height + 1);
    }

    /// <summary>What is on the disk: the last file's end, and the name of a file that was being made when the machine stopped.</summary>
    private sealed record Found(JournalScan? Last, string LastName, string? TornName, List<ulong> FirstHeights);
}
