using System.Collections.Immutable;
using Pond.Primitives.Accounts;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger;

public sealed partial class Bank
{
    /// <summary>Finds the accounts that a message's lookups stand for in the open slot.</summary>
    /// <param name="message">The message.</param>
    /// <param name="resolved">The message with all its accounts, when every lookup has an answer.</param>
    /// <returns>What is wrong with a lookup; null if nothing is.</returns>
    public TransactionError? Resolve(Message message, out ResolvedMessage? resolved)
    {
        resolved = null;
        if (message.Lookups.IsEmpty)
        {
            resolved = new(message, LoadedAddresses.None);
            return null;
        }

        var writable = ImmutableArray.CreateBuilder<Pubkey>();
        var readOnly = ImmutableArray.CreateBuilder<Pubkey>();
        foreach (var lookup in message.Lookups)
        {
            if (FindUsableAddresses(lookup.Table, out var addresses) is { } error)
            {
                return new(error);
            }

            if (lookup.WritableIndexes.Any(index => index >= addresses.Length)
                || lookup.ReadOnlyIndexes.Any(index => index >= addresses.Length))
            {
                return new(TransactionErrorKind.InvalidAddressLookupTableIndex);
            }

            writable.AddRange(lookup.WritableIndexes.Select(index => addresses[index]));
            readOnly.AddRange(lookup.ReadOnlyIndexes.Select(index => addresses[index]));
        }

        resolved = new(message, new(writable.ToImmutable(), readOnly.ToImmutable()));
        return null;
    }

    private TransactionErrorKind? FindUsableAddresses(Pubkey key, out ImmutableArray<Pubkey> addresses)
    {
        addresses = [];
        if (_accounts.Find(key) is not { } account)
        {
            return TransactionErrorKind.AddressLookupTableNotFound;
        }

        if (account.Owner != ProgramIds.AddressLookupTable)
        {
            return TransactionErrorKind.InvalidAddressLookupTableOwner;
        }

        if (!AddressLookupTable.TryParse(account.Content.Render(Slot).AsSpan(), out var table))
        {
            return TransactionErrorKind.InvalidAddressLookupTableData;
        }

        // A table that nobody can use any more may be closed at any time, so using it must look as if it were gone.
        if (table.DeactivatedAt is { } slot && slot != Slot && !_recentBlocks.Contains(slot))
        {
            return TransactionErrorKind.AddressLookupTableNotFound;
        }

        // What this slot adds counts from the next one on: the order of transactions within a slot must not matter to a lookup.
        addresses = Slot > table.LastExtendedAt ? table.Addresses : [.. table.Addresses.Take(table.LastExtendedStart)];
        return null;
    }
}
