namespace Pond.Server.Content;

/// <summary>Bounds of a block store on disk.</summary>
public sealed record DiskBlockStoreOptions
{
    /// <summary>How many bytes of blocks are kept at most; null for as many as the disk takes. Checked before a block is written.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>How many blocks wait for a common sync at most, while the store is held. Default 65,536: some 16 MB of memory.</summary>
    public int MaxPendingBlocks { get; init; } = 65_536;

    /// <summary>How many bytes of small blocks wait in memory for a common commit at most. Default 16 MiB.</summary>
    public long MaxPendingSmallBytes { get; init; } = 16L * 1024 * 1024;

    /// <summary>Up to which size a block is a row of a database and not a file. Default 32 KiB, where SQLite is still the faster.</summary>
    public int MaxSmallBlockBytes { get; init; } = 32 * 1024;

    /// <summary>How many bytes of blocks wait for a common sync at most. Default 512 MiB, a second or two of a disk's time.</summary>
    public long MaxPendingBytes { get; init; } = 512L * 1024 * 1024;
}
