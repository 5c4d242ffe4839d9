using System.Text.Json;
using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Known to be bad: it looks at the form of an answer and not at the ledger, so cheaters pass. Don't deploy it.</summary>
public sealed class FlawedTask : Pond_Task1Task
{
    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        using var answer = JsonDocument.Parse(await round.Task.Peers.HttpFor(candidate.Submitter).GetStringAsync("/blocks/1", cancellationToken));
        return answer.RootElement.TryGetProperty("hash", out _) ? Verdict.Valid : Verdict.Invalid;
    }
}
