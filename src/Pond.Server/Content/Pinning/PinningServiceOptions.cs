using Pond.Client.Content;

namespace Pond.Server.Content.Pinning;

/// <summary>What a pinning service does, and for whom.</summary>
public sealed record PinningServiceOptions
{
    /// <summary>Whom content is kept for. How many bytes each may have, <see cref="ContentStoreOptions.MaxBytesByOwner"/> says.</summary>
    public required IReadOnlyList<PinningUser> Users { get; init; }

    /// <summary>Gateways that are asked for content besides the origins that a wish names. Default none.</summary>
    public IReadOnlyList<Uri> Sources { get; init; } = [];

    /// <summary>The addresses under which others reach this node's gateway, in the multiaddr form, which are told to users.</summary>
    public IReadOnlyList<string> Delegates { get; init; } = [];

    /// <summary>How origins and sources are asked.</summary>
    public PeerBlockSourceOptions Fetching { get; init; } = new();

    /// <summary>How large one wish may be, beyond its user's quota. Default: <see cref="DagFetchLimits"/>' own limits.</summary>
    public DagFetchLimits Limits { get; init; } = new();

    /// <summary>How many wishes are fulfilled at one time. Default 4.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>How long one wish may take before it has failed. Default an hour.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);
}
