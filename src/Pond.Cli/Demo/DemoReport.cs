using System.Collections.Immutable;
using Pond.Cli.Search;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Demo;

/// <summary>What came out of a demo: the table at its end and the output of <c>--json</c>.</summary>
internal sealed record DemoReport
{
    /// <summary>The version of this shape; it grows when a member changes its meaning.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Whether every check holds, which decides the exit code.</summary>
    public bool Ok => Checks.All(check => check.Ok);

    /// <summary>The task's id.</summary>
    public required Pubkey Task { get; init; }

    /// <summary>What was indexed.</summary>
    public required DemoCorpus Corpus { get; init; }

    /// <summary>How submissions were audited.</summary>
    public required DemoAudit Audit { get; init; }

    /// <summary>The rounds in which something was submitted.</summary>
    public required ImmutableArray<DemoRound> Rounds { get; init; }

    /// <summary>The nodes, in the order of their numbers.</summary>
    public required ImmutableArray<DemoNode> Nodes { get; init; }

    /// <summary>All tokens before and after.</summary>
    public required DemoConservation Conservation { get; init; }

    /// <summary>The CID of the merged index.</summary>
    public required string Index { get; init; }

    /// <summary>What must hold, and whether it does.</summary>
    public required ImmutableArray<DemoCheck> Checks { get; init; }

    /// <summary>Example searches on the merged index.</summary>
    public required ImmutableArray<DemoSearch> Searches { get; init; }

    /// <summary>How long it all took.</summary>
    public required double Seconds { get; init; }
}

/// <summary>What was indexed.</summary>
/// <param name="Folder">Where it lay.</param>
/// <param name="Cid">Its CID in the store.</param>
/// <param name="Files">How many files were read.</param>
/// <param name="SkippedFiles">How many were not: binary or unreadable ones.</param>
/// <param name="Documents">How many documents they hold.</param>
/// <param name="Shards">Into how many shards they were divided.</param>
/// <param name="SizeBytes">Their size.</param>
internal sealed record DemoCorpus(
    string Folder, string Cid, int Files, int SkippedFiles, int Documents, int Shards, long SizeBytes);

/// <summary>How submissions were audited.</summary>
/// <param name="AuditorsPerSubmission">How many nodes audit a submission.</param>
/// <param name="SampleDocuments">How many documents of the largest submission one auditor recomputed.</param>
/// <param name="OfDocuments">How many documents that submission has.</param>
/// <param name="MissProbability">With which probability one auditor alone misses a lie about 5 % of the documents, at most.</param>
internal sealed record DemoAudit(int AuditorsPerSubmission, int SampleDocuments, int OfDocuments, double MissProbability);

/// <summary>One round.</summary>
/// <param name="Round">Its number.</param>
/// <param name="Shards">How many shards it was to cover.</param>
/// <param name="Submissions">How many submissions came.</param>
/// <param name="Accepted">How many of them were accepted.</param>
/// <param name="Slashed">How many of them were slashed.</param>
/// <param name="Payout">Where its payout stands.</param>
/// <param name="Paid">What it paid for work and for audits.</param>
internal sealed record DemoRound(
    Round Round, int Shards, int Submissions, int Accepted, int Slashed, PayoutRecord Payout, Lamports Paid);

/// <summary>One node's balance.</summary>
/// <param name="Name">Its name.</param>
/// <param name="StakingKey">The key under which it took part.</param>
/// <param name="IsCheater">Whether the demo made it a cheater.</param>
/// <param name="ForWork">What it earned by accepted submissions.</param>
/// <param name="ForAudits">What it earned by audits.</param>
/// <param name="FromSlashes">What others' slashes brought it: an objector's and a juror's share, or a false accuser's bond.</param>
/// <param name="Slashed">What it lost of its stake.</param>
/// <param name="Claimed">What of its earnings is in its own account.</param>
/// <param name="Stake">What it has at stake at the end.</param>
/// <param name="Fees">What its transactions cost it.</param>
/// <param name="Why">In words: the rounds in which it was accepted, slashed or absent.</param>
internal sealed record DemoNode(
    string Name,
    Pubkey StakingKey,
    bool IsCheater,
    Lamports ForWork,
    Lamports ForAudits,
    Lamports FromSlashes,
    Lamports Slashed,
    Lamports Claimed,
    Lamports Stake,
    Lamports Fees,
    string Why);

/// <summary>All tokens: what there was is what there is, plus the fees that were burnt.</summary>
/// <param name="Before">At genesis.</param>
/// <param name="After">In all accounts at the end, the burn account included.</param>
/// <param name="FeesBurnt">Fees that left the supply.</param>
internal sealed record DemoConservation(Lamports Before, Lamports After, Lamports FeesBurnt);

/// <summary>One thing that must hold.</summary>
/// <param name="Name">What.</param>
/// <param name="Ok">Whether it does.</param>
/// <param name="Detail">The figures, or what is wrong.</param>
internal sealed record DemoCheck(string Name, bool Ok, string Detail);

/// <summary>An example search.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="Hits">The best answers.</param>
internal sealed record DemoSearch(string Query, ImmutableArray<FoundDocument> Hits);
