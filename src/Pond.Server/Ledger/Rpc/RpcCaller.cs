namespace Pond.Server.Ledger.Rpc;

/// <summary>What is known of who calls, and what he may still take. The default is a caller without any rights, of no other origin, without limits.</summary>
/// <param name="IsForeign">Whether a page of another machine's site calls, which a browser tells with the Origin header.</param>
/// <param name="HasToken">Whether the call came with the network's token.</param>
internal readonly record struct RpcCaller(bool IsForeign, bool HasToken)
{
    /// <summary>How many calls his connection may make; null for any number.</summary>
    internal CallRate? Rate { get; init; }

    /// <summary>How much memory his answer may take; null for any.</summary>
    internal AnswerBudget.Lease? Lease { get; init; }
}
