using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>What a task keeps in its own folder: how much that is, and its <c>runtime</c>, which it can make anew and which may go at any time.</summary>
/// <remarks>The folder is the task's: nothing in it is trusted, and links are removed, never followed.</remarks>
public static class TaskRuntime
{
    /// <summary>The folder in the task's own that is emptied.</summary>
    public const string FolderName = "runtime";

    /// <summary>Empties the <c>runtime</c> of a task on a node that need not run.</summary>
    /// <param name="nodeFolder">The node's folder: a container's, or one of a local network's nodes.</param>
    /// <param name="task">The task.</param>
    /// <returns>How many bytes that freed.</returns>
    /// <exception cref="PondException"><c>task-folder-missing</c>: the node never ran the task. Or the disk failed.</exception>
    public static long ResetIn(string nodeFolder, Pubkey task)
    {
        string[] places = [Path.Combine(nodeFolder, "namespace", task.ToString()), Path.Combine(nodeFolder, "tasks", task.ToString(), "home")];
        var home = places.FirstOrDefault(Directory.Exists) ?? throw new PondException(
            "task-folder-missing",
            $"The node in {Path.GetFullPath(nodeFolder)} has no folder of the task {task}.",
            "Name the node's folder with --folder; 'pond task status' shows the tasks.");
        return Empty(home);
    }

    /// <summary>Empties the <c>runtime</c> of a task's folder.</summary>
    /// <returns>How many bytes that freed.</returns>
    /// <exception cref="PondException">The disk failed.</exception>
    public static long Empty(string home)
    {
        var folder = new DirectoryInfo(Path.Combine(home, FolderName));
        try
        {
            if (folder.LinkTarget is not null)
            {
                folder.Delete();
                return 0;
            }

            if (!folder.Exists)
            {
                return 0;
            }

            var size = MeasureBytes(folder.FullName);
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                // A link is deleted as itself.
                if (entry is DirectoryInfo { LinkTarget: null } inner)
                {
                    inner.Delete(recursive: true);
                }
                else
                {
                    entry.Delete();
                }
            }

            return size;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException(
                "disk-failed", $"The folder {folder.FullName} can't be emptied: {exception.Message}", "Check its owner and rights; stop the task first.", innerException: exception);
        }
    }

    /// <summary>How many bytes the files of a folder have, links not followed. What goes while it is counted does not count.</summary>
    public static long MeasureBytes(string home) => MeasureBytes(home, entryBytes: 0);

    /// <summary>The same, where each file and folder counts something besides: a disk has room for only so many.</summary>
    internal static long MeasureBytes(string home, int entryBytes)
    {
        try
        {
            return new DirectoryInfo(home)
                .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
                .Sum(entry => entryBytes + (entry is FileInfo file ? LengthOf(file) : 0));
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
