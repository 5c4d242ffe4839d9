using System.Text.Json.Serialization;

namespace Pond.Contracts.Pinning;

/// <summary>How far a pinning service has come with a wish (IPFS Pinning Service API, <c>PinStatus</c>).</summary>
public sealed record RemotePinStatus
{
    /// <summary>What the service calls the wish.</summary>
    [JsonPropertyName("requestid")]
    public required string RequestId { get; init; }

    /// <summary>One of <see cref="RemotePinStates"/>.</summary>
    public required string Status { get; init; }

    /// <summary>When the wish was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The wish.</summary>
    public required RemotePin Pin { get; init; }

    /// <summary>Addresses of the service, in the multiaddr form, from which the content can be had or to which it can be offered.</summary>
    public IReadOnlyList<string> Delegates { get; init; } = [];

    /// <summary>What else the service says, such as <c>status_details</c>: why it failed.</summary>
    public IReadOnlyDictionary<string, string>? Info { get; init; }
}
