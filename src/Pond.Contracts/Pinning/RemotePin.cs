namespace Pond.Contracts.Pinning;

/// <summary>What a pinning service is asked to keep (IPFS Pinning Service API, <c>Pin</c>).</summary>
public sealed record RemotePin
{
    /// <summary>The root; everything below it is kept as well.</summary>
    public required string Cid { get; init; }

    /// <summary>What the one who asks calls it; at most 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Where the content can be had: addresses in the multiaddr form, at most 20.</summary>
    public IReadOnlyList<string>? Origins { get; init; }

    /// <summary>What the one who asks wants to remember about it, as texts.</summary>
    public IReadOnlyDictionary<string, string>? Meta { get; init; }
}
