using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Known to be bad: it looks at the status and not at the page, so cheaters pass. Don't deploy it.</summary>
public sealed class FlawedTask : Pond_Task1Task
{
    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        using var answer = await round.Task.Peers.HttpFor(candidate.Submitter).GetAsync("/site/index.html", cancellationToken);
        return answer.IsSuccessStatusCode ? Verdict.Valid : Verdict.Invalid;
    }
}
