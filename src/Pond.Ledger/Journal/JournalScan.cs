namespace Pond.Ledger.Journal;

/// <summary>Walks over one file of a journal and judges what it finds.</summary>
internal sealed class JournalScan(IJournalFile file, JournalFileHead head)
{
    // The most that is looked at in one go while searching.
    private const int WindowSizeBytes = 1024 * 1024;

    private byte[] _frame = new byte[4096];

    /// <summary>How the file begins.</summary>
    internal JournalFileHead Head => head;

    /// <summary>The offset behind the last good frame.</summary>
    internal long End { get; private set; } = JournalFileHead.SizeBytes;

    /// <summary>The chain behind the last good frame.</summary>
    internal Hash Chain { get; private set; } = head.Chain;

    /// <summary>The height of the last good block; that of the file before if there is none.</summary>
    internal ulong Height { get; private set; } = head.FirstHeight - 1;

    /// <summary>The slot of the last good block; null if there is none.</summary>
    internal Slot? Slot { get; private set; }

    /// <summary>From here on, what is in the file may have been written without a sync; a file without frames may be so from its beginning.</summary>
    internal long SyncedTo { get; private set; }

    /// <summary>Whether the last good frame says that the journal was closed in order.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>What is wrong at <see cref="End"/>; null if the file ends there in order.</summary>
    internal string? Fault { get; private set; }

    /// <summary>The slot of the faulty frame, if its head is good.</summary>
    internal Slot? FaultSlot { get; private set; }

    /// <summary>Hands over the good blocks in order, up to the end or the first fault.</summary>
    internal IEnumerable<BlockRecord> Blocks()
    {
        while (TryReadFrame(out var frame, out var record))
        {
            (End, SyncedTo, Slot) = (End + frame.SizeBytes, frame.SyncedTo, frame.Slot);
            IsClosed = frame.Kind is JournalFrameKind.Closed;
            if (record is not null)
            {
                Height = record.Height;
                yield return record;
            }
        }
    }

    /// <summary>Whether something behind the fault was written after what is at the fault had been synced: then it is damage, and no torn end.</summary>
    internal bool IsFaultBehindASync()
    {
        var window = new byte[WindowSizeBytes];
        for (var start = End + 1; start < file.Length; start += WindowSizeBytes - JournalFrame.HeadSizeBytes)
        {
            ReadOnlySpan<byte> bytes = window.AsSpan(0, file.Read(start, window));
            for (var offset = 0; offset + JournalFrame.HeadSizeBytes <= bytes.Length; offset++)
            {
                if (bytes[offset] == (byte)'P'
                    && JournalFrame.TryReadHead(bytes[offset..], head.Salt, out var later) && later.SyncedTo > End)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool TryReadFrame(out JournalFrame frame, out BlockRecord? record)
    {
        record = null;
        frame = default;
        var left = file.Length - End;
        if (left == 0)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[JournalFrame.HeadSizeBytes];
        if (file.Read(End, bytes) < bytes.Length || !JournalFrame.TryReadHead(bytes, head.Salt, out frame))
        {
            return Fails("the head of a block's record is not what was written.");
        }

        FaultSlot = frame.Slot;
        if (frame.SizeBytes > left)
        {
            return Fails("the file ends in the middle of a block's record.");
        }

        var size = (int)frame.SizeBytes;
        if (_frame.Length < size)
        {
            _frame = new byte[size];
        }

        var whole = _frame.AsSpan(0, size);
        if (file.Read(End, whole) < size)
        {
            return Fails("the file ends in the middle of a block's record.");
        }

        var chain = JournalFrame.Chain(Chain, whole[..^Hash.SizeBytes]);
        if (chain != new Hash(whole[^Hash.SizeBytes..]))
        {
            return Fails("a block's record is not what was written, or does not follow the one before.");
        }

        if (frame.Kind is JournalFrameKind.Block)
        {
            record = BlockRecord.TryRead(frame, whole[JournalFrame.HeadSizeBytes..^Hash.SizeBytes]);
            if (record is null || record.Height != Height + 1)
            {
                return Fails("a record that was written so holds no block that could follow.");
            }
        }
        else if (frame.Kind is not JournalFrameKind.Closed || frame.Height != Height)
        {
            return Fails("a record of an unknown kind; a newer Pond may have written it.");
        }

        Chain = chain;
        FaultSlot = null;
        return true;
    }

    private bool Fails(string fault)
    {
        Fault = fault;
        return false;
    }
}
