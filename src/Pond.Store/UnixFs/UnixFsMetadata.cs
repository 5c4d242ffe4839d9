namespace Pond.Store.UnixFs;

/// <summary>What a file system knows about a file besides its content. Optional, and not written unless given.</summary>
/// <param name="Mode">The permission bits, <c>0o7777</c> at most; null if unknown.</param>
/// <param name="ModifiedSeconds">Seconds since the Unix epoch, negative before it; null if unknown.</param>
/// <param name="ModifiedNanoseconds">The rest of the time, 0 to 999,999,999.</param>
public sealed record UnixFsMetadata(uint? Mode = null, long? ModifiedSeconds = null, uint ModifiedNanoseconds = 0)
{
    /// <summary>Nothing is known.</summary>
    public static UnixFsMetadata None { get; } = new();

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => Mode is null && ModifiedSeconds is null;
}
