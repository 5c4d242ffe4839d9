using System.Collections.Immutable;
using System.Security.Cryptography;
using Pond.Primitives.Encoding;

namespace Pond.Primitives.Transactions;

/// <summary>What the signers of a transaction sign: the accounts, a recent block hash and the instructions.</summary>
/// <remarks>
/// The keys stand in four groups: writable signers (the first is the fee payer), read-only signers, writable accounts, read-only
/// accounts. The order inside a group is the sender's and means nothing. Instructions count on from the last key through the
/// accounts that the lookups load: <see cref="ResolvedMessage"/>.
/// </remarks>
public sealed partial record Message
{
    /// <summary>The most accounts, loaded ones included: an instruction names them by one byte.</summary>
    public const int MaxAccounts = byte.MaxValue + 1;

    private const int HeaderSizeBytes = 3;
    private const byte VersionFlag = 0x80;

    private byte[]? _bytes;
    private HashBox? _hash;

    private Message(
        MessageVersion version,
        byte signerCount,
        byte readOnlySignerCount,
        byte readOnlyOtherCount,
        ImmutableArray<Pubkey> keys,
        Hash recentBlockhash,
        ImmutableArray<CompiledInstruction> instructions,
        ImmutableArray<AddressTableLookup> lookups)
    {
        Version = version;
        SignerCount = signerCount;
        ReadOnlySignerCount = readOnlySignerCount;
        ReadOnlyOtherCount = readOnlyOtherCount;
        Keys = keys;
        RecentBlockhash = recentBlockhash;
        Instructions = instructions;
        Lookups = lookups;
    }

    /// <summary>The message's form.</summary>
    public MessageVersion Version { get; }

    /// <summary>How many of the keys sign; they come first.</summary>
    public byte SignerCount { get; }

    /// <summary>How many of the signers are only read; the last ones of the signers.</summary>
    public byte ReadOnlySignerCount { get; }

    /// <summary>How many of the other accounts are only read; the last ones of all.</summary>
    public byte ReadOnlyOtherCount { get; }

    /// <summary>The accounts that stand in the message itself: all signers and programs, and what no table holds.</summary>
    public ImmutableArray<Pubkey> Keys { get; }

    /// <summary>The hash of one of the last 150 blocks; a transaction dies with it.</summary>
    public Hash RecentBlockhash { get; }

    /// <summary>The calls, run in order; if one fails, none has happened.</summary>
    public ImmutableArray<CompiledInstruction> Instructions { get; }

    /// <summary>The accounts that are loaded from tables; none in a legacy message.</summary>
    public ImmutableArray<AddressTableLookup> Lookups { get; }

    /// <summary>Who pays the fee.</summary>
    public Pubkey FeePayer => Keys[0];

    /// <summary>Whether the message asks for the right to change the account at <paramref name="index"/> of <see cref="Keys"/>.</summary>
    public bool IsWritable(int index) =>
        index < SignerCount ? index < SignerCount - ReadOnlySignerCount : index < Keys.Length - ReadOnlyOtherCount;

    /// <summary>Whether the account at <paramref name="index"/> signs.</summary>
    public bool IsSigner(int index) => index < SignerCount;

    /// <summary>The bytes that are signed: as they came, or as they were written the first time that somebody asked.</summary>
    public ReadOnlySpan<byte> AsSpan() => _bytes ??= Write();

    /// <summary>The SHA-256 of <see cref="AsSpan"/>, by which a ledger knows a message again. Made once.</summary>
    public Hash ComputeHash()
    {
        // Two threads may both make it; both make the same.
        _hash ??= new HashBox(new(SHA256.HashData(AsSpan())));
        return _hash.Value;
    }

    /// <summary>A new array with <see cref="AsSpan"/>.</summary>
    public byte[] Serialize() => AsSpan().ToArray();

    private byte[] Write()
    {
        var bytes = new List<byte>(256);
        if (Version is MessageVersion.V0)
        {
            bytes.Add(VersionFlag);
        }

        bytes.AddRange([SignerCount, ReadOnlySignerCount, ReadOnlyOtherCount]);
        AppendLength(bytes, Keys.Length);
        foreach (var key in Keys)
        {
            bytes.AddRange(key.ToArray());
        }

        bytes.AddRange(RecentBlockhash.ToArray());
        AppendLength(bytes, Instructions.Length);
        foreach (var instruction in Instructions)
        {
            bytes.Add(instruction.ProgramIndex);
            AppendBytes(bytes, instruction.AccountIndexes);
            AppendBytes(bytes, instruction.Data);
        }

        if (Version is MessageVersion.V0)
        {
            AppendLength(bytes, Lookups.Length);
            foreach (var lookup in Lookups)
            {
                bytes.AddRange(lookup.Table.ToArray());
                AppendBytes(bytes, lookup.WritableIndexes);
                AppendBytes(bytes, lookup.ReadOnlyIndexes);
            }
        }

        return [.. bytes];
    }

    private static void AppendBytes(List<byte> bytes, ImmutableArray<byte> part)
    {
        AppendLength(bytes, part.Length);
        bytes.AddRange(part);
    }

    private static void AppendLength(List<byte> bytes, int length)
    {
        Span<byte> prefix = stackalloc byte[CompactU16.MaxSizeBytes];
        bytes.AddRange(prefix[..CompactU16.Write(prefix, length)]);
    }

    // A class, so that one thread sees all of what another one has put there.
    private sealed class HashBox(Hash value)
    {
        internal Hash Value { get; } = value;
    }
}
