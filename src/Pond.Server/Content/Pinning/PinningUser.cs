namespace Pond.Server.Content.Pinning;

/// <summary>Somebody for whom a node keeps content.</summary>
/// <param name="Name">What he is called here; the owner of his pins, against whose quota they count.</param>
/// <param name="Token">The secret by which he is known.</param>
public sealed record PinningUser(string Name, string Token)
{
    /// <summary>How many wishes he may have at one time. Default 10,000.</summary>
    public int MaxRequests { get; init; } = 10_000;
}
