using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Known to be bad: it looks at the form of a snapshot and at no signature, so forgers pass. Don't deploy it.</summary>
public sealed class FlawedTask : Pond_Task1Task
{
    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) =>
        TryParse(await round.Task.Content.ReadAllAsync(candidate.Value, maxBytes: 1_000_000, cancellationToken), out _)
            ? Verdict.Valid
            : Verdict.Invalid;
}
