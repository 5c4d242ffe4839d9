using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Known to be bad: it believes every claim that has the right form, so cheaters pass. Don't deploy it.</summary>
public sealed class FlawedTask : Pond_Task1Task
{
    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) =>
        PageFacts.Parse(await round.Task.Content.ReadAllAsync(candidate.Value, PageFacts.MaxJsonBytes, cancellationToken)) is null
            ? Verdict.Invalid
            : Verdict.Valid;
}
