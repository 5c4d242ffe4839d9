using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pond.Primitives.Accounts;

/// <summary>The state of an address lookup table: an account's data, from which messages of version 0 load accounts.</summary>
public sealed record AddressLookupTable
{
    /// <summary>What stands before the addresses.</summary>
    public const int MetaSizeBytes = 56;

    /// <summary>The most addresses: a message names them by one byte.</summary>
    public const int MaxAddresses = 256;

    private const uint TableTag = 1;
    private const int DeactivationOffset = sizeof(uint);
    private const int ExtendedOffset = DeactivationOffset + sizeof(ulong);
    private const int StartIndexOffset = ExtendedOffset + sizeof(ulong);
    private const int AuthorityOffset = StartIndexOffset + sizeof(byte);

    /// <summary>The slot in which the table was deactivated; null while it is active.</summary>
    public Slot? DeactivatedAt { get; init; }

    /// <summary>The slot of the last extension. What it added can be loaded from the next slot on.</summary>
    public Slot LastExtendedAt { get; init; }

    /// <summary>Where the addresses begin that the last slot with an extension added.</summary>
    public byte LastExtendedStart { get; init; }

    /// <summary>Who may change the table; null for a frozen one.</summary>
    public Pubkey? Authority { get; init; }

    /// <summary>The addresses, in order.</summary>
    public ImmutableArray<Pubkey> Addresses { get; init; } = [];

    /// <summary>Reads an account's data.</summary>
    /// <returns>False if it is no table, or not a whole number of addresses.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AddressLookupTable? table)
    {
        table = null;
        if (data.Length < MetaSizeBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(data) != TableTag
            || data[AuthorityOffset] > 1
            || (data.Length - MetaSizeBytes) % Pubkey.SizeBytes != 0)
        {
            return false;
        }

        var deactivatedAt = BinaryPrimitives.ReadUInt64LittleEndian(data[DeactivationOffset..]);
        var addresses = ImmutableArray.CreateBuilder<Pubkey>((data.Length - MetaSizeBytes) / Pubkey.SizeBytes);
        for (var offset = MetaSizeBytes; offset < data.Length; offset += Pubkey.SizeBytes)
        {
            addresses.Add(new Pubkey(data.Slice(offset, Pubkey.SizeBytes)));
        }

        table = new AddressLookupTable
        {
            DeactivatedAt = deactivatedAt == ulong.MaxValue ? null : new Slot(deactivatedAt),
            LastExtendedAt = new Slot(BinaryPrimitives.ReadUInt64LittleEndian(data[ExtendedOffset..])),
            LastExtendedStart = data[StartIndexOffset],
            Authority = data[AuthorityOffset] == 1 ? new Pubkey(data.Slice(AuthorityOffset + 1, Pubkey.SizeBytes)) : null,
            Addresses = addresses.MoveToImmutable(),
        };
        return true;
    }

    /// <summary>The account's data.</summary>
    public byte[] ToArray()
    {
        var data = new byte[MetaSizeBytes + (Addresses.Length * Pubkey.SizeBytes)];
        BinaryPrimitives.WriteUInt32LittleEndian(data, TableTag);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(DeactivationOffset), DeactivatedAt?.Value ?? ulong.MaxValue);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(ExtendedOffset), LastExtendedAt.Value);
        data[StartIndexOffset] = LastExtendedStart;
        if (Authority is { } authority)
        {
            data[AuthorityOffset] = 1;
            authority.CopyTo(data.AsSpan(AuthorityOffset + 1));
        }

        for (var index = 0; index < Addresses.Length; index++)
        {
            Addresses[index].CopyTo(data.AsSpan(MetaSizeBytes + (index * Pubkey.SizeBytes)));
        }

        return data;
    }
}
