using System.Diagnostics;

namespace Pond.Cli.Bench;

/// <summary>The most memory that this process has had since a moment, in bytes.</summary>
internal static class PeakMemory
{
    private const string ClearFile = "/proc/self/clear_refs";

    /// <summary>Forgets the peak so far, as far as the system can: on Linux the next peak is that of what follows.</summary>
    internal static void Begin()
    {
        GC.Collect();
        if (File.Exists(ClearFile))
        {
            // What the kernel calls it: the value 5 resets the peak of the resident memory.
            File.WriteAllText(ClearFile, "5");
        }
    }

    /// <summary>The peak since <see cref="Begin"/>; since the process began where the system cannot forget.</summary>
    internal static long Read()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
