namespace Pond.Server.Ledger.Methods;

/// <summary>Where a node takes calls, as addresses with ports.</summary>
/// <param name="Rpc">Over HTTP; null for nowhere.</param>
/// <param name="PubSub">Over sockets; null for nowhere.</param>
internal sealed record NodeAddresses(string? Rpc, string? PubSub)
{
    internal static readonly NodeAddresses None = new(null, null);
}
