using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>The user of the machine that a task runs as.</summary>
/// <remarks>
/// A node that runs as root gives each task a user of its own, for limits don't hold for root, and what is root's outside is not safe from what is root's
/// inside. The number is made of the folder's path, so that a task keeps it, and lies where neither people, services nor containers have theirs
/// (<c>https://systemd.io/UIDS-GIDS</c>). No such user has to exist.
/// </remarks>
internal static class BoxUser
{
    private const uint First = 0x7000_0000;
    private const uint Count = 0x0800_0000;
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The user of the task with that folder; null if the node is no root, and its tasks run as its own user.</summary>
    internal static uint? Of(string folder) =>
        !Environment.IsPrivilegedProcess
            ? null
            : First + (BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder)))) % Count);

    internal static string NameOf(uint user) => user.ToString(CultureInfo.InvariantCulture);

    /// <summary>Gives a folder and all that is in it to a user. Links are given away themselves, not what they lead to.</summary>
    /// <remarks>Nothing of the user's may run meanwhile. A folder that is the user's already was given to him whole.</remarks>
    /// <exception cref="IOException">It can't be done.</exception>
    internal static void GiveTo(uint user, string path)
    {
        if (Posix.TryGetStatus(path, out var status) && status.User == user)
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                GiveTo(user, entry.FullName);
            }
            else
            {
                Give(user, entry.FullName);
            }
        }

        // Last, so that what was broken off is begun again.
        Give(user, path);
    }

    /// <summary>Whether everybody may read a folder and all that is in it.</summary>
    internal static bool IsReadable(string folder) =>
        IsReadableItself(folder, isFolder: true) && new DirectoryInfo(folder)
            .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .All(entry => IsReadableItself(entry.FullName, entry is DirectoryInfo));

    /// <summary>Copies a folder so that everybody may read the copy; links are left out.</summary>
    internal static void CopyReadable(string folder, string copy)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("There are no boxes on Windows.");
        }

        Directory.CreateDirectory(copy);
        File.SetUnixFileMode(copy, ForAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null))
        {
            var at = Path.Combine(copy, entry.Name);
            if (entry is DirectoryInfo)
            {
                CopyReadable(entry.FullName, at);
            }
            else
            {
                File.Copy(entry.FullName, at);
                File.SetUnixFileMode(at, File.GetUnixFileMode(at) | ForAll);
            }
        }
    }

    private static bool IsReadableItself(string path, bool isFolder)
    {
        var needed = isFolder ? UnixFileMode.OtherRead | UnixFileMode.OtherExecute : UnixFileMode.OtherRead;
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & needed) == needed;
    }

    private static void Give(uint user, string path)
    {
        if (!Posix.TryChangeOwner(path, user))
        {
            throw new IOException($"'{path}' can't be given to the task's user {NameOf(user)}: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
