using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Pond.Ledger.Journal;

/// <summary>Something that the owner of a local network did without a transaction; a block's record keeps it, so that the block can be made again.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Bytes">With what: see docs/protocol/journal.md.</param>
public sealed record LocalEntry(LocalEntryKind Kind, ImmutableArray<byte> Bytes)
{
    /// <summary>The longest one: a block's record must be able to hold it.</summary>
    public const int MaxSizeBytes = 64 * 1024 * 1024;

    /// <summary>The next transaction fails, whatever it does.</summary>
    public static LocalEntry FailTransaction { get; } = new(LocalEntryKind.FailTransaction, []);

    /// <summary>The signatures of some signers of the next transaction are not looked at.</summary>
    /// <param name="signers">Bit N stands for signer N.</param>
    public static LocalEntry SkipSignatures(uint signers)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, signers);
        return new(LocalEntryKind.SkipSignatures, [.. bytes]);
    }

    /// <summary>The signers whose signatures are not looked at; none for other kinds.</summary>
    internal uint SkippedSigners =>
        Kind is LocalEntryKind.SkipSignatures && Bytes.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan()) : 0;
}

/// <summary>What a <see cref="LocalEntry"/> does. The values stand in journals and never change.</summary>
public enum LocalEntryKind : byte
{
    /// <summary>Nothing; never valid.</summary>
    None = 0,

    /// <summary>Puts accounts in the place of what was at their addresses. Lamports that this makes or destroys are counted.</summary>
    SetAccounts = 2,

    /// <summary>Does not look at some signatures of the next transaction.</summary>
    SkipSignatures = 3,

    /// <summary>Lets the next transaction fail.</summary>
    FailTransaction = 4,
}

/// <summary>Where in its block an entry stands.</summary>
/// <param name="Before">The index of the transaction before which it was done; the number of transactions if it came after all of them.</param>
/// <param name="Entry">The entry.</param>
public readonly record struct PlacedEntry(int Before, LocalEntry Entry);
