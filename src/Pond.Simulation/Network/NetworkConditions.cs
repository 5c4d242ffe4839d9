namespace Pond.Simulation.Network;

/// <summary>How the virtual network behaves.</summary>
public sealed record NetworkConditions
{
    /// <summary>What a message takes at least. Default 20 ms.</summary>
    public TimeSpan MinLatency { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>What a message takes at most, drawn evenly: messages overtake each other. Default 120 ms.</summary>
    public TimeSpan MaxLatency { get; init; } = TimeSpan.FromMilliseconds(120);

    /// <summary>How many of a thousand messages are lost. Default none.</summary>
    public int LossPerThousand { get; init; }

    /// <summary>How many of a thousand messages arrive twice. Default none.</summary>
    public int DuplicationPerThousand { get; init; }

    /// <summary>How many of the nodes are now and then cut off together from the rest and the ledger, in percent. Default none.</summary>
    public int PartitionPercent { get; init; }

    /// <summary>How long a partition lasts, in slots. Default 6.</summary>
    public ulong PartitionSlots { get; init; } = 6;

    /// <summary>What content travels at, in bytes a second. Default 10 million.</summary>
    public long BytesPerSecond { get; init; } = 10_000_000;
}
