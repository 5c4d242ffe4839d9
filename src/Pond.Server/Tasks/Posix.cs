using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pond.Server.Tasks;

/// <summary>The few calls of Linux that .NET does not offer.</summary>
internal static partial class Posix
{
    /// <summary>ENOENT.</summary>
    public const int NoSuchEntry = 2;

    /// <summary>ENOTDIR.</summary>
    public const int NotADirectory = 20;

    /// <summary>ELOOP: the name is a symbolic link, and none was to be followed.</summary>
    public const int TooManyLinks = 40;

    private const int PathOnly = 0x200000;
    private const int TerminateSignal = 15;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>O_DIRECTORY; ARM gave the bits of this and the next one other places.</summary>
    public static int Directory { get; } = IsArm ? 0x4000 : 0x10000;

    private static int NoFollow { get; } = IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    /// <summary>Opens a path for reading; an invalid handle and the last error if it can't.</summary>
    public static SafeFileHandle Open(string path, int flags) => open(path, flags | CloseOnExec);

    /// <summary>Opens one name in a folder for reading, never through a link, and never waiting for a pipe's other end.</summary>
    public static SafeFileHandle OpenAt(SafeFileHandle folder, string name) =>
        openat(folder, name, NoFollow | NonBlocking | CloseOnExec);

    /// <summary>Names what lies at a path, whatever it is, never through a link: for its <see cref="PathOf"/> alone.</summary>
    public static SafeFileHandle Name(string path) => open(path, PathOnly | NoFollow | CloseOnExec);

    /// <summary>A path that means what the handle means.</summary>
    public static string PathOf(SafeFileHandle handle) => $"/proc/self/fd/{handle.DangerousGetHandle()}";

    /// <summary>Whether the handle is a folder's.</summary>
    public static bool IsDirectory(SafeFileHandle handle) =>
        File.GetAttributes(handle).HasFlag(FileAttributes.Directory);

    /// <summary>Whether the handle is a file's with a length, so no pipe's and no socket's.</summary>
    public static bool IsRegularFile(SafeFileHandle handle)
    {
        try
        {
            _ = RandomAccess.GetLength(handle);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Asks a process to end; nothing happens if it has ended.</summary>
    public static void Terminate(int processId) => _ = kill(processId, TerminateSignal);

    // The third argument of open is for files to be made, and none is.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle openat(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int kill(int processId, int signal);
}
