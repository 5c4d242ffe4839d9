using Pond.Primitives.Transactions;

namespace Pond.Ledger.Journal;

/// <summary>Makes blocks again from their records.</summary>
public static class BlockReplay
{
    /// <summary>Makes the next block again and sees that it has the same hash.</summary>
    /// <param name="bank">The bank; its open slot is the record's.</param>
    /// <param name="record">The record.</param>
    /// <param name="isTrusted">Whether signatures and the producer's proof were checked when the record was written, and it is known to be unchanged.</param>
    /// <exception cref="PondException"><c>replay-differs</c>: the block comes out otherwise. The bank may have taken some of its transactions.</exception>
    public static Block Apply(Bank bank, BlockRecord record, bool isTrusted)
    {
        if (bank.Slot != record.Slot || bank.LatestBlock.Hash != record.ParentHash || bank.BlockHeight + 1 != record.Height)
        {
            throw Differs(record, $"it does not follow block {bank.BlockHeight}, hash {bank.LatestBlock.Hash}, with slot {bank.Slot} open");
        }

        var placed = 0;
        for (var index = 0; index <= record.Transactions.Length; index++)
        {
            var skippedSigners = 0U;
            for (; placed < record.Entries.Length && record.Entries[placed].Before <= index; placed++)
            {
                Apply(bank, record, record.Entries[placed].Entry);
                skippedSigners |= record.Entries[placed].Entry.SkippedSigners;
            }

            if (index < record.Transactions.Length)
            {
                Apply(bank, record, record.Transactions[index], skippedSigners, isTrusted);
            }
        }

        var block = isTrusted || record.Proof is null
            ? bank.Seal(record.Proof, record.Beacon, record.Next)
            : SealProven(bank, record);
        return block.Hash == record.Hash ? block : throw Differs(record, $"its hash comes out as {block.Hash} and was {record.Hash}");
    }

    private static void Apply(Bank bank, BlockRecord record, Transaction transaction, uint skippedSigners, bool isTrusted)
    {
        if (!isTrusted && !transaction.VerifySignatures(skippedSigners))
        {
            throw Differs(record, $"a signature of transaction {transaction.Id} does not hold");
        }

        if (bank.Process(transaction) is { IsLanded: false, Error: var error })
        {
            throw Differs(record, $"transaction {transaction.Id} does not land any more: {error}");
        }
    }

    private static void Apply(Bank bank, BlockRecord record, LocalEntry entry)
    {
        try
        {
            bank.Apply(entry);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw Differs(record, $"an entry of kind {entry.Kind} can't be done again: {exception.Message}");
        }
    }

    private static Block SealProven(Bank bank, BlockRecord record)
    {
        try
        {
            return bank.Seal(record.Proof!, record.Next);
        }
        catch (ArgumentException exception)
        {
            throw Differs(record, exception.Message);
        }
    }

    private static PondException Differs(BlockRecord record, string what) => new(
        "replay-differs",
        $"Block {record.Height} of slot {record.Slot} can't be made again: {what}.",
        "The data was made by other rules or was tampered with. Use the version of Pond that wrote it, or restore the folder from a backup.");
}
