namespace Pond.Contracts.Rpc;

/// <summary>The error codes of K2's JSON-RPC; clients match on them, so a number never changes its meaning.</summary>
public static class RpcErrorCodes
{
    /// <summary>The body is no JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>The JSON is no request, or this ledger does not offer what it asks for.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>No method has this name.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>A parameter is missing, of the wrong type, or not what it should stand for.</summary>
    public const int InvalidParams = -32602;

    /// <summary>The ledger failed; the request may have been fine.</summary>
    public const int InternalError = -32603;

    /// <summary>What was asked for does not exist (a stake, a round); the message says what.</summary>
    public const int NotFound = -32000;

    /// <summary>The block is older than the history that the ledger keeps.</summary>
    public const int BlockCleanedUp = -32001;

    /// <summary>The transaction was tried out and failed; data holds the error and the logs. It was not sent on.</summary>
    public const int PreflightFailure = -32002;

    /// <summary>A signature of the transaction does not hold.</summary>
    public const int SignatureVerificationFailure = -32003;

    /// <summary>There is no block for the slot.</summary>
    public const int BlockNotAvailable = -32004;

    /// <summary>The ledger is behind or overloaded. The same request may succeed later.</summary>
    public const int NodeUnhealthy = -32005;

    /// <summary>A signature that one of the transaction's instructions carries does not hold.</summary>
    public const int PrecompileVerificationFailure = -32006;

    /// <summary>The program has more accounts than are looked through for one question; one that begins with known bytes may be answered.</summary>
    public const int ExcludedFromIndex = -32010;

    /// <summary>The answer has more than the node gives at once; a narrower question may be answered.</summary>
    public const int ScanError = -32012;

    /// <summary>The slot passed without a block.</summary>
    public const int SlotSkipped = -32007;

    /// <summary>There is no snapshot to be fetched.</summary>
    public const int NoSnapshot = -32008;

    /// <summary>A transaction is of a version that the caller did not say to know.</summary>
    public const int UnsupportedTransactionVersion = -32015;

    /// <summary>The power over a local network is not this caller's: the message says why.</summary>
    public const int PowerRefused = -32050;

    /// <summary>The ledger has not reached the caller's <c>minContextSlot</c>. The same request may succeed later.</summary>
    public const int MinContextSlotNotReached = -32016;
}
