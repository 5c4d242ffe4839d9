namespace Pond.Server.Content.Rpc;

/// <summary>A call that cannot be answered, in the words that clients of Kubo know.</summary>
internal sealed class RpcFailure(string message, bool isOfClient = false) : Exception(message)
{
    /// <summary>Whether the request was wrong (code 1, status 400) and not what it asked for (code 0, status 500).</summary>
    internal bool IsOfClient { get; } = isOfClient;
}
