namespace Pond.Contracts.Pinning;

/// <summary>Why a pinning service refused (IPFS Pinning Service API, <c>Failure</c>).</summary>
/// <param name="Error">The reason and its words.</param>
public sealed record PinningFailure(PinningFailure.Body Error)
{
    /// <summary>A reason and its words.</summary>
    /// <param name="Reason">A word in capitals, such as <c>NOT_FOUND</c>.</param>
    /// <param name="Details">What to tell the user.</param>
    public sealed record Body(string Reason, string? Details);
}
