using Pond.Primitives;

namespace Pond.Simulation.Ledger;

/// <summary>The beginning of 32 bytes as a number, for lines that name them.</summary>
internal static class ShortHex
{
    internal static ulong ToShortHex(this Bytes32 bytes)
    {
        Span<byte> all = stackalloc byte[Bytes32.SizeBytes];
        bytes.CopyTo(all);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(all);
    }
}
