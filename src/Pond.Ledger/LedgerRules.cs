namespace Pond.Ledger;

/// <summary>How a ledger's tasks are audited; named in its genesis and never changed.</summary>
public enum LedgerRules
{
    /// <summary>No rules; never valid.</summary>
    None = 0,

    /// <summary>Koii's own rules for every task, whatever its variables say: each is a legacy task of docs/protocol/consensus.md.</summary>
    Koii = 1,

    /// <summary>The rules of docs/protocol/consensus.md.</summary>
    Pond1 = 2,
}
