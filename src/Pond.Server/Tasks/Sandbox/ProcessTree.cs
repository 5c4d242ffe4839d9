using System.Globalization;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>A process and all that descend from it, as Linux shows them.</summary>
internal static class ProcessTree
{
    /// <summary>The numbers of a process and its descendants. In a pid namespace nobody gets out: orphans go to its first process.</summary>
    internal static List<int> Of(int root)
    {
        var found = new List<int> { root };
        for (var index = 0; index < found.Count; index++)
        {
            foreach (var thread in Names($"/proc/{found[index]}/task"))
            {
                found.AddRange(Read($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
            }
        }

        return found;
    }

    /// <summary>How much memory of its own a process has, swapped or not: neither its programs nor what it maps of files.</summary>
    internal static long MemoryOf(int process) => Read($"/proc/{process}/status")
        .Split('\n')
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal)
            || line.StartsWith("VmSwap:", StringComparison.Ordinal))
        .Sum(line => 1024 * long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1, line.Length - line.IndexOf(':', StringComparison.Ordinal) - 4), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture));

    /// <summary>How much of a disk files take that have no name any more, because a process still has them open.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="folder">A folder on that disk.</param>
    internal static long NamelessBytesOf(IEnumerable<int> processes, string folder)
    {
        if (!Posix.TryGetStatus(folder, out var disk))
        {
            return 0;
        }

        var sizes = new Dictionary<ulong, long>();
        foreach (var file in processes.SelectMany(process => Names($"/proc/{process}/fd")))
        {
            if (Posix.TryGetStatus(file, out var status) && status is { IsFile: true, Links: 0 }
                && (status.DeviceMajor, status.DeviceMinor) == (disk.DeviceMajor, disk.DeviceMinor))
            {
                sizes[status.Inode] = (long)status.Blocks * 512;
            }
        }

        return sizes.Values.Sum();
    }

    private static string[] Names(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // It has ended.
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended.
        }
    }
}
