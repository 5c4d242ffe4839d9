using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond.Cli.Bench;

/// <summary>The basic template's work in small: a hash of the node's key and the round, so that what is measured is the network and not the work.</summary>
internal sealed class ChainTask : PondTask
{
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.SetAsync($"{round.Number}", Compute(round.Task.Identity.StakingKey, round.Number), cancellationToken);

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"{round.Number}", cancellationToken) is { } result ? Submission.FromText(result) : null;

    public override Task<Verdict> ValidateSubmissionAsync(RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) =>
        Task.FromResult(candidate.Value == Compute(candidate.Submitter, round.Number) ? Verdict.Valid : Verdict.Invalid);

    private static string Compute(Pubkey node, Round round) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{node} {round}")));
}
