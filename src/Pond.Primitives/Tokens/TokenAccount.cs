using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Pond.Primitives.Tokens;

/// <summary>A balance of one kind of token, as the token program stores it in 165 bytes.</summary>
public sealed record TokenAccount
{
    /// <summary>The size of the account's data.</summary>
    public const int SizeBytes = CloseAuthorityOffset + TokenLayout.OptionalKeySizeBytes;

    /// <summary>Where the mint's address stands in the data, which clients filter by.</summary>
    public const int MintOffset = 0;

    /// <summary>Where the owner's address stands in the data, which clients filter by.</summary>
    public const int OwnerOffset = MintOffset + Pubkey.SizeBytes;

    private const int AmountOffset = OwnerOffset + Pubkey.SizeBytes;
    private const int DelegateOffset = AmountOffset + sizeof(ulong);
    private const int StateOffset = DelegateOffset + TokenLayout.OptionalKeySizeBytes;
    private const int NativeOffset = StateOffset + 1;
    private const int DelegatedAmountOffset = NativeOffset + TokenLayout.OptionalNumberSizeBytes;
    private const int CloseAuthorityOffset = DelegatedAmountOffset + sizeof(ulong);

    /// <summary>The kind of token.</summary>
    public required Pubkey Mint { get; init; }

    /// <summary>Whose tokens they are: a key, a multisig, or an address that a program signs for.</summary>
    public required Pubkey Owner { get; init; }

    /// <summary>How many, in the token's smallest unit.</summary>
    public required ulong Amount { get; init; }

    /// <summary>Who else may spend them; null if nobody.</summary>
    public Pubkey? Delegate { get; init; }

    /// <summary>How many the delegate may still spend.</summary>
    public ulong DelegatedAmount { get; init; }

    /// <summary>Whether it is in use, and whether it is frozen.</summary>
    public required TokenAccountState State { get; init; }

    /// <summary>For wrapped lamports: the lamports that are rent and no tokens. Null for all other tokens.</summary>
    public ulong? NativeReserve { get; init; }

    /// <summary>Who may close it in the owner's place; null if the owner does.</summary>
    public Pubkey? CloseAuthority { get; init; }

    /// <summary>Whether it holds wrapped lamports.</summary>
    public bool IsNative => NativeReserve is not null;

    /// <summary>Whether the mint's freeze authority has stopped it.</summary>
    public bool IsFrozen => State is TokenAccountState.Frozen;

    /// <summary>Reads an account's data. What nobody has initialized parses too: <see cref="State"/> says so.</summary>
    /// <returns>False if the data is not 165 bytes long, or holds a state or a tag that there is not.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out TokenAccount? account)
    {
        account = null;
        if (data.Length != SizeBytes
            || !TokenLayout.TryReadKey(data[DelegateOffset..], out var @delegate)
            || data[StateOffset] > (byte)TokenAccountState.Frozen
            || !TokenLayout.TryReadNumber(data[NativeOffset..], out var reserve)
            || !TokenLayout.TryReadKey(data[CloseAuthorityOffset..], out var closeAuthority))
        {
            return false;
        }

        account = new()
        {
            Mint = new(data.Slice(MintOffset, Pubkey.SizeBytes)),
            Owner = new(data.Slice(OwnerOffset, Pubkey.SizeBytes)),
            Amount = BinaryPrimitives.ReadUInt64LittleEndian(data[AmountOffset..]),
            Delegate = @delegate,
            DelegatedAmount = BinaryPrimitives.ReadUInt64LittleEndian(data[DelegatedAmountOffset..]),
            State = (TokenAccountState)data[StateOffset],
            NativeReserve = reserve,
            CloseAuthority = closeAuthority,
        };
        return true;
    }

    /// <summary>Writes the account over its data. The room of what is null keeps the bytes that it had, as on K2.</summary>
    /// <exception cref="ArgumentException"><paramref name="data"/> is not 165 bytes long.</exception>
    public void WriteTo(Span<byte> data)
    {
        if (data.Length != SizeBytes)
        {
            throw new ArgumentException($"A token account has {SizeBytes} bytes, not {data.Length}.", nameof(data));
        }

        Mint.CopyTo(data[MintOffset..]);
        Owner.CopyTo(data[OwnerOffset..]);
        BinaryPrimitives.WriteUInt64LittleEndian(data[AmountOffset..], Amount);
        TokenLayout.WriteKey(data[DelegateOffset..], Delegate);
        data[StateOffset] = (byte)State;
        TokenLayout.WriteNumber(data[NativeOffset..], NativeReserve);
        BinaryPrimitives.WriteUInt64LittleEndian(data[DelegatedAmountOffset..], DelegatedAmount);
        TokenLayout.WriteKey(data[CloseAuthorityOffset..], CloseAuthority);
    }
}
