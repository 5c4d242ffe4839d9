using System.Collections.Immutable;

namespace Pond.Ledger.Accounts;

/// <summary>What an account holds: bytes, or typed state whose bytes are rendered when somebody reads them.</summary>
internal abstract record AccountContent
{
    /// <summary>Commits to the content; a block's write set holds it in place of the bytes.</summary>
    internal abstract Hash Digest();

    /// <summary>Whether there is nothing in it, as in an account that only holds lamports.</summary>
    internal abstract bool IsEmpty { get; }

    /// <summary>The size that rent is due for.</summary>
    internal abstract ulong SizeBytes { get; }

    /// <summary>
    /// The first 32 bytes that clients read, filled up with zeros, without rendering the rest: discovery compares them. Null if they depend
    /// on the slot.
    /// </summary>
    internal abstract Bytes32? Head { get; }

    /// <summary>The bytes as clients read them in <paramref name="slot"/>.</summary>
    internal abstract ImmutableArray<byte> Render(Slot slot);
}
