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

    /// <summary>O_WRONLY.</summary>
    public const int WriteOnly = 1;

    /// <summary>O_CREAT.</summary>
    public const int Create = 0x40;

    /// <summary>O_EXCL.</summary>
    public const int Exclusive = 0x80;

    /// <summary>O_TRUNC.</summary>
    public const int Truncate = 0x200;

    /// <summary>O_APPEND.</summary>
    public const int Append = 0x400;

    private const int WorkingFolder = -100;
    private const int NewMounts = 0x20000;
    private const nuint MountBind = 0x1000;
    private const nuint MountRecursive = 0x4000;
    private const nuint MountSlave = 0x80000;
    private const int UnmountDetach = 2;
    private const int TerminateSignal = 15;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int RemoveDirectory = 0x200;
    private const int NoFollowAt = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatus = 0xFFF;

    /// <summary>O_DIRECTORY; ARM gave the bits of this and the next one other places.</summary>
    public static int Directory { get; } = IsArm ? 0x4000 : 0x10000;

    private static int NoFollow { get; } = IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    /// <summary>Opens a path for reading; an invalid handle and the last error if it can't.</summary>
    public static SafeFileHandle Open(string path, int flags) => open(path, flags | CloseOnExec);

    /// <summary>Opens one name in a folder for reading, never through a link, and never waiting for a pipe's other end.</summary>
    public static SafeFileHandle OpenAt(SafeFileHandle folder, string name) =>
        openat(folder, name, NoFollow | NonBlocking | CloseOnExec, 0);

    /// <summary>Opens one name in a folder as the flags say, never through a link; a file that is made is its owner's.</summary>
    public static SafeFileHandle OpenAt(SafeFileHandle folder, string name, int flags) =>
        openat(folder, name, flags | NoFollow | NonBlocking | CloseOnExec, 0x1A4);

    /// <summary>Makes a folder in a folder; false and the last error if it can't.</summary>
    public static bool MakeFolder(SafeFileHandle folder, string name) => mkdirat(folder, name, 0x1ED) == 0;

    /// <summary>Removes one name from a folder, a link itself and not what it leads to; false and the last error if it can't.</summary>
    public static bool Remove(SafeFileHandle folder, string name, bool isFolder) =>
        unlinkat(folder, name, isFolder ? RemoveDirectory : 0) == 0;

    /// <summary>Gives what one name means another one; false and the last error if it can't.</summary>
    public static bool Rename(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to) =>
        renameat(fromFolder, from, toFolder, to) == 0;

    /// <summary>What is known of one name in a folder, of a link itself; false and the last error if it can't.</summary>
    public static unsafe bool TryGetStatus(SafeFileHandle folder, string name, out FileStatus status)
    {
        fixed (FileStatus* pointer = &status)
        {
            return statx(folder, name, NoFollowAt, BasicStatus | 0x800, pointer) == 0;
        }
    }

    /// <summary>What is known of what a handle means.</summary>
    public static unsafe bool TryGetStatus(SafeFileHandle handle, out FileStatus status)
    {
        fixed (FileStatus* pointer = &status)
        {
            return statx(handle, "", EmptyPath, BasicStatus | 0x800, pointer) == 0;
        }
    }

    /// <summary>What is known of what a path leads to; false and the last error if it can't be told.</summary>
    public static unsafe bool TryGetStatus(string path, out FileStatus status)
    {
        fixed (FileStatus* pointer = &status)
        {
            return statx(WorkingFolder, path, 0, BasicStatus, pointer) == 0;
        }
    }

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

    /// <summary>Gives what a path names, a link itself, to a user and the group of his number; false and the last error if it can't.</summary>
    public static bool TryChangeOwner(string path, uint user) => lchown(path, user, user) == 0;

    /// <summary>Gives what a handle means to a user and the group of his number; false and the last error if it can't.</summary>
    public static bool TryChangeOwner(SafeFileHandle handle, uint user) => fchown(handle, user, user) == 0;

    /// <summary>Gives the calling thread a mount namespace of its own, from which nothing gets out; false and the last error if it can't.</summary>
    public static bool TryLeaveMounts() => unshare(NewMounts) == 0 && mount("none", "/", null, MountSlave | MountRecursive, null) == 0;

    /// <summary>Mounts memory; false and the last error if it can't.</summary>
    public static bool TryMountMemory(string at, string options) => mount("pond", at, "tmpfs", 0, options) == 0;

    /// <summary>Mounts a path once more; false and the last error if it can't.</summary>
    public static bool TryBindMount(string path, string at) => mount(path, at, null, MountBind, null) == 0;

    /// <summary>Takes a mount away, in use or not.</summary>
    public static void Unmount(string at) => _ = umount2(at, UnmountDetach);

    /// <summary>Makes the device of tunnels, open to all, at a path; false if it can't.</summary>
    public static bool TryMakeTun(string path) => mknod(path, 0x2000 | 0x1B6, (10 << 8) | 200) == 0 && chmod(path, 0x1B6) == 0;

    /// <summary>Makes a pipe with a name, its owner's alone; false and the last error if it can't.</summary>
    public static bool TryMakePipe(string path) => mkfifo(path, 0x180) == 0;

    // The third argument of open is for files to be made, and none is.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle openat(SafeFileHandle folder, string name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdirat(SafeFileHandle folder, string name, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlinkat(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(SafeFileHandle folder, string name, int flags, uint mask, FileStatus* status);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lchown(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int fchown(SafeFileHandle handle, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string? type, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mknod(string path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chmod(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int folder, string name, int flags, uint mask, FileStatus* status);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int kill(int processId, int signal);
}

/// <summary>Linux's <c>struct statx</c>, the same on all machines.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct FileStatus
{
    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint Links;
    public uint User;
    public uint Group;
    public ushort Mode;
    private readonly ushort _padding;
    public ulong Inode;
    public long Size;
    public ulong Blocks;
    private readonly ulong _attributesMask;
    public FileTime Accessed;
    public FileTime Born;
    public FileTime Changed;
    public FileTime Modified;
    public uint RdevMajor;
    public uint RdevMinor;
    public uint DeviceMajor;
    public uint DeviceMinor;

    /// <summary>Whether it is a folder.</summary>
    public readonly bool IsFolder => (Mode & 0xF000) == 0x4000;

    /// <summary>Whether it is an ordinary file.</summary>
    public readonly bool IsFile => (Mode & 0xF000) == 0x8000;

    /// <summary>Whether it is a symbolic link.</summary>
    public readonly bool IsLink => (Mode & 0xF000) == 0xA000;
}

/// <summary>A moment since 1970.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileTime
{
    public long Seconds;
    public uint Nanoseconds;
    private readonly int _reserved;

    /// <summary>In milliseconds, with fractions.</summary>
    public readonly double Milliseconds => (Seconds * 1000.0) + (Nanoseconds / 1e6);
}
