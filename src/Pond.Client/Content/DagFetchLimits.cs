namespace Pond.Client.Content;

/// <summary>Where fetching the content of a stranger stops.</summary>
public sealed record DagFetchLimits
{
    /// <summary>How many bytes of blocks are fetched at most. Default 10 GiB: more than any proof, executable or result.</summary>
    public long MaxBytes { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary>How many blocks are fetched at most. Default one million, whose CIDs are some 100 MB of memory.</summary>
    public int MaxBlocks { get; init; } = 1_000_000;

    /// <summary>How many blocks are asked for at one time. Default 8: at 2 MiB each that is 16 MiB of memory.</summary>
    public int Parallelism { get; init; } = 8;
}
