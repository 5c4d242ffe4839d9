using Pond.Contracts.Pinning;
using Pond.Store;

namespace Pond.Server.Content.Pinning;

/// <summary>A wish of a user, as it is kept.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Root">What is to be kept.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Pin">The wish as it was sent.</param>
internal sealed record PinRequest(string Id, string Owner, Cid Root, DateTimeOffset Created, RemotePin Pin)
{
    /// <summary>One of <see cref="RemotePinStates"/>.</summary>
    internal string Status { get; init; } = RemotePinStates.Queued;

    /// <summary>Why it failed; null if it did not.</summary>
    internal string? Details { get; init; }

    /// <summary>The wish that this one replaces, whose pin ends when this one is fulfilled or has failed; null for none.</summary>
    internal string? Replaces { get; init; }

    /// <summary>What the store's pin is called.</summary>
    internal string PinName => NameOf(Id);

    internal static string NameOf(string id) => $"pinning-service/{id}";
}
