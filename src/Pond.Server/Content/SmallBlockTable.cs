using System.Buffers.Binary;
using Pond.Primitives;
using Pond.Server.Sqlite;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>The small blocks of a store, as rows of one database: a file for each would cost the file system more than the bytes do.</summary>
/// <remarks>
/// Rows are ordered by the end of their hashes, so whoever walks all of them touches each page once. Two hashes may share that
/// end, by chance hardly ever and by an attacker's work: the second block is not taken, and is kept as a file.
/// Safe for use by several threads; reads do not wait for writes.
/// </remarks>
internal sealed class SmallBlockTable : IDisposable
{
    /// <summary>How many rows are looked at in one go when all are walked.</summary>
    internal const int ChunkRows = 4096;

    /// <summary>How many free pages are given back in one go; fewer stay, for the next blocks.</summary>
    internal const int FreePagesAtOnce = 1024;

    private readonly SqliteDatabase _writer;
    private readonly SqliteDatabase _reader;

    /// <summary>Opens the table in a file, which is created if there is none.</summary>
    /// <exception cref="PondException"><c>database-failed</c>, <c>database-damaged</c> or <c>libsqlite-missing</c>.</exception>
    internal SmallBlockTable(string path)
    {
        _writer = SqliteDatabase.Open(path, canShrink: true);
        try
        {
            _writer.Execute("PRAGMA cache_size = -32000");
            _writer.Execute("CREATE TABLE IF NOT EXISTS blocks (key INTEGER PRIMARY KEY, hash BLOB NOT NULL, data BLOB NOT NULL)");
            _reader = SqliteDatabase.Open(path);
            _reader.Execute("PRAGMA cache_size = -32000");
        }
        catch
        {
            _reader?.Dispose();
            _writer.Dispose();
            throw;
        }
    }

    /// <summary>The block's bytes; null if it is not here.</summary>
    internal byte[]? Find(Multihash hash)
    {
        var rows = _reader.Query(
            "SELECT data FROM blocks WHERE key = ? AND hash = ?", row => row.Bytes(0), KeyOf(hash), hash.Bytes.ToArray());
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>How many bytes the block has; null if it is not here.</summary>
    internal long? FindSize(Multihash hash)
    {
        var rows = _reader.Query(
            "SELECT length(data) FROM blocks WHERE key = ? AND hash = ?", row => row.Number(0), KeyOf(hash), hash.Bytes.ToArray());
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Takes blocks, all of them or none; they are on the disk when this returns.</summary>
    /// <returns>Those whose place is taken by a block of another hash.</returns>
    internal HashSet<Multihash> Insert(IEnumerable<KeyValuePair<Multihash, byte[]>> blocks)
    {
        var refused = new HashSet<Multihash>();
        _writer.InTransaction(() =>
        {
            // In the order of the rows, so that no page is written twice.
            foreach (var (key, hash, data) in blocks.Select(block => (Key: KeyOf(block.Key), block.Key, block.Value)).OrderBy(block => block.Key))
            {
                var bytes = hash.Bytes.ToArray();
                _writer.Execute("INSERT INTO blocks (key, hash, data) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING", key, bytes, data);
                if (_writer.Query("SELECT changes()", row => row.Number(0))[0] == 0
                    && _writer.Query("SELECT 1 FROM blocks WHERE key = ? AND hash = ?", row => row.Number(0), key, bytes).Count == 0)
                {
                    refused.Add(hash);
                }
            }
        });
        return refused;
    }

    /// <summary>Forgets blocks, all of them or none.</summary>
    /// <returns>Those that were here.</returns>
    internal HashSet<Multihash> Delete(IEnumerable<Multihash> hashes)
    {
        var deleted = new HashSet<Multihash>();
        _writer.InTransaction(() =>
        {
            foreach (var hash in hashes)
            {
                _writer.Execute("DELETE FROM blocks WHERE key = ? AND hash = ?", KeyOf(hash), hash.Bytes.ToArray());
                if (_writer.Query("SELECT changes()", row => row.Number(0))[0] > 0)
                {
                    deleted.Add(hash);
                }
            }
        });
        return deleted;
    }

    /// <summary>All blocks with their sizes, in pieces of at most <see cref="ChunkRows"/>. Those put or deleted meanwhile may be among them or not.</summary>
    internal IEnumerable<IReadOnlyList<(Multihash Hash, long SizeBytes)>> EnumerateChunks()
    {
        var last = long.MinValue;
        while (true)
        {
            var rows = _reader.Query(
                "SELECT key, hash, length(data) FROM blocks WHERE key >= ? ORDER BY key LIMIT ?",
                row => (Key: row.Number(0), Hash: row.Bytes(1), SizeBytes: row.Number(2)),
                last,
                (long)ChunkRows);
            var chunk = new List<(Multihash, long)>(rows.Count);
            foreach (var row in rows)
            {
                if (Multihash.TryReadExactly(row.Hash, out var hash))
                {
                    chunk.Add((hash, row.SizeBytes));
                }
            }

            yield return chunk;
            if (rows.Count < ChunkRows || rows[^1].Key == long.MaxValue)
            {
                yield break;
            }

            last = rows[^1].Key + 1;
        }
    }

    /// <summary>How many bytes all blocks have.</summary>
    internal long CountBytes() => _reader.Query("SELECT total(length(data)) FROM blocks", row => row.Number(0))[0];

    /// <summary>How many pages of the file hold nothing.</summary>
    internal long CountFreePages() => _writer.Query("PRAGMA freelist_count", row => row.Number(0))[0];

    /// <summary>Gives free pages back to the file system, some at a time so that writers need not wait for long, until few are left.</summary>
    internal void GiveBackFreePages(CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        // A file that can't shrink has as many as before.
        while (!cancellationToken.IsCancellationRequested && CountFreePages() is var free && free >= FreePagesAtOnce && free < before)
        {
            before = free;
            _writer.Query($"PRAGMA incremental_vacuum({FreePagesAtOnce})", row => row.Number(0));
        }
    }

    /// <summary>What is wrong with the database; empty if it is whole. Reads all of it.</summary>
    internal IReadOnlyList<string> FindDamage()
    {
        try
        {
            return [.. _reader.Query("PRAGMA quick_check(10)", row => row.Text(0) ?? "").Where(line => line is not "ok")];
        }
        catch (PondException failure)
        {
            return [failure.Message];
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        // The last to close: it moves the log into the database.
        _writer.Dispose();
    }

    private static long KeyOf(Multihash hash) => BinaryPrimitives.ReadInt64BigEndian(hash.Bytes.Span[^sizeof(long)..]);
}
