namespace Pond.Ledger.Consensus;

/// <summary>What the seats made of an objection.</summary>
public enum ObjectionRuling
{
    /// <summary>There was no objection.</summary>
    None = 0,

    /// <summary>More seats said Invalid than Valid: the submission is not paid.</summary>
    Upheld = 1,

    /// <summary>A clear majority said Valid: the objector loses the bond.</summary>
    Overruled = 2,

    /// <summary>Neither: the bond returns, and the submission is judged by its audits alone.</summary>
    Undecided = 3,
}
