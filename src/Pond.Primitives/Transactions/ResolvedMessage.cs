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
        var (writable, readOnly) = (0, 0);
        foreach (var lookup in message.Lookups)
        {
            writable += lookup.WritableIndexes.Length;
            readOnly += lookup.ReadOnlyIndexes.Length;
        }

        if (loaded.Writable.Length != writable || loaded.ReadOnly.Length != readOnly)
        {
            throw new ArgumentException("The loaded accounts are not those that the message's lookups ask for.", nameof(loaded));
        }

        Message = message;
        Loaded = loaded;
        Keys = loaded.Count == 0 ? message.Keys : [.. message.Keys, .. loaded.Writable, .. loaded.ReadOnly];
        var accounts = ImmutableArray.CreateBuilder<AccountMeta>(Keys.Length);
        Span<bool> programs = stackalloc bool[Message.MaxAccounts];
        programs.Clear();
        foreach (var instruction in message.Instructions)
        {
            programs[instruction.ProgramIndex] = true;
        }

        for (var index = 0; index < Keys.Length; index++)
        {
            var isWritable = IsWriteAsked(index) && !ProgramIds.IsReserved(Keys[index]) && !(index < message.Keys.Length && programs[index]);
            accounts.Add(new AccountMeta(Keys[index], message.IsSigner(index), isWritable));
        }

        Accounts = accounts.MoveToImmutable();
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
    public ImmutableArray<AccountMeta> AccountsOf(CompiledInstruction instruction)
    {
        var accounts = ImmutableArray.CreateBuilder<AccountMeta>(instruction.AccountIndexes.Length);
        foreach (var index in instruction.AccountIndexes)
        {
            accounts.Add(Accounts[index]);
        }

        return accounts.MoveToImmutable();
    }

    private bool IsWriteAsked(int index) => index < Message.Keys.Length
        ? Message.IsWritable(index)
        : index < Message.Keys.Length + Loaded.Writable.Length;
}
