using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Pond.Primitives;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Reads the fields of a byte layout in order. Past the end every field is zero, and the reader says that it was too short.</summary>
internal ref struct LayoutReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    /// <summary>Whether all fields so far were there.</summary>
    internal bool IsGood { get; private set; } = true;

    /// <summary>How many bytes are left.</summary>
    internal readonly int Left => _rest.Length;

    internal byte Byte() => Take(1)[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    internal double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    internal Pubkey Pubkey() => new(Take(Primitives.Pubkey.SizeBytes));

    internal Hash Hash() => new(Take(Primitives.Hash.SizeBytes));

    /// <summary>A key behind a byte that says whether there is one, and that takes its room either way.</summary>
    internal Pubkey? OptionalPubkey()
    {
        var isThere = Byte() == 1;
        var key = Pubkey();
        return isThere ? key : null;
    }

    /// <summary>A length in eight bytes, then so many bytes of UTF-8.</summary>
    internal string Text()
    {
        var size = UInt64();
        if (size > (ulong)_rest.Length)
        {
            IsGood = false;
            return string.Empty;
        }

        var bytes = Take((int)size);
        IsGood &= Utf8.IsValid(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            IsGood = false;
            _rest = default;
            return new byte[count];
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
