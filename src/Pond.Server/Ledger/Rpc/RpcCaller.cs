namespace Pond.Server.Ledger.Rpc;

/// <summary>What is known of who calls. The default is a caller without any rights, of no other origin.</summary>
/// <param name="IsForeign">Whether a page of another machine's site calls, which a browser tells with the Origin header.</param>
/// <param name="HasToken">Whether the call came with the network's token.</param>
internal readonly record struct RpcCaller(bool IsForeign, bool HasToken);
