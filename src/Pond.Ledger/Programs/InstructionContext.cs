using System.Collections.Immutable;
using Pond.Ledger.Accounts;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs;

/// <summary>What a program sees of one instruction: its accounts, its data and the open slot; and what it can do: log, call, hand back.</summary>
internal sealed class InstructionContext(
    InstructionProcessor processor,
    Overlay overlay,
    Slot slot,
    Pubkey program,
    ImmutableArray<AccountMeta> accounts,
    ImmutableArray<byte> data,
    TransactionLog log)
{
    internal Overlay Overlay { get; } = overlay;

    internal Slot Slot { get; } = slot;

    /// <summary>The program that runs.</summary>
    internal Pubkey Program { get; } = program;

    /// <summary>The accounts in the instruction's order, with the rights that the message or the caller gives.</summary>
    internal ImmutableArray<AccountMeta> Accounts { get; } = accounts;

    internal ImmutableArray<byte> Data { get; } = data;

    /// <summary>What the last call handed back; null if nothing.</summary>
    internal ReturnData? ReturnData => processor.ReturnData;

    /// <summary>Whether the instruction names the account.</summary>
    internal bool Has(Pubkey key)
    {
        foreach (ref readonly var meta in Accounts.AsSpan())
        {
            if (meta.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the account signed the transaction, as far as this instruction knows.</summary>
    internal bool IsSigner(Pubkey key)
    {
        foreach (ref readonly var meta in Accounts.AsSpan())
        {
            if (meta.IsSigner && meta.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    internal bool IsWritable(Pubkey key)
    {
        foreach (ref readonly var meta in Accounts.AsSpan())
        {
            if (meta.IsWritable && meta.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Calls another program. It gets no right that this instruction does not have.</summary>
    /// <param name="instruction">The call. Its program and its accounts are among the accounts of this instruction.</param>
    /// <param name="signerSeeds">For each address that this program derives and signs for: its seeds, the bump included.</param>
    /// <returns>Why the call failed; null if it succeeded. The caller hands an error on: what the call wrote can't be undone alone.</returns>
    internal InstructionError? Invoke(Instruction instruction, params ReadOnlySpan<IReadOnlyCollection<byte[]>> signerSeeds)
    {
        var signers = ImmutableArray.CreateBuilder<Pubkey>(signerSeeds.Length);
        foreach (var seeds in signerSeeds)
        {
            if (seeds.Count > ProgramAddress.MaxSeeds || seeds.Any(seed => seed.Length > ProgramAddress.MaxSeedSizeBytes))
            {
                return new(InstructionErrorKind.MaxSeedLengthExceeded);
            }

            if (!ProgramAddress.TryDerive(seeds, Program, out var signer))
            {
                return new(InstructionErrorKind.InvalidSeeds);
            }

            signers.Add(signer);
        }

        return processor.Invoke(this, instruction, signers.MoveToImmutable());
    }

    /// <summary>Hands bytes back to the caller, or shows them to whoever sent the transaction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 1,024 bytes.</exception>
    internal void SetReturnData(ImmutableArray<byte> bytes) => processor.SetReturnData(Program, bytes);

    /// <summary>Takes compute units beyond what the program costs in any case.</summary>
    /// <returns>Why the instruction must stop; null if there were enough.</returns>
    internal InstructionError? Consume(ulong units) =>
        processor.TryConsume(units) ? null : new(InstructionErrorKind.ComputationalBudgetExceeded);

    /// <summary>Writes a line as a built-in program does, without a prefix.</summary>
    internal void Message(string line) => log.Add(line);

    /// <summary>Writes a line as <c>Program log: ...</c>.</summary>
    internal void Log(string line) => log.Add("Program log: " + line);

    /// <summary>Writes why the instruction fails.</summary>
    internal InstructionError Fail(InstructionErrorKind kind, string line)
    {
        Message(line);
        return new(kind);
    }

    /// <summary>Writes why the instruction fails, with the program's own code.</summary>
    internal InstructionError Fail(uint code, string line)
    {
        Message(line);
        return new(InstructionErrorKind.Custom, code);
    }
}
