using Pond.Contracts.Rpc;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.PubSub;

/// <summary>The errors of subscriptions, in the wire's words.</summary>
internal static class PubSubErrors
{
    internal static RpcException Invalid(string what) => RpcErrors.InvalidParams($"Invalid Request: Invalid {what} provided");

    internal static RpcException InvalidId() => RpcErrors.InvalidParams("Invalid subscription id.");

    /// <summary>There is no room for another one.</summary>
    /// <param name="whose"><c>Node</c> or <c>Connection</c>.</param>
    internal static RpcException TooManySubscriptions(string whose) =>
        new(RpcErrorCodes.InternalError, $"Internal Error: Subscription refused. {whose} subscription limit reached");
}
