namespace Pond.Contracts.Rpc;

/// <summary>How settled a state must be to be answered from. Each level includes the ones after it.</summary>
public enum Commitment
{
    /// <summary>All that the ledger has executed, the block that is being filled included.</summary>
    Processed = 0,

    /// <summary>A block that two thirds of the stake have voted for; with one producer, a sealed block.</summary>
    Confirmed = 1,

    /// <summary>A block that cannot be undone; with one producer, a sealed block. The default of the wire.</summary>
    Finalized = 2,
}
