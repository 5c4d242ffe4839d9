using System.Collections.Immutable;
using Pond.Primitives.Instructions;

namespace Pond.Primitives.Transactions;

/// <summary>A message together with the accounts that its lookups stand for: all that its instructions' indexes mean.</summary>
public sealed class ResolvedMessage
{
    /// <summary>Puts a message and its loaded accounts together.</summary>
    /// <param name="message">The message.</param>
    /// <param name="loaded">What its lookups stand for, in their order.</param>
    /// <exception cref="ArgumentException">There are more or fewer loaded accounts than the message asks for.</exception>
    public ResolvedMessage(Message message, LoadedAddresses loaded)
    {
        if (loaded.Writable.Length != message.Lookups.Sum(lookup => lookup.WritableIndexes.Length)
            || loaded.ReadOnly.Length != message.Lookups.Sum(lookup => lookup.ReadOnlyIndexes.Length))
        {
            throw new ArgumentException("The loaded accounts are not those that the message's lookups ask for.", nameof(loaded));
        }

        Message = message;
        Loaded = loaded;
        Keys = loaded.Count == 0 ? message.Keys : [.. message.Keys, .. loaded.Writable, .. loaded.ReadOnly];
        var programs = message.Instructions.Select(instruction => instruction.ProgramIndex).ToHashSet();
        Accounts = [.. Keys.Select((key, index) => new AccountMeta(
            key,
            message.IsSigner(index),
            IsWriteAsked(index) && !ProgramIds.IsReserved(key) && !(index < message.Keys.Length && programs.Contains((byte)index))))];
    }

    /// <summary>The message as it was signed.</summary>
    public Message Message { get; }

    /// <summary>What its lookups stand for.</summary>
    public LoadedAddresses Loaded { get; }

    /// <summary>All accounts: the message's own, then the loaded writable ones, then the loaded read-only ones.</summary>
    public ImmutableArray<Pubkey> Keys { get; }

    /// <summary>
    /// The same accounts with their true roles. Sysvars, native programs and programs that the message calls are only read, even where
    /// the message asks for more; that is no error. Loaded accounts never sign.
    /// </summary>
    public ImmutableArray<AccountMeta> Accounts { get; }

    /// <summary>The program that an instruction calls; it is never a loaded account.</summary>
    public Pubkey ProgramOf(CompiledInstruction instruction) => Message.Keys[instruction.ProgramIndex];

    /// <summary>The accounts that an instruction gets, in its order.</summary>
    public ImmutableArray<AccountMeta> AccountsOf(CompiledInstruction instruction) =>
        [.. instruction.AccountIndexes.Select(index => Accounts[index])];

    private bool IsWriteAsked(int index) => index < Message.Keys.Length
        ? Message.IsWritable(index)
        : index < Message.Keys.Length + Loaded.Writable.Length;
}
