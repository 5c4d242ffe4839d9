using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pond.Ledger;
using Pond.Ledger.Snapshots;
using Pond.Primitives;
using Pond.Server.Sqlite;

namespace Pond.Server.Ledger.Storage;

/// <summary>A history in a SQLite file. It is derived: what a power cut takes from its end is made again from the journal.</summary>
/// <remarks>
/// Every block and every 32 transactions carry a check over their bytes and their place, so a changed byte never becomes an answer. Ids and
/// accounts are found by their first eight bytes, which takes a quarter of the space; what is found is compared with the whole.
/// </remarks>
internal sealed partial class SqliteLedgerStore : ILedgerStore, IDisposable
{
    private const int CheckSizeBytes = 8;

    // What this class lays out itself, besides the values' own bytes.
    private const string Layout = "2";

    // Transactions of a block in one row, at the place of the first: one check and one insertion for all of them.
    private const int PerRow = 32;

    private readonly string _path;
    private readonly SqliteDatabase _writer;
    // One of its own for reading: readers of a SQLite file don't wait for its writer, threads of one connection do.
    private readonly SqliteDatabase _reader;
    private ulong _transactionCount;

    private SqliteLedgerStore(string path, SqliteDatabase writer, SqliteDatabase reader)
    {
        (_path, _writer, _reader) = (path, writer, reader);
        Latest = ReadEdge("SELECT height, body FROM blocks ORDER BY height DESC LIMIT 1");
        First = ReadEdge("SELECT height, body FROM blocks ORDER BY height LIMIT 1");
        _transactionCount = (ulong)_writer.Query("SELECT value FROM meta WHERE name = 'transactions'", row => row.Number(0)).Single();
    }

    public Block? Latest { get; private set; }

    public Block? First { get; private set; }

    public ulong TransactionCount => Volatile.Read(ref _transactionCount);

    /// <summary>Opens a history; an empty one is made if there is none, or if another version of Pond made what is there.</summary>
    /// <exception cref="PondException">
    /// <c>index-damaged</c>: it is not as it was written. <c>database-failed</c>, <c>disk-full</c>.
    /// </exception>
    internal static SqliteLedgerStore Open(string path)
    {
        SqliteDatabase? writer = null;
        SqliteDatabase? reader = null;
        try
        {
            writer = SqliteDatabase.Open(path, isDerived: true);
            CreateTables(writer);
            reader = SqliteDatabase.Open(path, isDerived: true);
            return new SqliteLedgerStore(path, writer, reader);
        }
        catch (Exception exception)
        {
            writer?.Dispose();
            reader?.Dispose();
            throw exception switch
            {
                PondException { Code: "database-failed" or "database-damaged" } failed when File.Exists(path) => Damaged(path, failed.Message, failed),
                _ => exception,
            };
        }
    }

    public void Add(IReadOnlyCollection<Block> blocks)
    {
        if (blocks.Count == 0)
        {
            return;
        }

        var count = _transactionCount;
        _writer.InTransaction(() =>
        {
            // In the order of the index, so that neighbours are written together.
            var (ids, accounts) = (new List<(long Prefix, long Number)>(), new List<(long Prefix, long Number)>());
            foreach (var block in blocks)
            {
                Insert(block, ids, accounts);
                count += (ulong)block.Transactions.Length;
            }

            ids.Sort();
            accounts.Sort();
            _writer.ExecuteEach("INSERT INTO signatures VALUES (?, ?)", CollectionsMarshal.AsSpan(ids));
            // Two accounts with one prefix are one entry.
            _writer.ExecuteEach("INSERT OR IGNORE INTO addresses VALUES (?, ?)", CollectionsMarshal.AsSpan(accounts));
            _writer.Execute("UPDATE meta SET value = ? WHERE name = 'transactions'", (long)count);
        });
        Volatile.Write(ref _transactionCount, count);
        Latest = blocks.Last();
        First ??= blocks.First();
    }

    public Block? Find(Slot slot)
    {
        var header = _reader.Query(
            "SELECT height, body FROM blocks WHERE slot = ?", row => ReadBlock(row.Number(0), row.Bytes(1)!), Clamp(slot)).SingleOrDefault();
        if (header is null)
        {
            return null;
        }

        var results = _reader.Query(
            "SELECT place, body FROM transactions WHERE place >= ? AND place < ? ORDER BY place",
            row => ReadResults(row.Number(0), row.Bytes(1)!),
            TransactionPlace.NumberOf(header.Height, 0),
            TransactionPlace.NumberOf(header.Height + 1, 0));
        return header with { Transactions = [.. results.SelectMany(row => row)] };
    }

    public ImmutableArray<Slot> FindSlots(Slot first, Slot last, int limit) =>
    [
        .. _reader.Query(
            "SELECT slot FROM blocks WHERE slot >= ? AND slot <= ? ORDER BY slot LIMIT ?",
            row => new Slot((ulong)row.Number(0)),
            Clamp(first),
            Clamp(last),
            (long)limit),
    ];

    public TransactionPlace? Find(Signature transaction)
    {
        foreach (var number in _reader.Query("SELECT place FROM signatures WHERE prefix = ?", row => row.Number(0), PrefixOf(transaction)))
        {
            if (FindPlace(number) is { } place && place.Result.Transaction.Id == transaction)
            {
                return place;
            }
        }

        return null;
    }

    public ImmutableArray<TransactionPlace> FindByAccount(Pubkey account, long before, Signature? until, int limit)
    {
        var found = ImmutableArray.CreateBuilder<TransactionPlace>();
        while (found.Count < limit)
        {
            var numbers = _reader.Query(
                "SELECT place FROM addresses WHERE prefix = ? AND place < ? ORDER BY place DESC LIMIT ?",
                row => row.Number(0),
                PrefixOf(account),
                before,
                (long)(limit - found.Count));
            foreach (var number in numbers)
            {
                before = number;
                if (FindPlace(number) is not { } place || place.Result.Transaction.Id == until)
                {
                    return found.ToImmutable();
                }

                if (TransactionPlace.AccountsOf(place.Result).Contains(account))
                {
                    found.Add(place);
                }
            }

            if (numbers.Count == 0)
            {
                break;
            }
        }

        return found.ToImmutable();
    }

    public void DropBefore(ulong height)
    {
        if (First is not { } first || first.Height >= height)
        {
            return;
        }

        var end = TransactionPlace.NumberOf(height, 0);
        _writer.InTransaction(() =>
        {
            var (ids, accounts) = (new List<(long Prefix, long Number)>(), new List<(long Prefix, long Number)>());
            foreach (var (first, results) in _writer.Query(
                "SELECT place, body FROM transactions WHERE place < ?", row => (row.Number(0), ReadResults(row.Number(0), row.Bytes(1)!)), end))
            {
                AddEntries(first, results, ids, accounts);
            }

            ids.Sort();
            accounts.Sort();
            _writer.ExecuteEach("DELETE FROM signatures WHERE prefix = ? AND place = ?", CollectionsMarshal.AsSpan(ids));
            _writer.ExecuteEach("DELETE FROM addresses WHERE prefix = ? AND place = ?", CollectionsMarshal.AsSpan(accounts));
            _writer.Execute("DELETE FROM transactions WHERE place < ?", end);
            _writer.Execute("DELETE FROM blocks WHERE height < ?", (long)height);
        });
        First = ReadEdge("SELECT height, body FROM blocks ORDER BY height LIMIT 1");
    }

    public void Clear(ulong transactionCount)
    {
        _writer.InTransaction(() =>
        {
            foreach (var table in Tables)
            {
                _writer.Execute($"DELETE FROM {table}");
            }

            _writer.Execute("UPDATE meta SET value = ? WHERE name = 'transactions'", (long)transactionCount);
        });
        (Latest, First) = (null, null);
        Volatile.Write(ref _transactionCount, transactionCount);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    private static ReadOnlySpan<string> Tables => new[] { "blocks", "transactions", "signatures", "addresses" };

    private static void CreateTables(SqliteDatabase database)
    {
        database.Execute("CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID");
        var layout = $"{Layout} {HistoryBytes.Fingerprint}";
        if (database.Query("SELECT value FROM meta WHERE name = 'layout'", row => row.Text(0)).SingleOrDefault() == layout)
        {
            return;
        }

        database.InTransaction(() =>
        {
            foreach (var table in Tables)
            {
                database.Execute($"DROP TABLE IF EXISTS {table}");
            }

            database.Execute("CREATE TABLE blocks(height INTEGER PRIMARY KEY, slot INTEGER NOT NULL UNIQUE, body BLOB NOT NULL)");
            database.Execute("CREATE TABLE transactions(place INTEGER PRIMARY KEY, body BLOB NOT NULL)");
            database.Execute("CREATE TABLE signatures(prefix INTEGER, place INTEGER, PRIMARY KEY(prefix, place)) WITHOUT ROWID");
            database.Execute("CREATE TABLE addresses(prefix INTEGER, place INTEGER, PRIMARY KEY(prefix, place)) WITHOUT ROWID");
            database.Execute("INSERT OR REPLACE INTO meta VALUES ('layout', ?)", layout);
            database.Execute("INSERT OR REPLACE INTO meta VALUES ('transactions', 0)");
        });
    }

    private void Insert(Block block, List<(long Prefix, long Number)> ids, List<(long Prefix, long Number)> accounts)
    {
        _writer.Execute(
            "INSERT INTO blocks VALUES (?, ?, ?)", (long)block.Height, (long)block.Slot.Value, WithCheck((long)block.Height, HistoryBytes.Write(block)));
        using var body = new MemoryStream();
        for (var index = 0; index < block.Transactions.Length; index += PerRow)
        {
            var results = block.Transactions.AsSpan(index, Math.Min(PerRow, block.Transactions.Length - index));
            var number = TransactionPlace.NumberOf(block.Height, index);
            _writer.Execute("INSERT INTO transactions VALUES (?, ?)", number, WriteResults(number, results, body));
            AddEntries(number, results, ids, accounts);
        }
    }

    private static void AddEntries(
        long first, ReadOnlySpan<TransactionResult> results, List<(long Prefix, long Number)> ids, List<(long Prefix, long Number)> accounts)
    {
        for (var index = 0; index < results.Length; index++)
        {
            ids.Add((PrefixOf(results[index].Transaction.Id), first + index));
            foreach (var account in TransactionPlace.AccountsOf(results[index]))
            {
                accounts.Add((PrefixOf(account), first + index));
            }
        }
    }

    // How many, where each ends, and all of them.
    private static byte[] WriteResults(long number, ReadOnlySpan<TransactionResult> results, MemoryStream body)
    {
        Span<int> ends = stackalloc int[PerRow];
        ends = ends[..results.Length];
        var headSize = sizeof(int) * (1 + results.Length);
        body.SetLength(headSize);
        body.Position = headSize;
        HistoryBytes.Write(results, ends, body);
        var bytes = new byte[body.Length + CheckSizeBytes];
        body.GetBuffer().AsSpan(0, (int)body.Length).CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, results.Length);
        for (var index = 0; index < ends.Length; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * (1 + index)), ends[index]);
        }

        WriteCheck(number, bytes);
        return bytes;
    }

    private TransactionPlace? FindPlace(long number)
    {
        var first = number - (TransactionPlace.IndexOf(number) % PerRow);
        var result = _reader.Query(
            "SELECT body FROM transactions WHERE place = ?", row => ReadResult(first, row.Bytes(0)!, (int)(number - first)), first).SingleOrDefault();
        var height = (long)TransactionPlace.HeightOf(number);
        var block = _reader.Query("SELECT body FROM blocks WHERE height = ?", row => ReadBlock(height, row.Bytes(0)!), height).SingleOrDefault();
        // Dropped just now, while we looked.
        return result is null || block is null ? null : new TransactionPlace(block, TransactionPlace.IndexOf(number), result);
    }

    private Block? ReadEdge(string sql) => _writer.Query(sql, row => ReadBlock(row.Number(0), row.Bytes(1)!)).SingleOrDefault();

    private Block ReadBlock(long height, byte[] body)
    {
        var block = Read(height, body, HistoryBytes.ReadBlock, "block");
        return (long)block.Height == height ? block : throw Damaged(_path, $"block {height} stands in the place of another", null);
    }

    private TransactionResult[] ReadResults(long number, byte[] body) => Read(number, body, Results, "transactions");

    // Null if the row has fewer.
    private TransactionResult? ReadResult(long number, byte[] body, int index) => Read(
        number, body, bytes => index < CountOf(bytes) ? ResultAt(bytes, index) : null, "transactions");

    private static TransactionResult[] Results(byte[] body)
    {
        var results = new TransactionResult[CountOf(body)];
        for (var index = 0; index < results.Length; index++)
        {
            results[index] = ResultAt(body, index);
        }

        return results;
    }

    // The check has shown that it is as it was written.
    private static int CountOf(byte[] body) => BinaryPrimitives.ReadInt32LittleEndian(body);

    private static TransactionResult ResultAt(byte[] body, int index)
    {
        var start = index == 0 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(sizeof(int) * index));
        var end = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(sizeof(int) * (1 + index)));
        return HistoryBytes.ReadResult(body.AsSpan(sizeof(int) * (1 + CountOf(body)))[start..end].ToArray());
    }

    private T Read<T>(long key, byte[] body, Func<byte[], T> read, string what)
    {
        Span<byte> check = stackalloc byte[SHA256.HashSizeInBytes];
        if (body.Length >= CheckSizeBytes && CheckOf(key, body.AsSpan(0, body.Length - CheckSizeBytes), check).SequenceEqual(body.AsSpan(body.Length - CheckSizeBytes)))
        {
            try
            {
                return read(body[..^CheckSizeBytes]);
            }
            catch (FormatException exception)
            {
                throw Damaged(_path, $"{what} {key} can't be read", exception);
            }
        }

        throw Damaged(_path, $"{what} {key} is not what was written", null);
    }

    private static byte[] WithCheck(long key, byte[] body)
    {
        byte[] bytes = [.. body, .. new byte[CheckSizeBytes]];
        WriteCheck(key, bytes);
        return bytes;
    }

    private static void WriteCheck(long key, Span<byte> bytes)
    {
        Span<byte> check = stackalloc byte[SHA256.HashSizeInBytes];
        CheckOf(key, bytes[..^CheckSizeBytes], check).CopyTo(bytes[^CheckSizeBytes..]);
    }

    private static ReadOnlySpan<byte> CheckOf(long key, ReadOnlySpan<byte> body, Span<byte> check)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, key);
        hash.AppendData(number);
        hash.AppendData(body);
        _ = hash.GetHashAndReset(check);
        return check[..CheckSizeBytes];
    }

    // No block has a slot beyond this range, and a stranger may ask for any.
    private static long Clamp(Slot slot) => (long)Math.Min(slot.Value, long.MaxValue);

    private static long PrefixOf(Signature signature) => FirstWord(signature.R);

    private static long PrefixOf(Pubkey account) => FirstWord(account.Bytes);

    private static long FirstWord(Bytes32 bytes)
    {
        Span<byte> copy = stackalloc byte[Bytes32.SizeBytes];
        bytes.CopyTo(copy);
        return BinaryPrimitives.ReadInt64LittleEndian(copy);
    }

    private static PondException Damaged(string path, string what, Exception? cause) => new(
        "index-damaged",
        $"{path} is damaged: {what}.",
        "It holds nothing that the journal does not: remove it, and the next start makes it again.",
        innerException: cause);
}
