using Pond.Node;
using Pond.Primitives;
using Pond.Server.Sqlite;

namespace Pond.Server.Nodes;

/// <summary>What a node keeps on disk for one task: the round journal and the task's key-value store.</summary>
/// <remarks>Safe for use by several threads. What a call wrote is on disk when it returns.</remarks>
public sealed class NodeDatabase : IDisposable
{
    /// <summary>
    /// How many of the last rounds a restarted node reads: more than the 3 + 255 in which an attempt to pay a round can be open.
    /// </summary>
    private const long RoundsRestored = 300;

    private const string JournalColumns = "slot, round, event, about, detail, signature, earned, lost, reason, expected, fee";

    private readonly SqliteDatabase _database;

    private NodeDatabase(SqliteDatabase database) => _database = database;

    /// <summary>Opens the database; an empty one is created if there is none.</summary>
    /// <exception cref="PondException"><c>libsqlite-missing</c>, <c>database-failed</c>, or <c>database-too-new</c>.</exception>
    public static NodeDatabase Open(string path)
    {
        var database = SqliteDatabase.Open(path);
        try
        {
            Migrate(database, path);
            return new NodeDatabase(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Adds entries to the journal: all or none.</summary>
    public void Append(IReadOnlyCollection<JournalEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        _database.InTransaction(() =>
        {
            foreach (var entry in entries)
            {
                _database.Execute(
                    $"INSERT INTO journal ({JournalColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    checked((long)entry.Slot.Value),
                    entry.Round is { } round ? checked((long)round.Value) : null,
                    (long)entry.Event,
                    entry.About?.ToString(),
                    entry.Detail,
                    entry.Signature?.ToString(),
                    checked((long)entry.Earned.Value),
                    checked((long)entry.Lost.Value),
                    (long)entry.Reason,
                    checked((long)entry.Expected.Value),
                    checked((long)entry.Fee.Value));
            }
        });
    }

    /// <summary>What a restarted node needs to know: the entries of the last rounds, oldest first.</summary>
    public IReadOnlyList<JournalEntry> ReadRecent() =>
        _database.Query(
            $"SELECT {JournalColumns} FROM journal WHERE round > (SELECT max(round) FROM journal) - ? ORDER BY id",
            ToEntry,
            RoundsRestored);

    /// <summary>All that happened in a round, oldest first: from it the round can be explained.</summary>
    public IReadOnlyList<JournalEntry> ReadRound(Round round) =>
        _database.Query(
            $"SELECT {JournalColumns} FROM journal WHERE round = ? ORDER BY id", ToEntry, checked((long)round.Value));

    /// <summary>What all closed rounds together brought and cost, and what of it was claimed.</summary>
    public (Lamports Earned, Lamports Lost, Lamports Claimed) ReadTotals() =>
        _database.Query(
            """
            SELECT
                coalesce(sum(earned) FILTER (WHERE event = ?), 0),
                coalesce(sum(lost) FILTER (WHERE event = ?), 0),
                coalesce(sum(earned) FILTER (WHERE event = ?), 0)
            FROM journal
            """,
            row => (new Lamports((ulong)row.Number(0)), new Lamports((ulong)row.Number(1)), new Lamports((ulong)row.Number(2))),
            (long)JournalEvent.RoundClosed,
            (long)JournalEvent.RoundClosed,
            (long)JournalEvent.Claimed)[0];

    /// <summary>A value of the task's; null if there is none.</summary>
    public string? GetValue(string key) =>
        _database.Query("SELECT value FROM key_values WHERE key = ?", row => row.Text(0), key) is [var value] ? value : null;

    /// <summary>Sets a value of the task's; null removes it.</summary>
    public void SetValue(string key, string? value)
    {
        if (value is null)
        {
            _database.Execute("DELETE FROM key_values WHERE key = ?", key);
        }
        else
        {
            _database.Execute(
                "INSERT INTO key_values (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static void Migrate(SqliteDatabase database, string path)
    {
        var version = database.Query("PRAGMA user_version", row => row.Number(0))[0];
        switch (version)
        {
            case 0:
                database.InTransaction(() =>
                {
                    database.Execute(
                        """
                        CREATE TABLE journal (
                            id INTEGER PRIMARY KEY,
                            slot INTEGER NOT NULL,
                            round INTEGER,
                            event INTEGER NOT NULL,
                            about TEXT,
                            detail TEXT,
                            signature TEXT,
                            earned INTEGER NOT NULL,
                            lost INTEGER NOT NULL,
                            reason INTEGER NOT NULL)
                        """);
                    database.Execute("CREATE INDEX journal_by_round ON journal (round)");
                    database.Execute("CREATE TABLE key_values (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
                    database.Execute("PRAGMA user_version = 1");
                });
                goto case 1;
            case 1:
                database.InTransaction(() =>
                {
                    database.Execute("ALTER TABLE journal ADD COLUMN expected INTEGER NOT NULL DEFAULT 0");
                    database.Execute("ALTER TABLE journal ADD COLUMN fee INTEGER NOT NULL DEFAULT 0");
                    database.Execute("PRAGMA user_version = 2");
                });
                break;
            case 2:
                break;
            default:
                throw new PondException(
                    "database-too-new",
                    $"The database {path} has version {version}; this program knows versions up to 2.",
                    "Use the newer program that wrote it, or another data folder.");
        }
    }

    private static JournalEntry ToEntry(SqliteRow row) =>
        new(
            new Slot((ulong)row.Number(0)),
            row.IsNull(1) ? null : new Round((ulong)row.Number(1)),
            (JournalEvent)row.Number(2))
        {
            About = row.Text(3) is { } about ? Pubkey.Parse(about) : null,
            Detail = row.Text(4),
            Signature = row.Text(5) is { } signature ? Signature.Parse(signature) : null,
            Earned = new Lamports((ulong)row.Number(6)),
            Lost = new Lamports((ulong)row.Number(7)),
            Reason = (RoundReason)row.Number(8),
            Expected = new Lamports((ulong)row.Number(9)),
            Fee = new Lamports((ulong)row.Number(10)),
        };
}
