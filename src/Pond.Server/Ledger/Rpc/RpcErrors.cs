using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger.Rpc;

/// <summary>The errors that several methods share, in the wire's words.</summary>
internal static class RpcErrors
{
    internal static RpcException ParseError() => new(RpcErrorCodes.ParseError, "Parse error");

    internal static RpcException InvalidRequest() => new(RpcErrorCodes.InvalidRequest, "Invalid request");

    internal static RpcException UnsupportedProtocol() =>
        new(RpcErrorCodes.InvalidRequest, "Unsupported JSON-RPC protocol version");

    internal static RpcException BatchTooLong() =>
        new(RpcErrorCodes.InvalidRequest, "The answer to this batch is too long already. Ask for the rest on its own.");

    internal static RpcException MethodNotFound() => new(RpcErrorCodes.MethodNotFound, "Method not found");

    internal static RpcException InternalError() => new(RpcErrorCodes.InternalError, "Internal error");

    internal static RpcException InvalidParams(string message, object? data = null) =>
        new(RpcErrorCodes.InvalidParams, message, data);

    internal static RpcException SignatureFailure() =>
        new(RpcErrorCodes.SignatureVerificationFailure, "Transaction signature verification failure");

    /// <summary>A signature inside of an instruction does not hold. The wire shows the error as Rust prints it.</summary>
    internal static RpcException PrecompileFailure(TransactionError error) => new(
        RpcErrorCodes.PrecompileVerificationFailure,
        $"Transaction precompile verification failure {error.Kind}({error.Index}, Custom({error.Instruction?.Custom}))");

    internal static RpcException NotFound(string message) => new(RpcErrorCodes.NotFound, message);

    /// <summary>The ledger takes no transactions any more, and why.</summary>
    internal static RpcException Stopped(PondException failure) => new(
        RpcErrorCodes.NodeUnhealthy, $"Node is unhealthy: {failure.Message} {failure.Fix}", new { numSlotsBehind = (ulong?)null });

    /// <summary>The node has too much to do now; the same call may succeed in a second.</summary>
    internal static RpcException Busy(string why) => new(
        RpcErrorCodes.NodeUnhealthy, $"Node is busy: {why}. Try again in a second.", new { numSlotsBehind = (ulong?)null });

    /// <summary>The program has too many accounts to look through all of them.</summary>
    internal static RpcException TooManyAccounts(Pubkey program, int maxScanned) => new(
        RpcErrorCodes.ExcludedFromIndex,
        $"{program} excluded from account secondary indexes; this RPC method unavailable for key. It has more than {maxScanned} accounts: add a memcmp filter at offset 0.");

    /// <summary>The answer is longer than any may be.</summary>
    internal static RpcException AnswerTooLong(long maxBytes) => new(
        RpcErrorCodes.ScanError,
        $"scan aborted: The accumulated scan results exceeded the limit: making the answer takes more than {maxBytes} bytes. Ask for fewer accounts, with filters, or for less of each with dataSlice.");

    internal static RpcException MinContextSlotNotReached(Slot slot) =>
        new(RpcErrorCodes.MinContextSlotNotReached, "Minimum context slot has not been reached", new { contextSlot = slot });

    internal static RpcException BlockNotAvailable(Slot slot) =>
        new(RpcErrorCodes.BlockNotAvailable, $"Block not available for slot {slot}");

    internal static RpcException BlockCleanedUp(Slot slot, Slot first) => new(
        RpcErrorCodes.BlockCleanedUp, $"Block {slot} cleaned up, does not exist on node. First available block: {first}");

    internal static RpcException SlotSkipped(Slot slot) => new(
        RpcErrorCodes.SlotSkipped, $"Slot {slot} was skipped, or missing due to ledger jump to recent snapshot");

    internal static RpcException NoSnapshot() => new(RpcErrorCodes.NoSnapshot, "No snapshot");

    internal static RpcException UnsupportedTransactionVersion(int version) => new(
        RpcErrorCodes.UnsupportedTransactionVersion,
        $"Transaction version ({version}) is not supported by the requesting client. Please try the request again with the following "
            + $"configuration parameter: \"maxSupportedTransactionVersion\": {version}");
}
