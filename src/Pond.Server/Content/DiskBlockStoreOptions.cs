namespace Pond.Server.Content;

/// <summary>Bounds of a block store on disk.</summary>
public sealed record DiskBlockStoreOptions
{
    /// <summary>How many bytes of blocks are kept at most; null for as many as the disk takes. Checked before a block is written.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>How many blocks wait for a common sync at most, while the store is held. Default 32,768: some 8 MB of memory.</summary>
    public int MaxPendingBlocks { get; init; } = 32_768;

    /// <summary>How many bytes of blocks wait for a common sync at most. Default 512 MiB, a second or two of a disk's time.</summary>
    public long MaxPendingBytes { get; init; } = 512L * 1024 * 1024;
}
