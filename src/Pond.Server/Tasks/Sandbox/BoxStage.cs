using System.Runtime.InteropServices;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>Shows folders to a task's user whose parents he may not enter, such as root's home.</summary>
/// <remarks>
/// The thread that starts children gets a mount namespace of its own. In it each folder is mounted once more below a place that anybody may enter; nobody else
/// on the machine sees that, and it is gone with the node. Where the machine does not let it, the folders' own paths have to do.
/// </remarks>
internal static class BoxStage
{
    private const string Place = "/run/pond-boxes";
    private const string TunDevice = "/dev/net/tun";

    private static int _last;
    private static bool? _isPossible;

    /// <summary>Mounts paths where the task's user can reach them.</summary>
    /// <param name="paths">Folders or files.</param>
    /// <returns>For each the path to take, and what takes the mounts away.</returns>
    internal static Task<(string[] Paths, Func<Task> Remove)> ShowAsync(params string[] paths) => ChildProcess.RunAsync<(string[], Func<Task>)>(() =>
    {
        _isPossible ??= TryPrepare();
        if (_isPossible is false)
        {
            return (paths, () => Task.CompletedTask);
        }

        // A mount for each task, below which the others lie: all of them go with it at once.
        var folder = $"{Place}/{++_last}";
        Directory.CreateDirectory(folder);
        if (!Posix.TryMountMemory(folder, "mode=711"))
        {
            throw new IOException($"Nothing can be mounted on '{folder}': {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var shown = new List<string>();
        foreach (var (index, path) in paths.Index())
        {
            var at = $"{folder}/{index}";
            if (Directory.Exists(path))
            {
                Directory.CreateDirectory(at);
            }
            else
            {
                File.Create(at).Dispose();
            }

            if (!Posix.TryBindMount(path, at))
            {
                var reason = Marshal.GetLastPInvokeErrorMessage();
                Remove(folder);
                throw new IOException($"'{path}' can't be shown to the task: {reason}");
            }

            shown.Add(at);
        }

        return ([.. shown], () => ChildProcess.RunAsync(() =>
        {
            Remove(folder);
            return 0;
        }));
    });

    private static void Remove(string folder)
    {
        Posix.Unmount(folder);
        // Never into what is mounted: if it still were, this would fail.
        Directory.Delete(folder);
    }

    private static bool TryPrepare()
    {
        try
        {
            Directory.CreateDirectory(Place);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        if (!Posix.TryLeaveMounts() || !Posix.TryMountMemory(Place, "mode=711"))
        {
            return false;
        }

        // A device that only root may open is of no use to the network of a task's user; his own namespace is all that he can do with it.
        if (!OperatingSystem.IsWindows() && File.Exists(TunDevice) && (File.GetUnixFileMode(TunDevice) & UnixFileMode.OtherWrite) == UnixFileMode.None)
        {
            var tun = $"{Place}/tun";
            _ = Posix.TryMakeTun(tun) && Posix.TryBindMount(tun, TunDevice);
        }

        return true;
    }
}
