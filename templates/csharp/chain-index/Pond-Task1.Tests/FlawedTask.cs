using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Known to be bad: it always checks the same part, so cheaters need to do only that one. Don't deploy it.</summary>
public sealed class FlawedTask : Pond_Task1Task
{
    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        var first = (await SlotsOfAsync(round, cancellationToken))!.First;
        var claimed = await round.Task.Content.ReadAllAsync($"{candidate.Value}/{NameOf(first)}", maxBytes: 1_000_000, cancellationToken);
        var own = await IndexAsync(round.Task, first, cancellationToken);
        return System.Text.Encoding.UTF8.GetString(claimed) == own ? Verdict.Valid : Verdict.Invalid;
    }
}
