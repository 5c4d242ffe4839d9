using System.Runtime.InteropServices;

namespace Pond.Server.Sqlite;

/// <summary>One row of an answer, valid while its reader is called.</summary>
public readonly struct SqliteRow
{
    private readonly nint _statement;

    internal SqliteRow(nint statement) => _statement = statement;

    /// <summary>Whether a column holds NULL.</summary>
    public bool IsNull(int column) => SqliteNative.ColumnType(_statement, column) == SqliteNative.TypeNull;

    /// <summary>A number; 0 for NULL.</summary>
    public long Number(int column) => SqliteNative.ColumnInt64(_statement, column);

    /// <summary>A text; null for NULL.</summary>
    public string? Text(int column)
    {
        if (IsNull(column))
        {
            return null;
        }

        // The pointer first: it may convert the value, which changes its size.
        var pointer = SqliteNative.ColumnText(_statement, column);
        return Marshal.PtrToStringUTF8(pointer, SqliteNative.ColumnBytes(_statement, column));
    }

    /// <summary>Bytes; null for NULL.</summary>
    public byte[]? Bytes(int column)
    {
        if (IsNull(column))
        {
            return null;
        }

        var pointer = SqliteNative.ColumnBlob(_statement, column);
        var bytes = new byte[SqliteNative.ColumnBytes(_statement, column)];
        if (bytes.Length > 0)
        {
            Marshal.Copy(pointer, bytes, 0, bytes.Length);
        }

        return bytes;
    }
}
