using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Pond.Primitives.Tokens;

/// <summary>A kind of token, as the token program stores it in 82 bytes.</summary>
public sealed record Mint
{
    /// <summary>The size of the account's data.</summary>
    public const int SizeBytes = FreezeAuthorityOffset + TokenLayout.OptionalKeySizeBytes;

    private const int SupplyOffset = TokenLayout.OptionalKeySizeBytes;
    private const int DecimalsOffset = SupplyOffset + sizeof(ulong);
    private const int InitializedOffset = DecimalsOffset + 1;
    private const int FreezeAuthorityOffset = InitializedOffset + 1;

    /// <summary>Who may make more of them; null if nobody ever again.</summary>
    public Pubkey? MintAuthority { get; init; }

    /// <summary>How many there are, in the smallest unit.</summary>
    public required ulong Supply { get; init; }

    /// <summary>How many decimal places clients show: one token is 10^decimals of the smallest unit.</summary>
    public required byte Decimals { get; init; }

    /// <summary>Whether it is in use.</summary>
    public required bool IsInitialized { get; init; }

    /// <summary>Who may stop accounts; null if nobody ever again.</summary>
    public Pubkey? FreezeAuthority { get; init; }

    /// <summary>Reads an account's data. What nobody has initialized parses too: <see cref="IsInitialized"/> says so.</summary>
    /// <returns>False if the data is not 82 bytes long, or holds a flag or a tag that there is not.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out Mint? mint)
    {
        mint = null;
        if (data.Length != SizeBytes
            || !TokenLayout.TryReadKey(data, out var mintAuthority)
            || data[InitializedOffset] > 1
            || !TokenLayout.TryReadKey(data[FreezeAuthorityOffset..], out var freezeAuthority))
        {
            return false;
        }

        mint = new()
        {
            MintAuthority = mintAuthority,
            Supply = BinaryPrimitives.ReadUInt64LittleEndian(data[SupplyOffset..]),
            Decimals = data[DecimalsOffset],
            IsInitialized = data[InitializedOffset] == 1,
            FreezeAuthority = freezeAuthority,
        };
        return true;
    }

    /// <summary>Writes the mint over its data. The room of what is null keeps the bytes that it had, as on K2.</summary>
    /// <exception cref="ArgumentException"><paramref name="data"/> is not 82 bytes long.</exception>
    public void WriteTo(Span<byte> data)
    {
        if (data.Length != SizeBytes)
        {
            throw new ArgumentException($"A mint has {SizeBytes} bytes, not {data.Length}.", nameof(data));
        }

        TokenLayout.WriteKey(data, MintAuthority);
        BinaryPrimitives.WriteUInt64LittleEndian(data[SupplyOffset..], Supply);
        data[DecimalsOffset] = Decimals;
        data[InitializedOffset] = IsInitialized ? (byte)1 : (byte)0;
        TokenLayout.WriteKey(data[FreezeAuthorityOffset..], FreezeAuthority);
    }
}
