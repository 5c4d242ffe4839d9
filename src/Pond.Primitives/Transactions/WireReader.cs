using Pond.Primitives.Encoding;

namespace Pond.Primitives.Transactions;

/// <summary>Walks over received bytes; every step says whether there was enough left.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;

    /// <summary>How many bytes have been taken.</summary>
    internal int Position { get; private set; }

    internal bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        if (count > _source.Length - Position)
        {
            bytes = default;
            return false;
        }

        bytes = _source.Slice(Position, count);
        Position += count;
        return true;
    }

    internal bool TryTakeLength(out int length)
    {
        if (!CompactU16.TryRead(_source[Position..], out length, out var read))
        {
            return false;
        }

        Position += read;
        return true;
    }
}
