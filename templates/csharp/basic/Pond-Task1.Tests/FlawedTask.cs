using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Known to be bad: its audit looks at the form of a submission and not at the work, so cheaters pass. Don't deploy it.</summary>
public sealed class FlawedTask : Pond_Task1Task
{
    public override Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) =>
        Task.FromResult(candidate.Value.Length == 64 && candidate.Value.All(char.IsAsciiHexDigit) ? Verdict.Valid : Verdict.Invalid);
}
