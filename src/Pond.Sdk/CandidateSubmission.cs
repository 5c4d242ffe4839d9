using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>Another node's submission, to be audited.</summary>
/// <param name="Submitter">Whose.</param>
/// <param name="Value">What was submitted; it may be anything of at most 512 bytes.</param>
/// <param name="Slot">When.</param>
public sealed record CandidateSubmission(Pubkey Submitter, string Value, Slot Slot);
