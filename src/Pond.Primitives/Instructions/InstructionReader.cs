using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Pond.Primitives.Instructions;

/// <summary>Reads what <see cref="InstructionWriter"/> writes. After the first thing that is not there, everything is empty.</summary>
internal ref struct InstructionReader(ReadOnlySpan<byte> source)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = source;

    /// <summary>Whether everything asked for was there.</summary>
    internal bool IsGood { get; private set; } = true;

    internal uint Index() =>
        Take(sizeof(uint)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt32LittleEndian(taken) : uint.MaxValue;

    internal byte Byte() => Take(1) is { IsEmpty: false } taken ? taken[0] : (byte)0;

    internal ulong Number() => Take(sizeof(ulong)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt64LittleEndian(taken) : 0;

    internal Lamports Lamports() => new(Number());

    internal Pubkey Key() => Take(Pubkey.SizeBytes) is { IsEmpty: false } taken ? new Pubkey(taken) : default;

    internal ImmutableArray<Pubkey> Keys()
    {
        var count = Number();
        if (count > (ulong)(_rest.Length / Pubkey.SizeBytes))
        {
            IsGood = false;
            return [];
        }

        var keys = ImmutableArray.CreateBuilder<Pubkey>((int)count);
        for (var index = 0UL; index < count; index++)
        {
            keys.Add(Key());
        }

        return keys.MoveToImmutable();
    }

    internal string Text()
    {
        var size = Number();
        if (size > (ulong)_rest.Length)
        {
            IsGood = false;
            return string.Empty;
        }

        try
        {
            return StrictUtf8.GetString(Take((int)size));
        }
        catch (DecoderFallbackException)
        {
            IsGood = false;
            return string.Empty;
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            IsGood = false;
            _rest = default;
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
