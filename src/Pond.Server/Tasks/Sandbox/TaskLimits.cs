namespace Pond.Server.Tasks.Sandbox;

/// <summary>How much of the machine a boxed task may take.</summary>
/// <remarks>Address space is not bounded: both runtimes reserve much more than they use.</remarks>
public sealed record TaskLimits
{
    /// <summary>How much memory all processes of the task together may have, in bytes. Default 2 GiB.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>How many processes and threads it may have at one time. Default 512.</summary>
    public int Processes { get; init; } = 512;

    /// <summary>How many processors it may keep busy, where cgroups can be written; null for all, after everybody else. Default null.</summary>
    public double? Processors { get; init; }

    /// <summary>How many files each of its processes may have open. Default 4096.</summary>
    public int OpenFiles { get; init; } = 4096;

    /// <summary>How many bytes it may have in its own folder; null for no limit. Default null.</summary>
    public long? FolderBytes { get; init; }

    /// <summary>What the runtime's own heap may have, so that it cleans up before it is ended: three quarters.</summary>
    internal long HeapBytes => MemoryBytes / 4 * 3;

    /// <summary>How large one file may get: the folder's quota, but at least what runtimes reserve in one.</summary>
    internal long FileBytes => Math.Max(FolderBytes ?? long.MaxValue, 4L << 30);
}
