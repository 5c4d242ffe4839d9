using System.Collections.Immutable;
using Pond.Ledger.Accounts;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs;

/// <summary>What a program sees of one instruction: its accounts, its data and the open slot.</summary>
internal sealed class InstructionContext(
    Overlay overlay, Slot slot, ImmutableArray<AccountMeta> accounts, ImmutableArray<byte> data, TransactionLog log)
{
    internal Overlay Overlay { get; } = overlay;

    internal Slot Slot { get; } = slot;

    /// <summary>The accounts in the instruction's order, with the rights that the message gives after demotion.</summary>
    internal ImmutableArray<AccountMeta> Accounts { get; } = accounts;

    internal ImmutableArray<byte> Data { get; } = data;

    /// <summary>Whether the account signed the transaction, as far as this instruction knows.</summary>
    internal bool IsSigner(Pubkey key) => Accounts.Any(meta => meta.Key == key && meta.IsSigner);

    internal bool IsWritable(Pubkey key) => Accounts.Any(meta => meta.Key == key && meta.IsWritable);

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
