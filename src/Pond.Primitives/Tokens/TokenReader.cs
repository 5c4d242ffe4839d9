using System.Buffers.Binary;
using System.Text;

namespace Pond.Primitives.Tokens;

/// <summary>Takes the data of a token instruction apart. Once something is missing or wrong, <see cref="IsGood"/> stays false.</summary>
internal ref struct TokenReader(ReadOnlySpan<byte> source)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = source;

    internal bool IsGood { get; private set; } = true;

    internal byte Byte() => TryTake(1, out var taken) ? taken[0] : (byte)0;

    internal ulong Number() => TryTake(sizeof(ulong), out var taken) ? BinaryPrimitives.ReadUInt64LittleEndian(taken) : 0;

    internal Pubkey Key() => TryTake(Pubkey.SizeBytes, out var taken) ? new(taken) : default;

    // Inside an instruction the tag is one byte; in an account it is four.
    internal Pubkey? Option()
    {
        var tag = Byte();
        IsGood &= tag <= 1;
        return tag == 1 ? Key() : null;
    }

    internal AuthorityType AuthorityType()
    {
        var type = (AuthorityType)Byte();
        IsGood &= type <= Tokens.AuthorityType.CloseAccount;
        return type;
    }

    internal string Text()
    {
        try
        {
            return StrictUtf8.GetString(_rest);
        }
        catch (DecoderFallbackException)
        {
            IsGood = false;
            return string.Empty;
        }
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        IsGood &= count <= _rest.Length;
        taken = IsGood ? _rest[..count] : default;
        _rest = IsGood ? _rest[count..] : default;
        return IsGood;
    }
}
