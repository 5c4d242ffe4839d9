namespace Pond.Simulation.Disk;

/// <summary>How the disk under the ledger behaves.</summary>
public sealed record DiskConditions
{
    /// <summary>What it takes to have written bytes on the disk. Default 5 ms.</summary>
    public TimeSpan SyncTime { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How often the ledger's machine loses its power, in a thousand blocks. Default never.</summary>
    public int PowerCutsPerThousandBlocks { get; init; }

    /// <summary>How often a write or a sync fails, in a thousand blocks: the ledger stops and is started again. Default never.</summary>
    public int FailuresPerThousandBlocks { get; init; }

    /// <summary>How long the ledger is down after it stopped, in slots. Default 3.</summary>
    public ulong DownSlots { get; init; } = 3;
}
