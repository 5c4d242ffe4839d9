using Pond.Primitives.Tasks;

namespace Pond.Ledger.Consensus;

/// <summary>What the verdicts on one submission come to.</summary>
/// <param name="Outcome">What becomes of the submission.</param>
/// <param name="Ruling">What becomes of the objection.</param>
/// <param name="Right">The verdict that auditors are paid for.</param>
public readonly record struct Judgement(SubmissionOutcome Outcome, ObjectionRuling Ruling, Verdict Right);
