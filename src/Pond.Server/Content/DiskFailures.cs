using Pond.Primitives;

namespace Pond.Server.Content;

/// <summary>What a failing disk is called.</summary>
internal static class DiskFailures
{
    // ENOSPC and EDQUOT of Linux, ENOSPC's sibling on macOS has the same number; the last is Windows' ERROR_DISK_FULL.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Names the cause of a failed write.</summary>
    /// <param name="cause">What the system said.</param>
    /// <param name="path">What was being written.</param>
    internal static PondException Write(Exception cause, string path) => cause switch
    {
        IOException { HResult: NoSpace or QuotaExceeded or WindowsDiskFull } => new(
            "disk-full",
            $"There is no space left to write {path}.",
            "Free some space, collect garbage, or move the store to a larger disk; what was stored before is unharmed.",
            isTransient: true,
            cause),
        UnauthorizedAccessException => new(
            "disk-denied",
            $"{path} may not be written.",
            "Give the user that runs this process write access to the folder.",
            innerException: cause),
        _ => new(
            "disk-failed",
            $"{path} cannot be written: {cause.Message}",
            "Check the disk and the folder it is mounted on.",
            innerException: cause),
    };

    /// <summary>Names the cause of a failed read.</summary>
    internal static PondException Read(Exception cause, string path) => new(
        cause is UnauthorizedAccessException ? "disk-denied" : "disk-failed",
        $"{path} cannot be read: {cause.Message}",
        "Check the disk, and that the user that runs this process may read the folder.",
        innerException: cause);

    /// <summary>Whether an exception is the disk's, and not a mistake of ours.</summary>
    internal static bool IsOfDisk(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
