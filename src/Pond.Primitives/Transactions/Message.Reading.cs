using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pond.Primitives.Transactions;

public sealed partial record Message
{
    private const string TooShort = "io error: unexpected end of file";

    /// <summary>Reads a message and checks that its parts fit together.</summary>
    /// <param name="source">Starts with the message; what follows it is ignored, as K2 does.</param>
    /// <param name="message">The message, when there is one.</param>
    /// <param name="error">What is wrong with the bytes, in words that an RPC answer can carry.</param>
    public static bool TryRead(ReadOnlySpan<byte> source, [NotNullWhen(true)] out Message? message, out string error)
    {
        message = null;
        error = TooShort;
        if (source.Length > Transaction.MaxSizeBytes)
        {
            error = $"too large: {source.Length} bytes (max: {Transaction.MaxSizeBytes} bytes)";
            return false;
        }

        var reader = new WireReader(source);
        if (!TryReadVersion(ref reader, out var version, ref error)
            || !reader.TryTake(HeaderSizeBytes, out var header)
            || !reader.TryTakeLength(out var keyCount) || !reader.TryTake(keyCount * Pubkey.SizeBytes, out var keyBytes)
            || !reader.TryTake(Hash.SizeBytes, out var blockhash)
            || !TryReadInstructions(ref reader, out var instructions))
        {
            return false;
        }

        ImmutableArray<AddressTableLookup> lookups = [];
        if (version is MessageVersion.V0 && !TryReadLookups(ref reader, out lookups))
        {
            return false;
        }

        var keys = ImmutableArray.CreateBuilder<Pubkey>(keyCount);
        for (var index = 0; index < keyCount; index++)
        {
            keys.Add(new Pubkey(keyBytes.Slice(index * Pubkey.SizeBytes, Pubkey.SizeBytes)));
        }

        var candidate = new Message(
            version, header[0], header[1], header[2], keys.MoveToImmutable(), new Hash(blockhash), instructions, lookups);
        if (!candidate.IsSane())
        {
            error = "invalid transaction: Transaction failed to sanitize accounts offsets correctly";
            return false;
        }

        // Lengths have one form only, so these are the bytes that writing the message again would give.
        candidate._bytes = source[..reader.Position].ToArray();
        // Whoever reads a message runs it or looks it up: made here, the hash takes no time under anybody's lock.
        _ = candidate.ComputeHash();
        message = candidate;
        error = string.Empty;
        return true;
    }

    // The first byte of a legacy message is its number of signers, which is never above 127.
    private static bool TryReadVersion(ref WireReader reader, out MessageVersion version, ref string error)
    {
        version = MessageVersion.Legacy;
        if (!reader.TryPeek(out var first) || (first & VersionFlag) == 0)
        {
            return true;
        }

        if (first != VersionFlag)
        {
            error = $"invalid value: integer `{first & ~VersionFlag}`, expected a valid transaction message version";
            return false;
        }

        version = MessageVersion.V0;
        return reader.TryTake(1, out _);
    }

    // The lists are not sized by the declared counts: a few bytes from a stranger must not reserve memory.
    private static bool TryReadInstructions(ref WireReader reader, out ImmutableArray<CompiledInstruction> instructions)
    {
        instructions = [];
        if (!reader.TryTakeLength(out var count))
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<CompiledInstruction>(Math.Min(count, 4));
        for (var index = 0; index < count; index++)
        {
            if (!reader.TryTake(1, out var program) || !reader.TryTakeBytes(out var accounts) || !reader.TryTakeBytes(out var data))
            {
                return false;
            }

            read.Add(new CompiledInstruction(program[0], [.. accounts], [.. data]));
        }

        instructions = read.DrainToImmutable();
        return true;
    }

    private static bool TryReadLookups(ref WireReader reader, out ImmutableArray<AddressTableLookup> lookups)
    {
        lookups = [];
        if (!reader.TryTakeLength(out var count))
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<AddressTableLookup>();
        for (var index = 0; index < count; index++)
        {
            if (!reader.TryTake(Pubkey.SizeBytes, out var table)
                || !reader.TryTakeBytes(out var writable) || !reader.TryTakeBytes(out var readOnly))
            {
                return false;
            }

            read.Add(new AddressTableLookup(new Pubkey(table), [.. writable], [.. readOnly]));
        }

        lookups = read.ToImmutable();
        return true;
    }

    // The sanitize rules: docs/protocol/ledger.md. A program is never loaded from a table.
    private bool IsSane()
    {
        var accountCount = Keys.Length;
        foreach (var lookup in Lookups)
        {
            accountCount += lookup.Count;
            if (lookup.Count == 0)
            {
                return false;
            }
        }

        if (SignerCount + ReadOnlyOtherCount > Keys.Length || ReadOnlySignerCount >= SignerCount || accountCount > MaxAccounts)
        {
            return false;
        }

        foreach (var instruction in Instructions)
        {
            if (instruction.ProgramIndex == 0 || instruction.ProgramIndex >= Keys.Length)
            {
                return false;
            }

            foreach (var index in instruction.AccountIndexes)
            {
                if (index >= accountCount)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
