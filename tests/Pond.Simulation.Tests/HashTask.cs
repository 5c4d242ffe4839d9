using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond.Simulation.Tests;

/// <summary>The smallest task that can be checked: a hash of the node's key and the round.</summary>
public class HashTask : PondTask
{
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.SetAsync($"{round.Number}", Compute(round.Task.Identity.StakingKey, round.Number), cancellationToken);

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"{round.Number}", cancellationToken) is { } result ? Submission.FromText(result) : null;

    public override Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) =>
        Task.FromResult(candidate.Value == Compute(candidate.Submitter, round.Number) ? Verdict.Valid : Verdict.Invalid);

    protected static string Compute(Pubkey node, Round round) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{node} {round}")));
}

/// <summary>Looks at the form alone.</summary>
public sealed class FlawedHashTask : HashTask
{
    public override Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) => Task.FromResult(Verdict.Valid);
}
