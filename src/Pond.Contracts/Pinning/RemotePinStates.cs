namespace Pond.Contracts.Pinning;

/// <summary>The words for how far a pinning service has come.</summary>
public static class RemotePinStates
{
    /// <summary>It has heard of it.</summary>
    public const string Queued = "queued";

    /// <summary>It is fetching the content.</summary>
    public const string Pinning = "pinning";

    /// <summary>It has everything and keeps it.</summary>
    public const string Pinned = "pinned";

    /// <summary>It has given up.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Queued, Pinning, Pinned, Failed];
}
