using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pond.Ledger.Journal;

/// <summary>How each file of a journal begins.</summary>
/// <param name="GenesisHash">The network.</param>
/// <param name="FirstHeight">The height of the first block in it.</param>
/// <param name="Chain">The chain up to the file before; the genesis hash for the first one.</param>
/// <param name="Salt">The file's salt.</param>
internal sealed record JournalFileHead(Hash GenesisHash, ulong FirstHeight, Hash Chain, Hash Salt)
{
    internal const int SizeBytes = CheckedSizeBytes + Hash.SizeBytes;

    private const int CheckedSizeBytes = 8 + Hash.SizeBytes + 8 + Hash.SizeBytes + Hash.SizeBytes;

    // The last byte is the format's version.
    private static ReadOnlySpan<byte> Magic => "PONDJRN\u0001"u8;

    /// <summary>The name of the file that begins with this block, in the order of the heights.</summary>
    internal static string NameFor(ulong firstHeight) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"blocks-{firstHeight:D12}.journal");

    internal byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes];
        Magic.CopyTo(bytes);
        GenesisHash.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), FirstHeight);
        Chain.CopyTo(bytes.AsSpan(48));
        Salt.CopyTo(bytes.AsSpan(80));
        _ = SHA256.HashData(bytes.AsSpan(0, CheckedSizeBytes), bytes.AsSpan(CheckedSizeBytes));
        return bytes;
    }

    /// <summary>Reads a file's beginning; null if it is none.</summary>
    internal static JournalFileHead? TryRead(IJournalFile file)
    {
        var bytes = new byte[SizeBytes];
        if (file.Read(0, bytes) < SizeBytes
            || !bytes.AsSpan().StartsWith(Magic)
            || !SHA256.HashData(bytes.AsSpan(0, CheckedSizeBytes)).AsSpan().SequenceEqual(bytes.AsSpan(CheckedSizeBytes)))
        {
            return null;
        }

        return new(
            new Hash(bytes.AsSpan(8, Hash.SizeBytes)),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(40)),
            new Hash(bytes.AsSpan(48, Hash.SizeBytes)),
            new Hash(bytes.AsSpan(80, Hash.SizeBytes)));
    }
}
