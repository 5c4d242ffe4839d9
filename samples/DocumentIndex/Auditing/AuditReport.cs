namespace DocumentIndex;

/// <summary>What an audit found.</summary>
/// <param name="Verdict">The answer.</param>
/// <param name="Reason">What it rests on, as one sentence for the operator and for the accused.</param>
public sealed record AuditReport(AuditVerdict Verdict, string Reason);

/// <summary>An auditor's answer.</summary>
public enum AuditVerdict
{
    /// <summary>An answer that nobody gave.</summary>
    None = 0,

    /// <summary>All that was recomputed is as it was submitted.</summary>
    Valid = 1,

    /// <summary>The submission is not what its shards give, whoever looks at it.</summary>
    Invalid = 2,

    /// <summary>Something could not be read. That accuses nobody.</summary>
    Abstain = 3,
}
