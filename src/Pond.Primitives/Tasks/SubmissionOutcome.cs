namespace Pond.Primitives.Tasks;

/// <summary>What became of a submission.</summary>
public enum SubmissionOutcome
{
    /// <summary>The audits are not over.</summary>
    Pending = 0,

    /// <summary>Enough counted Valid verdicts, and no objection was upheld: it is paid.</summary>
    Accepted = 1,

    /// <summary>The round's only submission, which nobody could audit: it is paid, and shown as unaudited.</summary>
    Unaudited = 2,

    /// <summary>Too few Valid verdicts, or more Invalid than Valid votes but not enough of them to slash: not paid.</summary>
    Unpaid = 3,

    /// <summary>An objection was upheld by the required majority: not paid, and stake is lost.</summary>
    Slashed = 4,
}
