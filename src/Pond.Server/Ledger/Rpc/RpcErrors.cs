using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Server.Ledger.Rpc;

/// <summary>The errors that several methods share, in the wire's words.</summary>
internal static class RpcErrors
{
    internal static RpcException ParseError() => new(RpcErrorCodes.ParseError, "Parse error");

    internal static RpcException InvalidRequest() => new(RpcErrorCodes.InvalidRequest, "Invalid request");

    internal static RpcException UnsupportedProtocol() =>
        new(RpcErrorCodes.InvalidRequest, "Unsupported JSON-RPC protocol version");

    internal static RpcException MethodNotFound() => new(RpcErrorCodes.MethodNotFound, "Method not found");

    internal static RpcException InternalError() => new(RpcErrorCodes.InternalError, "Internal error");

    internal static RpcException InvalidParams(string message, object? data = null) =>
        new(RpcErrorCodes.InvalidParams, message, data);

    internal static RpcException NotFound(string message) => new(RpcErrorCodes.NotFound, message);

    /// <summary>The ledger takes no transactions any more, and why.</summary>
    internal static RpcException Stopped(PondException failure) => new(
        RpcErrorCodes.NodeUnhealthy, $"Node is unhealthy: {failure.Message} {failure.Fix}", new { numSlotsBehind = (ulong?)null });

    internal static RpcException MinContextSlotNotReached(Slot slot) =>
        new(RpcErrorCodes.MinContextSlotNotReached, "Minimum context slot has not been reached", new { contextSlot = slot });
}
