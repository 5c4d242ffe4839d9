using System.Collections.Immutable;
using Pond.Primitives.Encoding;

namespace Pond.Primitives.Transactions;

/// <summary>What the signers of a transaction sign: the accounts, a recent block hash and the instructions.</summary>
/// <remarks>
/// The keys stand in four groups: writable signers (the first is the fee payer), read-only signers, writable accounts, read-only
/// accounts. The order inside a group is the sender's and means nothing.
/// </remarks>
public sealed record Message
{
    private const int HeaderSizeBytes = 3;
    private const byte VersionFlag = 0x80;

    private Message(
        byte signerCount,
        byte readOnlySignerCount,
        byte readOnlyOtherCount,
        ImmutableArray<Pubkey> keys,
        Hash recentBlockhash,
        ImmutableArray<CompiledInstruction> instructions)
    {
        SignerCount = signerCount;
        ReadOnlySignerCount = readOnlySignerCount;
        ReadOnlyOtherCount = readOnlyOtherCount;
        Keys = keys;
        RecentBlockhash = recentBlockhash;
        Instructions = instructions;
    }

    /// <summary>How many of the keys sign; they come first.</summary>
    public byte SignerCount { get; }

    /// <summary>How many of the signers are only read; the last ones of the signers.</summary>
    public byte ReadOnlySignerCount { get; }

    /// <summary>How many of the other accounts are only read; the last ones of all.</summary>
    public byte ReadOnlyOtherCount { get; }

    /// <summary>All accounts that the instructions touch, programs included.</summary>
    public ImmutableArray<Pubkey> Keys { get; }

    /// <summary>The hash of one of the last 150 blocks; a transaction dies with it.</summary>
    public Hash RecentBlockhash { get; }

    /// <summary>The calls, run in order; if one fails, none has happened.</summary>
    public ImmutableArray<CompiledInstruction> Instructions { get; }

    /// <summary>Who pays the fee.</summary>
    public Pubkey FeePayer => Keys[0];

    /// <summary>Whether the message asks for the right to change the account at <paramref name="index"/>.</summary>
    public bool IsWritable(int index) =>
        index < SignerCount ? index < SignerCount - ReadOnlySignerCount : index < Keys.Length - ReadOnlyOtherCount;

    /// <summary>Whether the account at <paramref name="index"/> signs.</summary>
    public bool IsSigner(int index) => index < SignerCount;

    /// <summary>Collects the accounts of some instructions and gives each its strongest role.</summary>
    /// <param name="feePayer">Pays the fee; a writable signer and the first key.</param>
    /// <param name="recentBlockhash">A hash that the ledger still knows.</param>
    /// <param name="instructions">The calls, at least one.</param>
    /// <exception cref="ArgumentException">There are more accounts than a message can hold.</exception>
    public static Message Compile(Pubkey feePayer, Hash recentBlockhash, IReadOnlyCollection<Instruction> instructions)
    {
        var order = new List<Pubkey> { feePayer };
        var roles = new Dictionary<Pubkey, (bool IsSigner, bool IsWritable)> { [feePayer] = (true, true) };
        foreach (var instruction in instructions)
        {
            foreach (var meta in instruction.Accounts.Append(AccountMeta.ReadOnly(instruction.ProgramId)))
            {
                if (!roles.TryGetValue(meta.Key, out var role))
                {
                    order.Add(meta.Key);
                }

                roles[meta.Key] = (role.IsSigner || meta.IsSigner, role.IsWritable || meta.IsWritable);
            }
        }

        // OrderBy keeps the order of first use within a group.
        var keys = order.OrderBy(key => roles[key] switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            _ => 3,
        }).ToImmutableArray();
        if (keys.Length > byte.MaxValue)
        {
            throw new ArgumentException($"{keys.Length} accounts do not fit into one message.", nameof(instructions));
        }

        return new Message(
            (byte)roles.Values.Count(role => role.IsSigner),
            (byte)roles.Values.Count(role => role is { IsSigner: true, IsWritable: false }),
            (byte)roles.Values.Count(role => role is { IsSigner: false, IsWritable: false }),
            keys,
            recentBlockhash,
            [.. instructions.Select(instruction => new CompiledInstruction(
                (byte)keys.IndexOf(instruction.ProgramId),
                [.. instruction.Accounts.Select(meta => (byte)keys.IndexOf(meta.Key))],
                instruction.Data))]);
    }

    /// <summary>The bytes that are signed.</summary>
    public byte[] Serialize()
    {
        var bytes = new List<byte>(256) { SignerCount, ReadOnlySignerCount, ReadOnlyOtherCount };
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
            AppendLength(bytes, instruction.AccountIndexes.Length);
            bytes.AddRange(instruction.AccountIndexes);
            AppendLength(bytes, instruction.Data.Length);
            bytes.AddRange(instruction.Data);
        }

        return [.. bytes];
    }

    /// <summary>Reads a message and checks that its parts fit together.</summary>
    /// <param name="source">Starts with the message; what follows it is left alone.</param>
    /// <param name="message">The message, when there is one.</param>
    /// <param name="bytesRead">How long it is.</param>
    /// <param name="error">What is wrong with the bytes, in words that an RPC answer can carry.</param>
    internal static bool TryRead(ReadOnlySpan<byte> source, out Message? message, out int bytesRead, out string error)
    {
        message = null;
        bytesRead = 0;
        var reader = new WireReader(source);
        if (!reader.TryTake(HeaderSizeBytes, out var header))
        {
            error = "io error: unexpected end of file";
            return false;
        }

        if ((header[0] & VersionFlag) != 0)
        {
            error = $"transaction version {header[0] & 0x7F} is not supported";
            return false;
        }

        if (!reader.TryTakeLength(out var keyCount) || !reader.TryTake(keyCount * Pubkey.SizeBytes, out var keyBytes)
            || !reader.TryTake(Hash.SizeBytes, out var blockhash) || !reader.TryTakeLength(out var instructionCount))
        {
            error = "io error: unexpected end of file";
            return false;
        }

        var keys = ImmutableArray.CreateBuilder<Pubkey>(keyCount);
        for (var index = 0; index < keyCount; index++)
        {
            keys.Add(new Pubkey(keyBytes.Slice(index * Pubkey.SizeBytes, Pubkey.SizeBytes)));
        }

        // Not sized by the declared count: a few bytes from a stranger must not reserve memory.
        var instructions = ImmutableArray.CreateBuilder<CompiledInstruction>();
        for (var index = 0; index < instructionCount; index++)
        {
            if (!reader.TryTake(1, out var program)
                || !reader.TryTakeLength(out var accountCount) || !reader.TryTake(accountCount, out var accounts)
                || !reader.TryTakeLength(out var dataLength) || !reader.TryTake(dataLength, out var data))
            {
                error = "io error: unexpected end of file";
                return false;
            }

            instructions.Add(new CompiledInstruction(program[0], [.. accounts], [.. data]));
        }

        var candidate = new Message(
            header[0], header[1], header[2], keys.MoveToImmutable(), new Hash(blockhash), instructions.ToImmutable());
        if (!candidate.IsSane())
        {
            error = "invalid transaction: Transaction failed to sanitize accounts offsets correctly";
            return false;
        }

        message = candidate;
        bytesRead = reader.Position;
        error = string.Empty;
        return true;
    }

    // The sanitize rules: docs/protocol/ledger.md.
    private bool IsSane() =>
        SignerCount + ReadOnlyOtherCount <= Keys.Length
        && ReadOnlySignerCount < SignerCount
        && Instructions.All(instruction =>
            instruction.ProgramIndex != 0
            && instruction.ProgramIndex < Keys.Length
            && instruction.AccountIndexes.All(index => index < Keys.Length));

    private static void AppendLength(List<byte> bytes, int length)
    {
        Span<byte> prefix = stackalloc byte[CompactU16.MaxSizeBytes];
        bytes.AddRange(prefix[..CompactU16.Write(prefix, length)]);
    }
}
