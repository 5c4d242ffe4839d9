using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pond.Primitives.Tokens;

/// <summary>An authority over tokens that needs some of several signatures, as the token program stores it in 355 bytes.</summary>
/// <param name="Required">How many must sign.</param>
/// <param name="Signers">Who may sign; at most 11. One that stands twice counts twice.</param>
/// <param name="IsInitialized">Whether it is in use.</param>
public sealed record Multisig(byte Required, ImmutableArray<Pubkey> Signers, bool IsInitialized)
{
    /// <summary>The most signers.</summary>
    public const int MaxSigners = 11;

    /// <summary>The size of the account's data.</summary>
    public const int SizeBytes = SignersOffset + (MaxSigners * Pubkey.SizeBytes);

    private const int CountOffset = 1;
    private const int InitializedOffset = 2;
    private const int SignersOffset = 3;

    /// <summary>Reads an account's data. What nobody has initialized parses too: <see cref="IsInitialized"/> says so.</summary>
    /// <returns>False if the data is not 355 bytes long, names more than 11 signers, or holds a flag that there is not.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out Multisig? multisig)
    {
        multisig = null;
        if (data.Length != SizeBytes || data[CountOffset] > MaxSigners || data[InitializedOffset] > 1)
        {
            return false;
        }

        var signers = ImmutableArray.CreateBuilder<Pubkey>(data[CountOffset]);
        for (var index = 0; index < data[CountOffset]; index++)
        {
            signers.Add(new(data.Slice(SignersOffset + (index * Pubkey.SizeBytes), Pubkey.SizeBytes)));
        }

        multisig = new(data[0], signers.MoveToImmutable(), data[InitializedOffset] == 1);
        return true;
    }

    /// <summary>Writes the multisig over its data.</summary>
    /// <exception cref="ArgumentException"><paramref name="data"/> is not 355 bytes long.</exception>
    public void WriteTo(Span<byte> data)
    {
        if (data.Length != SizeBytes)
        {
            throw new ArgumentException($"A multisig has {SizeBytes} bytes, not {data.Length}.", nameof(data));
        }

        data[0] = Required;
        data[CountOffset] = (byte)Signers.Length;
        data[InitializedOffset] = IsInitialized ? (byte)1 : (byte)0;
        for (var index = 0; index < Signers.Length; index++)
        {
            Signers[index].CopyTo(data[(SignersOffset + (index * Pubkey.SizeBytes))..]);
        }
    }

    /// <inheritdoc/>
    public bool Equals(Multisig? other) =>
        other is not null && Required == other.Required && IsInitialized == other.IsInitialized && Signers.SequenceEqual(other.Signers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Required, Signers.Length, IsInitialized);
}
