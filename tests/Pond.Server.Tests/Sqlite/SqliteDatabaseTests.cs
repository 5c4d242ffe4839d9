using Pond.Primitives;
using Pond.Server.Sqlite;

namespace Pond.Server.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pond-sqlite-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "inner", "test.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_written_is_there_when_the_file_is_opened_again()
    {
        using (var database = SqliteDatabase.Open(Path))
        {
            database.Execute("CREATE TABLE items (id INTEGER PRIMARY KEY, text TEXT, bytes BLOB)");
            database.Execute("INSERT INTO items (text, bytes) VALUES (?, ?)", "Grüße\0\n", new byte[] { 1, 0, 2 });
            database.Execute("INSERT INTO items (text, bytes) VALUES (?, ?)", "", Array.Empty<byte>());
            database.Execute("INSERT INTO items (id, text, bytes) VALUES (?, ?, ?)", long.MaxValue, null, null);
        }

        using var reopened = SqliteDatabase.Open(Path);
        var rows = reopened.Query(
            "SELECT id, text, bytes FROM items ORDER BY id", row => (row.Number(0), row.Text(1), row.Bytes(2)));

        Assert.Equal([1L, 2L, long.MaxValue], rows.Select(row => row.Item1));
        Assert.Equal(["Grüße\0\n", "", null], rows.Select(row => row.Item2), StringComparer.Ordinal);
        Assert.Equal([[1, 0, 2], [], null], rows.Select(row => row.Item3));
    }

    [Fact]
    public void A_transaction_that_fails_leaves_nothing()
    {
        using var database = SqliteDatabase.Open(Path);
        database.Execute("CREATE TABLE items (id INTEGER PRIMARY KEY)");
        database.Execute("INSERT INTO items VALUES (?)", 1L);

        var failure = Assert.Throws<PondException>(() => database.InTransaction(() =>
        {
            database.Execute("INSERT INTO items VALUES (?)", 2L);
            database.Execute("INSERT INTO items VALUES (?)", 1L);
        }));

        Assert.Equal("database-failed", failure.Code);
        Assert.Contains("UNIQUE", failure.Message, StringComparison.Ordinal);
        Assert.Equal([1L], database.Query("SELECT id FROM items", row => row.Number(0)));
    }

    [Fact]
    public void A_full_disk_is_called_that_and_leaves_what_was_there()
    {
        using var database = SqliteDatabase.Open(Path);
        database.Execute("CREATE TABLE items (bytes BLOB)");
        database.Execute("INSERT INTO items VALUES (?)", new byte[1]);
        // The database's own bound on its size fails as a full disk does.
        database.Execute("PRAGMA max_page_count = 4");

        var failure = Assert.Throws<PondException>(() => database.InTransaction(
            () => database.Execute("INSERT INTO items VALUES (?)", new byte[100_000])));

        Assert.Equal("disk-full", failure.Code);
        Assert.Contains(Path, failure.Message, StringComparison.Ordinal);
        Assert.Equal([1L], database.Query("SELECT count(*) FROM items", row => row.Number(0)));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, new string('x', 4096));

        Assert.Equal("database-damaged", Assert.Throws<PondException>(() => SqliteDatabase.Open(Path)).Code);
    }
}
