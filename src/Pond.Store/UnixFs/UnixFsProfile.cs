using System.Numerics;

namespace Pond.Store.UnixFs;

/// <summary>How content is cut into blocks. The same content has the same root only under the same profile (IPIP-0499).</summary>
public sealed record UnixFsProfile
{
    /// <summary>The largest chunk: a block of 2 MiB less room for the node around it.</summary>
    public const int MaxChunkBytes = Block.MaxSizeBytes - 256;

    /// <summary>The default everywhere in Pond: CIDv1, raw leaves of 1 MiB, 1,024 links a node.</summary>
    public static UnixFsProfile V1Of2025 { get; } = new();

    /// <summary>The default of Kubo since 2015: CIDv0, dag-pb leaves of 256 KiB, 174 links a node.</summary>
    public static UnixFsProfile V0Of2015 { get; } = new()
    {
        CidVersion = 0,
        HasRawLeaves = false,
        ChunkBytes = 256 * 1024,
        MaxLinks = 174,
        DirectoryEstimate = DirectorySizeEstimate.LinksBytes,
    };

    /// <summary>0 or 1. Raw leaves have version 1 under either.</summary>
    public int CidVersion { get; init; } = 1;

    /// <summary>Whether chunks are blocks of their own bytes alone, or wrapped in a node.</summary>
    public bool HasRawLeaves { get; init; } = true;

    /// <summary>The size of each chunk but the last, 1 to <see cref="MaxChunkBytes"/>.</summary>
    public int ChunkBytes { get; init; } = 1024 * 1024;

    /// <summary>How many links a node of a file has at most; at least 2.</summary>
    public int MaxLinks { get; init; } = 1024;

    /// <summary>How many buckets the shards of large directories have: a power of 2 from 8 to 1,024.</summary>
    public int HamtFanout { get; init; } = 256;

    /// <summary>A directory is sharded if its estimate is larger than this many bytes.</summary>
    public int HamtThresholdBytes { get; init; } = 256 * 1024;

    /// <summary>What is compared with <see cref="HamtThresholdBytes"/>.</summary>
    public DirectorySizeEstimate DirectoryEstimate { get; init; } = DirectorySizeEstimate.BlockBytes;

    /// <summary>Checks every setting before the first block is written.</summary>
    /// <exception cref="ArgumentException">A setting is outside of its range.</exception>
    internal static void Validate(UnixFsProfile profile)
    {
        var wrong =
            profile.CidVersion is not (0 or 1) ? $"CID version {profile.CidVersion} is neither 0 nor 1."
            : profile.ChunkBytes is < 1 or > MaxChunkBytes ? $"A chunk has 1 to {MaxChunkBytes} bytes, not {profile.ChunkBytes}."
            : profile.MaxLinks < 2 ? $"A node of a file needs room for two links, not {profile.MaxLinks}."
            : profile.HamtThresholdBytes < 0 ? $"A directory cannot be larger than {profile.HamtThresholdBytes} bytes."
            : profile.HamtFanout is < 8 or > 1024 || !BitOperations.IsPow2(profile.HamtFanout)
                ? $"The fan-out of a sharded directory is a power of 2 from 8 to 1024, not {profile.HamtFanout}."
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException(wrong, nameof(profile));
        }
    }
}
