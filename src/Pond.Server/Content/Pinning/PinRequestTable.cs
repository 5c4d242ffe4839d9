using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Pinning;
using Pond.Server.Sqlite;
using Pond.Store;

namespace Pond.Server.Content.Pinning;

/// <summary>The wishes of all users, on disk. Safe for use by several threads.</summary>
internal sealed class PinRequestTable : IDisposable
{
    private const string Columns = "id, owner, cid, created, pin, status, details, replaces";

    private readonly SqliteDatabase _database;

    internal PinRequestTable(string path)
    {
        _database = SqliteDatabase.Open(path);
        try
        {
            _database.Execute("""
                CREATE TABLE IF NOT EXISTS requests (
                    id TEXT PRIMARY KEY, owner TEXT NOT NULL, cid TEXT NOT NULL, created INTEGER NOT NULL, pin TEXT NOT NULL,
                    status TEXT NOT NULL, details TEXT, replaces TEXT)
                """);
            // What was being fetched when the process ended begins again; the blocks that came are there already.
            _database.Execute("UPDATE requests SET status = ? WHERE status = ?", RemotePinStates.Queued, RemotePinStates.Pinning);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    internal void Add(PinRequest request) => _database.Execute(
        $"INSERT INTO requests ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        request.Id,
        request.Owner,
        request.Root.ToString(),
        request.Created.ToUnixTimeMilliseconds(),
        JsonSerializer.Serialize(request.Pin, PondJson.Options),
        request.Status,
        request.Details,
        request.Replaces);

    internal PinRequest? Find(string id) =>
        _database.Query($"SELECT {Columns} FROM requests WHERE id = ?", Read, id) is [var found] ? found : null;

    internal IReadOnlyList<PinRequest> Of(string owner) =>
        _database.Query($"SELECT {Columns} FROM requests WHERE owner = ? ORDER BY created DESC, id", Read, owner);

    internal int CountOf(string owner) => (int)_database.Query("SELECT count(*) FROM requests WHERE owner = ?", row => row.Number(0), owner)[0];

    /// <summary>When the last wish was made that is still here; null if there is none.</summary>
    internal DateTimeOffset? FindLastCreated() =>
        _database.Query("SELECT max(created) FROM requests", row => row.IsNull(0) ? (long?)null : row.Number(0))[0] is { } last
            ? DateTimeOffset.FromUnixTimeMilliseconds(last)
            : null;

    /// <summary>Takes the oldest wish that waits, and says that it is being fulfilled.</summary>
    internal PinRequest? Take()
    {
        PinRequest? taken = null;
        _database.InTransaction(() =>
        {
            if (_database.Query(
                $"SELECT {Columns} FROM requests WHERE status = ? ORDER BY created, id LIMIT 1", Read, RemotePinStates.Queued) is [var oldest])
            {
                _database.Execute("UPDATE requests SET status = ? WHERE id = ?", RemotePinStates.Pinning, oldest.Id);
                taken = oldest with { Status = RemotePinStates.Pinning };
            }
        });
        return taken;
    }

    /// <summary>Says how a wish ended; false if it was taken back meanwhile.</summary>
    internal bool TryEnd(string id, string status, string? details)
    {
        var isThere = false;
        _database.InTransaction(() =>
        {
            _database.Execute("UPDATE requests SET status = ?, details = ?, replaces = NULL WHERE id = ?", status, details, id);
            isThere = _database.Query("SELECT changes()", row => row.Number(0))[0] > 0;
        });
        return isThere;
    }

    internal void Remove(string id) => _database.Execute("DELETE FROM requests WHERE id = ?", id);

    public void Dispose() => _database.Dispose();

    private static PinRequest Read(SqliteRow row) => new(
        row.Text(0)!,
        row.Text(1)!,
        Cid.Parse(row.Text(2)!),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Number(3)),
        JsonSerializer.Deserialize<RemotePin>(row.Text(4)!, PondJson.Options)!)
    {
        Status = row.Text(5)!,
        Details = row.Text(6),
        Replaces = row.Text(7),
    };
}
