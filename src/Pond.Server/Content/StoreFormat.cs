using System.Text;
using Pond.Primitives;

namespace Pond.Server.Content;

/// <summary>The version of a store's folder, which its file <c>format</c> says.</summary>
/// <remarks>
/// Format 1 had no such file and kept every block as a file; format 2 keeps small ones in a database. What was written in
/// format 1 is read as it is, since large blocks are still files and small ones may be.
/// </remarks>
internal static class StoreFormat
{
    internal const string FileName = "format";

    private const string Current = "pond-store 2\n";

    /// <summary>Checks the folder's version, and writes this one where there is none.</summary>
    /// <exception cref="PondException"><c>store-too-new</c>, or the disk failed.</exception>
    internal static void Check(string folder)
    {
        var path = Path.Combine(folder, FileName);
        string? found;
        try
        {
            found = File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }

        if (found is null)
        {
            DurableFiles.Write(path + ".temporary", path, Encoding.UTF8.GetBytes(Current));
            DurableFiles.SyncFolder(folder);
        }
        else if (!string.Equals(found, Current, StringComparison.Ordinal))
        {
            throw new PondException(
                "store-too-new",
                $"The store in {folder} has a format that this version of Pond does not know: '{found.Trim()}'.",
                "Open it with the version of Pond that wrote it, or with a later one; its content can be exported from there as CAR files.");
        }
    }
}
