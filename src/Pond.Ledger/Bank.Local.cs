using System.Collections.Immutable;
using Pond.Ledger.Accounts;
using Pond.Ledger.Journal;
using Pond.Ledger.Snapshots;
using Pond.Primitives.Instructions;

namespace Pond.Ledger;

/// <summary>What the owner of a local network may do without a transaction.</summary>
public sealed partial class Bank
{
    private readonly List<PlacedEntry> _entries = [];
    private readonly List<LocalEntry> _nextTransaction = [];

    /// <summary>Lamports that local entries have made out of nothing.</summary>
    public Lamports LocallyMinted { get; private set; }

    /// <summary>Lamports that local entries have let vanish.</summary>
    public Lamports LocallyDestroyed { get; private set; }

    /// <summary>The entries of the last sealed block, in order.</summary>
    public ImmutableArray<PlacedEntry> LatestEntries { get; private set; } = [];

    /// <summary>The sum of all accounts in the genesis.</summary>
    public Lamports InitialSupply => _supply;

    private bool IsConserved(Lamports total) => total + FeesBurnt + LocallyDestroyed == _supply + LocallyMinted;

    /// <summary>Does what an entry says, in the open slot.</summary>
    /// <param name="entry">The entry. One that concerns the next transaction ends with it, whether it lands or not.</param>
    /// <exception cref="InvalidOperationException">The network is not a local one.</exception>
    /// <exception cref="FormatException">The entry can't be read, or there would be more lamports than fit into 64 bits. Nothing has changed.</exception>
    public void Apply(LocalEntry entry)
    {
        if (!Genesis.IsLocal)
        {
            throw new InvalidOperationException("Only a local network can be changed without a transaction.");
        }

        if (entry.Kind is LocalEntryKind.SkipSignatures or LocalEntryKind.FailTransaction)
        {
            _nextTransaction.Add(entry);
            return;
        }

        var accounts = entry.Kind is LocalEntryKind.SetAccounts
            ? AccountsCodec.Read(entry.Bytes, Genesis)
            : throw new FormatException($"There is no entry of kind {(byte)entry.Kind}.");
        var (made, lost) = Count(accounts);
        foreach (var (key, account) in accounts)
        {
            // First all that is taken away, so that the sum fits in between too.
            _accounts.Set(key, null);
            _written.Add(key);
        }

        foreach (var (key, account) in accounts)
        {
            _accounts.Set(key, account);
        }

        (LocallyMinted, LocallyDestroyed) = (made, lost);
        _rounds.Clear();
        _entries.Add(new(_open.Count, entry));
    }

    /// <summary>The entry that sets one account.</summary>
    /// <param name="key">Its address.</param>
    /// <param name="account">What it is to be; null, or without lamports, for nothing.</param>
    /// <exception cref="PondException"><c>account-fixed</c>: the ledger itself keeps this account, or those of its owner.</exception>
    public LocalEntry EntryToSet(Pubkey key, Account? account)
    {
        // A task's books, pots and the ledger's own accounts belong together; one of them alone would make the others untrue.
        var old = _accounts.Find(key);
        if (old is { IsExecutable: true } or { Content: not BytesContent } || IsLedgersOwn(old?.Owner) || IsLedgersOwn(account?.Owner)
            || account is { IsExecutable: true })
        {
            throw new PondException(
                "account-fixed",
                $"{key} can't be set: programs, sysvars and what belongs to tasks are kept by the ledger itself.",
                "Set accounts of the System program, of tokens or of lookup tables; change a task with its instructions.");
        }

        if (account is not null && account.Lamports > Lamports.Zero && account.Lamports < Rent.MinimumFor((ulong)account.Data.Length))
        {
            throw new PondException(
                "account-not-rent-exempt",
                $"{key} would have {account.Lamports.Value} lamports; {account.Data.Length} bytes of data need {Rent.MinimumFor((ulong)account.Data.Length).Value}.",
                "Give it more lamports, or none to remove it.");
        }

        var stored = account is null || account.Lamports == Lamports.Zero
            ? null
            : new StoredAccount(account.Lamports, account.Owner, account.Data.IsEmpty ? BytesContent.Empty : new BytesContent(account.Data));
        return Entry([(key, stored)]);
    }

    /// <summary>The state of the accounts in the middle of a slot, for <see cref="EntryToRevertTo"/> and nothing else.</summary>
    public BankSnapshot CaptureAccounts() => new(ToState());

    /// <summary>The entry that makes all accounts what they were. Slots, blocks and beacons go on: what was confirmed stays confirmed.</summary>
    /// <exception cref="PondException"><c>revert-too-long</c>: too much has changed since.</exception>
    public LocalEntry EntryToRevertTo(BankSnapshot snapshot)
    {
        var then = snapshot.State.Accounts.ToDictionary(pair => pair.Key, pair => pair.Account);
        var changed = new List<(Pubkey Key, StoredAccount? Account)>();
        changed.AddRange(then.Where(pair => !IsSame(pair.Value, _accounts.Find(pair.Key))).Select(pair => (pair.Key, (StoredAccount?)pair.Value)));
        changed.AddRange(_accounts.All().Where(pair => !then.ContainsKey(pair.Key)).Select(pair => (pair.Key, (StoredAccount?)null)));
        changed.Sort((left, right) => left.Key.CompareTo(right.Key));
        return Entry(changed);
    }

    private static bool IsSame(StoredAccount left, StoredAccount? right) =>
        ReferenceEquals(left, right)
        || (right is not null && left.Lamports == right.Lamports && left.Owner == right.Owner && left.IsExecutable == right.IsExecutable
            && left.Content.Digest() == right.Content.Digest());

    private static bool IsLedgersOwn(Pubkey? owner) =>
        owner == ProgramIds.Task || owner == ProgramIds.TokenTask || owner == ProgramIds.SysvarOwner;

    private static LocalEntry Entry(List<(Pubkey Key, StoredAccount? Account)> accounts)
    {
        var bytes = AccountsCodec.Write(accounts);
        return bytes.Length <= LocalEntry.MaxSizeBytes
            ? new(LocalEntryKind.SetAccounts, bytes)
            : throw new PondException(
                "revert-too-long",
                $"{accounts.Count} accounts have changed, which takes {bytes.Length} bytes; at most {LocalEntry.MaxSizeBytes} fit into a block.",
                "Take snapshots closer to where you go back, or begin a new network in another folder.");
    }

    private (Lamports Minted, Lamports Destroyed) Count(ImmutableArray<(Pubkey Key, StoredAccount? Account)> accounts)
    {
        var (before, after) = (UInt128.Zero, UInt128.Zero);
        foreach (var (key, account) in accounts)
        {
            before += _accounts.Find(key)?.Lamports.Value ?? 0;
            after += account?.Lamports.Value ?? 0;
        }

        var minted = after > before ? LocallyMinted.Value + (after - before) : LocallyMinted.Value;
        var destroyed = before > after ? LocallyDestroyed.Value + (before - after) : LocallyDestroyed.Value;
        // Each side of the books has to fit, and so do their sums.
        return _supply.Value + minted <= ulong.MaxValue && _accounts.Total.Value + after - before + FeesBurnt.Value + destroyed <= ulong.MaxValue
            ? (new((ulong)minted), new((ulong)destroyed))
            : throw new FormatException("There would be more lamports than fit into 64 bits.");
    }

    // After a transaction was tried: what was said of it is done.
    private void EndLocalEntries(bool isLanded)
    {
        if (isLanded)
        {
            _entries.AddRange(_nextTransaction.Select(entry => new PlacedEntry(_open.Count, entry)));
        }

        _nextTransaction.Clear();
    }

    private void SealLocalEntries()
    {
        LatestEntries = [.. _entries];
        _entries.Clear();
    }
}
