using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>What became of a transaction that landed; one entry of <c>getSignatureStatuses</c>.</summary>
/// <param name="Slot">In which slot it landed.</param>
/// <param name="Confirmations">How many blocks lie on top while it is not final; null as soon as it is.</param>
/// <param name="Err">Why it failed; null if it succeeded. A failed one has landed and paid its fee.</param>
/// <param name="ConfirmationStatus">How settled its block is.</param>
public sealed record SignatureStatus(
    Slot Slot,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ulong? Confirmations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TransactionFailure? Err,
    Commitment ConfirmationStatus)
{
    /// <summary>The same as <see cref="Err"/> in the form of old clients.</summary>
    public TransactionResultAnswer Status => new(Err);
}
