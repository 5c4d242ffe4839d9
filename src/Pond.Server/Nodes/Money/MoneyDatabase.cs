using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Server.Sqlite;

namespace Pond.Server.Nodes.Money;

/// <summary>The sagas of a node, in its data folder. Safe for use by several threads.</summary>
internal sealed class MoneyDatabase : IMoneyJournal, IDisposable
{
    /// <summary>The file in the node's data folder.</summary>
    internal const string FileName = "money.db";

    private const long Version = 1;

    private readonly SqliteDatabase _database;

    private MoneyDatabase(SqliteDatabase database) => _database = database;

    /// <summary>Opens the database; an empty one is created if there is none.</summary>
    /// <exception cref="PondException"><c>libsqlite-missing</c>, <c>database-failed</c>, or <c>database-too-new</c>.</exception>
    internal static MoneyDatabase Open(string path)
    {
        var database = SqliteDatabase.Open(path);
        try
        {
            var version = database.Query("PRAGMA user_version", row => row.Number(0))[0];
            if (version > Version)
            {
                throw new PondException(
                    "database-too-new",
                    $"The database {path} has version {version}; this program knows versions up to {Version}.",
                    "Use the newer program that wrote it, or another data folder.");
            }

            if (version == 0)
            {
                database.InTransaction(() =>
                {
                    database.Execute("CREATE TABLE sagas (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, is_over INTEGER NOT NULL, saga TEXT NOT NULL)");
                    database.Execute("CREATE INDEX open_sagas ON sagas (number) WHERE is_over = 0");
                    database.Execute("CREATE TABLE transactions (id TEXT PRIMARY KEY, saga TEXT NOT NULL) WITHOUT ROWID");
                    database.Execute("PRAGMA user_version = 1");
                });
            }

            return new MoneyDatabase(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public IReadOnlyList<Saga> ReadOpen() => _database.Query("SELECT saga FROM sagas WHERE is_over = 0 ORDER BY number", Read);

    public IReadOnlyList<Saga> ReadLast(int count) => _database.Query("SELECT saga FROM sagas ORDER BY number DESC LIMIT ?", Read, (long)count);

    public Saga? Find(string id) => _database.Query("SELECT saga FROM sagas WHERE id = ?", Read, id) is [var saga] ? saga : null;

    public bool IsKnown(Signature transaction) =>
        _database.Query("SELECT 1 FROM transactions WHERE id = ?", row => row.Number(0), transaction.ToString()).Count > 0;

    public void Save(Saga saga) => _database.InTransaction(() =>
    {
        _database.Execute(
            "INSERT INTO sagas (id, is_over, saga) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET is_over = excluded.is_over, saga = excluded.saga",
            saga.Id,
            saga.IsOver ? 1L : 0L,
            JsonSerializer.Serialize(saga, PondJson.Options));
        if (saga.Attempt is { } attempt)
        {
            _database.Execute("INSERT INTO transactions (id, saga) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", attempt.Id.ToString(), saga.Id);
        }
    });

    public void Dispose() => _database.Dispose();

    private static Saga Read(SqliteRow row) => JsonSerializer.Deserialize<Saga>(row.Text(0)!, PondJson.Options)!;
}
