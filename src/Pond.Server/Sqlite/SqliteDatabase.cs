using System.Text;
using Pond.Primitives;

namespace Pond.Server.Sqlite;

/// <summary>A SQLite database in a file: what a statement changed is on disk when its call returns.</summary>
/// <remarks>Safe for use by several threads, which wait for each other. Statements are prepared once and kept, so pass values as
/// parameters and not as text.</remarks>
public sealed class SqliteDatabase : IDisposable
{
    /// <summary>How long a call waits for another process that holds the file, such as a backup.</summary>
    private const int BusyTimeoutMs = 5_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, nint> _statements = new(StringComparer.Ordinal);
    private readonly string _path;
    private nint _handle;

    private SqliteDatabase(string path, nint handle)
    {
        _path = path;
        _handle = handle;
    }

    /// <summary>Opens a database; an empty one is created if there is none, its folder included.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isDerived">Whether all in it can be made again from elsewhere. Then commits are not synced: after a power cut the last ones
    /// may be missing, never parts of them.</param>
    /// <param name="canShrink">Whether a new file gives pages that are free back to the file system when it is told to, by
    /// <c>PRAGMA incremental_vacuum</c>. A file that is there already stays as it was made.</param>
    /// <exception cref="PondException"><c>libsqlite-missing</c>, or <c>database-failed</c> or <c>database-damaged</c>: the file cannot be used.</exception>
    public static SqliteDatabase Open(string path, bool isDerived = false, bool canShrink = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        int code;
        nint handle;
        try
        {
            code = SqliteNative.Open(
                path, out handle, SqliteNative.OpenReadWrite | SqliteNative.OpenCreate | SqliteNative.OpenFullMutex, 0);
        }
        catch (DllNotFoundException cause)
        {
            throw new PondException(
                "libsqlite-missing",
                "The database library SQLite is not installed on this machine.",
                "Run ./pond, which installs it, or: apt-get install libsqlite3-0",
                innerException: cause);
        }

        var database = new SqliteDatabase(path, handle);
        try
        {
            database.Check(code);
            database.Check(SqliteNative.BusyTimeout(handle, BusyTimeoutMs));
            if (canShrink)
            {
                // Before the log, which writes the first page: from then on it would not be heeded.
                database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
            }

            // A write-ahead log that is synced with each commit: nothing committed is lost, and readers don't wait for writers.
            database.Query("PRAGMA journal_mode = WAL", row => row.Text(0));
            database.Execute(isDerived ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
            if (isDerived)
            {
                // An index over random keys is written all over: 32 MB of it stay in memory, so that few pages are read again.
                database.Execute("PRAGMA cache_size = -32768");
            }

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement that answers nothing.</summary>
    /// <param name="sql">One statement, with <c>?</c> where values go.</param>
    /// <param name="values">The values in order: null, <see cref="long"/>, <see cref="string"/> or <c>byte[]</c>.</param>
    /// <exception cref="PondException"><c>database-failed</c>, <c>database-damaged</c> or <c>disk-full</c>; the statement has changed nothing.</exception>
    public void Execute(string sql, params ReadOnlySpan<object?> values) => _ = Query<object?>(sql, _ => null, values);

    /// <summary>Runs a statement and reads the rows of its answer.</summary>
    /// <inheritdoc cref="Execute"/>
    /// <typeparam name="T">What a row is read as.</typeparam>
    /// <param name="sql">One statement, with <c>?</c> where values go.</param>
    /// <param name="read">Reads one row, while it is called and not later.</param>
    /// <param name="values">The values in order: null, <see cref="long"/>, <see cref="string"/> or <c>byte[]</c>.</param>
    public IReadOnlyList<T> Query<T>(string sql, Func<SqliteRow, T> read, params ReadOnlySpan<object?> values)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_handle == 0, this);
            var statement = Prepare(sql);
            try
            {
                for (var index = 0; index < values.Length; index++)
                {
                    Bind(statement, index + 1, values[index]);
                }

                var rows = new List<T>();
                int code;
                while ((code = SqliteNative.Step(statement)) == SqliteNative.Row)
                {
                    rows.Add(read(new SqliteRow(statement)));
                }

                return code == SqliteNative.Done ? rows : throw Failed(code);
            }
            finally
            {
                _ = SqliteNative.Reset(statement);
                _ = SqliteNative.ClearBindings(statement);
            }
        }
    }

    /// <summary>Runs a statement once for each pair of numbers, which takes a third of the time that as many calls of <see cref="Execute"/> do.</summary>
    /// <inheritdoc cref="Execute"/>
    /// <param name="sql">One statement with two <c>?</c>; it answers nothing.</param>
    /// <param name="pairs">The values.</param>
    public void ExecuteEach(string sql, ReadOnlySpan<(long First, long Second)> pairs)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_handle == 0, this);
            var statement = Prepare(sql);
            foreach (var (first, second) in pairs)
            {
                Check(SqliteNative.BindInt64(statement, 1, first));
                Check(SqliteNative.BindInt64(statement, 2, second));
                var code = SqliteNative.Step(statement);
                _ = SqliteNative.Reset(statement);
                if (code != SqliteNative.Done)
                {
                    throw Failed(code);
                }
            }
        }
    }

    /// <summary>Runs some statements so that all of them take effect or none.</summary>
    /// <param name="statements">Runs them; other threads wait meanwhile.</param>
    public void InTransaction(Action statements)
    {
        lock (_gate)
        {
            Execute("BEGIN IMMEDIATE");
            try
            {
                statements();
                Execute("COMMIT");
            }
            catch
            {
                // A full disk makes SQLite roll back by itself; doing it again would fail and hide the reason.
                if (SqliteNative.IsOutsideTransaction(_handle) == 0)
                {
                    Execute("ROLLBACK");
                }

                throw;
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var statement in _statements.Values)
            {
                _ = SqliteNative.Finalize(statement);
            }

            _statements.Clear();
            if (_handle != 0)
            {
                _ = SqliteNative.Close(_handle);
                _handle = 0;
            }
        }
    }

    private nint Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(SqliteNative.Prepare(_handle, sql, -1, out statement, 0));
            _statements.Add(sql, statement);
        }

        return statement;
    }

    private unsafe void Bind(nint statement, int index, object? value)
    {
        switch (value)
        {
            case null:
                Check(SqliteNative.BindNull(statement, index));
                break;
            case long number:
                Check(SqliteNative.BindInt64(statement, index, number));
                break;
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                fixed (byte* pointer = utf8)
                {
                    // A null pointer would be NULL and not the empty text.
                    var none = stackalloc byte[1];
                    Check(SqliteNative.BindText(statement, index, utf8.Length == 0 ? none : pointer, utf8.Length, SqliteNative.Transient));
                }

                break;
            case byte[] bytes:
                fixed (byte* pointer = bytes)
                {
                    Check(bytes.Length == 0
                        ? SqliteNative.BindZeroBlob(statement, index, 0)
                        : SqliteNative.BindBlob(statement, index, pointer, bytes.Length, SqliteNative.Transient));
                }

                break;
            default:
                throw new ArgumentException($"A {value.GetType().Name} is no database value.", nameof(value));
        }
    }

    private void Check(int code)
    {
        if (code != SqliteNative.Ok)
        {
            throw Failed(code);
        }
    }

    private PondException Failed(int code) => code switch
    {
        SqliteNative.Full => new(
            "disk-full",
            $"There is no space left to write {_path}.",
            "Free some space or move the data folder to a larger disk; what was stored before is unharmed."),
        SqliteNative.Corrupt or SqliteNative.NotADatabase => new(
            "database-damaged",
            $"The database {_path} is damaged: {SqliteNative.ErrorMessage(_handle)} (SQLite code {code}).",
            "Check the disk, then restore the file or remove it."),
        _ => new(
            "database-failed",
            $"The database {_path} failed: {SqliteNative.ErrorMessage(_handle)} (SQLite code {code}).",
            "Check that the file belongs to this user; if it is damaged, restore or remove it."),
    };
}
