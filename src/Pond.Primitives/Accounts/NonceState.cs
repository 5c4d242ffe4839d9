using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Pond.Primitives.Accounts;

/// <summary>The state of a nonce account, whose nonce stands in for a recent blockhash.</summary>
/// <remarks>An account that is all zero is one that nobody has initialized.</remarks>
public sealed record NonceState
{
    /// <summary>The size of a nonce account's data.</summary>
    public const int SizeBytes = 80;

    private const int HeaderSizeBytes = 2 * sizeof(uint);
    private const int AuthorityOffset = HeaderSizeBytes;
    private const int NonceOffset = AuthorityOffset + Pubkey.SizeBytes;
    private const int FeeOffset = NonceOffset + Hash.SizeBytes;
    private const uint LegacyVersion = 0;
    private const uint CurrentVersion = 1;

    /// <summary>Whether it is of the first version, whose nonces were blockhashes. Such a nonce is good for nothing until it is upgraded.</summary>
    public bool IsLegacy { get; init; }

    /// <summary>Whether there is a nonce; the members below mean nothing otherwise.</summary>
    public bool IsInitialized { get; init; }

    /// <summary>Who must sign what uses the nonce.</summary>
    public Pubkey Authority { get; init; }

    /// <summary>What a transaction names in place of a blockhash.</summary>
    public Hash Nonce { get; init; }

    /// <summary>What a signature cost when the nonce was made.</summary>
    public Lamports FeePerSignature { get; init; }

    /// <summary>The nonce that follows from a blockhash. It is no blockhash itself, so that a transaction can't be good in both ways.</summary>
    public static Hash NonceOf(Hash blockhash) => new(SHA256.HashData([.. "DURABLE_NONCE"u8, .. blockhash.ToArray()]));

    /// <summary>Reads an account's data; bytes after the state are ignored.</summary>
    /// <returns>False if it is no nonce account.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out NonceState? state)
    {
        state = null;
        if (data.Length < HeaderSizeBytes)
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(data);
        var tag = BinaryPrimitives.ReadUInt32LittleEndian(data[sizeof(uint)..]);
        if (version > CurrentVersion || tag > 1 || (tag == 1 && data.Length < SizeBytes))
        {
            return false;
        }

        state = new NonceState { IsLegacy = version == LegacyVersion };
        if (tag == 1)
        {
            state = state with
            {
                IsInitialized = true,
                Authority = new Pubkey(data.Slice(AuthorityOffset, Pubkey.SizeBytes)),
                Nonce = new Hash(data.Slice(NonceOffset, Hash.SizeBytes)),
                FeePerSignature = new Lamports(BinaryPrimitives.ReadUInt64LittleEndian(data[FeeOffset..])),
            };
        }

        return true;
    }

    /// <summary>
    /// Writes the state to the start of an account's data. Without a nonce only the first eight bytes are written, so what was there stays.
    /// </summary>
    /// <returns>False, with nothing written, if it does not fit.</returns>
    public bool TryWriteTo(Span<byte> data)
    {
        if (data.Length < (IsInitialized ? SizeBytes : HeaderSizeBytes))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(data, IsLegacy ? LegacyVersion : CurrentVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(data[sizeof(uint)..], IsInitialized ? 1u : 0u);
        if (IsInitialized)
        {
            Authority.CopyTo(data[AuthorityOffset..]);
            Nonce.CopyTo(data[NonceOffset..]);
            BinaryPrimitives.WriteUInt64LittleEndian(data[FeeOffset..], FeePerSignature.Value);
        }

        return true;
    }
}
