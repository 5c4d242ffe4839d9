using System.Runtime.InteropServices;
using Pond.Primitives;

namespace Pond.Server.Ledger.Storage;

internal sealed partial class SqliteLedgerStore
{
    /// <summary>Reads everything, and sees that each transaction is found by its id and its accounts, and nothing else is.</summary>
    /// <exception cref="PondException"><c>index-damaged</c></exception>
    internal void Check()
    {
        try
        {
            var fault = _reader.Query("PRAGMA integrity_check(1)", row => row.Text(0))[0];
            if (fault is not "ok")
            {
                throw Damaged(_path, fault ?? "the file can't be checked", null);
            }

            var heights = _reader.Query("SELECT height, body FROM blocks ORDER BY height", row => ReadBlock(row.Number(0), row.Bytes(1)!).Height);
            for (var index = 1; index < heights.Count; index++)
            {
                if (heights[index] != heights[index - 1] + 1)
                {
                    throw Damaged(_path, $"the blocks between {heights[index - 1]} and {heights[index]} are missing", null);
                }
            }

            if (_reader.Query("SELECT height, slot, body FROM blocks", row => ReadBlock(row.Number(0), row.Bytes(2)!).Slot.Value == (ulong)row.Number(1)).Contains(false))
            {
                throw Damaged(_path, "a block stands in another slot", null);
            }

            CheckEntries();
        }
        catch (PondException exception) when (exception.Code is "database-failed" or "database-damaged")
        {
            throw Damaged(_path, exception.Message, exception);
        }
    }

    // The entries of an index are compared by a sum over them, so that not all of them have to be held at once.
    private void CheckEntries()
    {
        var (ids, accounts) = (new EntrySum(), new EntrySum());
        foreach (var (forId, forAccounts) in _reader.Query("SELECT place, body FROM transactions", row =>
        {
            var (idEntries, accountEntries) = (new List<(long Prefix, long Number)>(), new List<(long Prefix, long Number)>());
            AddEntries(row.Number(0), ReadResults(row.Number(0), row.Bytes(1)!), idEntries, accountEntries);
            return (SumOf(idEntries), SumOf(accountEntries.Distinct()));
        }))
        {
            ids = ids.With(forId);
            accounts = accounts.With(forAccounts);
        }

        foreach (var (table, expected) in new[] { ("signatures", ids), ("addresses", accounts) })
        {
            var sum = _reader.Query($"SELECT prefix, place FROM {table}", row => new EntrySum().With(row.Number(0), row.Number(1)))
                .Aggregate(new EntrySum(), (all, entry) => all.With(entry));
            if (sum != expected)
            {
                throw Damaged(_path, $"the entries of {table} are not those of the transactions", null);
            }
        }
    }

    private static EntrySum SumOf(IEnumerable<(long Prefix, long Number)> entries) =>
        entries.Aggregate(new EntrySum(), (sum, entry) => sum.With(entry.Prefix, entry.Number));

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct EntrySum(long Count, ulong First, ulong Second)
    {
        internal EntrySum With(EntrySum other) => unchecked(new(Count + other.Count, First + other.First, Second + other.Second));

        internal EntrySum With(long prefix, long number) =>
            unchecked(With(new(1, Mix((ulong)prefix, (ulong)number), Mix((ulong)number, ~(ulong)prefix))));

        // Not against enemies: it finds bytes that have changed by themselves.
        private static ulong Mix(ulong left, ulong right)
        {
            unchecked
            {
                var mixed = (left ^ (right * 0x9E3779B97F4A7C15)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >> 32) ^ right) * 0x94D049BB133111EB;
                return mixed ^ (mixed >> 29);
            }
        }
    }
}
