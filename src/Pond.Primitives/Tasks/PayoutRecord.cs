namespace Pond.Primitives.Tasks;

/// <summary>Where a round's payout stands: <c>distributions_audit_record</c> on the wire, by these names in PascalCase.</summary>
public enum PayoutRecord
{
    /// <summary>Nothing decided: no list yet, or a list whose audit or payout is still to come.</summary>
    Uninitialized = 0,

    /// <summary>The round is paid. Final.</summary>
    PayoutSuccessful = 1,

    /// <summary>No list came or each was rejected. A newly selected node may try again while attempts are left.</summary>
    PayoutFailed = 2,
}
