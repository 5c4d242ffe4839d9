namespace Pond.Server.Content;

/// <summary>Bounds of a gateway.</summary>
public sealed record GatewayOptions
{
    // A quarter of a block: with the 64 KiB that a server has by itself, writer and socket wait for each other sixteen times a block.
    internal const int SendBufferBytes = 256 * 1024;

    /// <summary>How many requests are answered at one time; those above get 429. Default 512: some 2 MiB of blocks each, at most.</summary>
    public int MaxParallelRequests { get; init; } = 512;

    /// <summary>How often each address may ask; null for as often as it likes. Default null.</summary>
    public RequestBudget? Budget { get; init; }

    /// <summary>How fast a reader takes his answer at least, on average, once the grace is over. Default 4,096: a block in eight minutes.</summary>
    public double MinBytesPerSecond { get; init; } = 4096;

    /// <summary>For how long a reader may be slower than that. Default 30 s.</summary>
    public TimeSpan SlowReaderGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How large a file may claim to be to be served as one. Default 64 GiB; single blocks and CARs have no such limit.</summary>
    public long MaxFileBytes { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>How many entries the page of a directory has at most. Default 20,000: some 5 MB.</summary>
    public int MaxListedEntries { get; init; } = 20_000;

    /// <summary>How many bytes of blocks a CAR with <c>dups=y</c> sends again at most. Default 256 MiB.</summary>
    public long MaxRepeatedCarBytes { get; init; } = 256L * 1024 * 1024;
}
