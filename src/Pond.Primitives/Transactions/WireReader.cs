using Pond.Primitives.Encoding;

namespace Pond.Primitives.Transactions;

/// <summary>Walks over received bytes; every step says whether there was enough left.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;

    /// <summary>How many bytes have been taken.</summary>
    internal int Position { get; private set; }

    internal readonly bool TryPeek(out byte first)
    {
        var isThere = Position < _source.Length;
        first = isThere ? _source[Position] : (byte)0;
        return isThere;
    }

    /// <summary>Takes bytes that stand behind their count.</summary>
    internal bool TryTakeBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return TryTakeLength(out var count) && TryTake(count, out bytes);
    }

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
