namespace Pond.Ledger;

/// <summary>Where a transaction landed.</summary>
/// <param name="Slot">Its block's slot.</param>
/// <param name="Error">Why it failed; null if it succeeded.</param>
public sealed record TransactionStatus(Slot Slot, TransactionError? Error);
