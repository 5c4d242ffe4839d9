using System.Buffers;

namespace Pond.Ledger.Tasks;

/// <summary>A buffer that grows in borrowed arrays: what is written must be copied out before it is given back.</summary>
/// <param name="sizeHint">How much will be written, roughly: growing a large buffer means copying it.</param>
internal sealed class PooledBuffer(int sizeHint = 0) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = sizeHint > 0 ? ArrayPool<byte>.Shared.Rent(sizeHint) : [];
    private int _count;

    /// <summary>What has been written; good until the next write.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    /// <inheritdoc/>
    public void Advance(int count) => _count += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_count);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public void Dispose() => GiveBack();

    private void Reserve(int size)
    {
        if (_bytes.Length - _count >= size)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_count + size, 2 * _bytes.Length));
        Written.CopyTo(larger);
        GiveBack();
        _bytes = larger;
    }

    private void GiveBack()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }
}
