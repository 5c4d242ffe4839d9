using Pond.Store;

namespace Pond.Server.Content;

/// <summary>Someone's wish that content stays.</summary>
/// <param name="Root">What stays.</param>
/// <param name="Name">Why, such as a task and a round; may be empty. One root may have several pins of different names.</param>
public sealed record Pin(Cid Root, string Name)
{
    /// <summary>Whether everything below the root stays as well.</summary>
    public PinKind Kind { get; init; } = PinKind.Recursive;

    /// <summary>Whose wish it is, and against whose quota it counts; empty for the operator himself.</summary>
    public string Owner { get; init; } = "";

    /// <summary>When it ends by itself, to the millisecond; null if it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The size of the blocks that it keeps, each counted once. Set by the store when it pins.</summary>
    public long SizeBytes { get; init; }
}
