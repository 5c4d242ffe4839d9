using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Policies;

namespace Pond_Task1;

/// <summary>Each node extends a chain of hashes that begins with its own key and the round. Replace it by work that is worth something.</summary>
public class Pond_Task1Task : PondTask
{
    private const int Steps = 1_000;

    // The work is the same on every machine, so an auditor computes it anew and compares.
    private static readonly AuditPolicy<string> Audit = AuditPolicy.ExactMatch<string>(StringComparer.Ordinal);

    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var result = Compute(round.Task.Identity.StakingKey, round.Number);
        // Into the store: the process may be restarted before the submission is asked for.
        await round.Task.Store.SetAsync($"result-{round.Number}", result, cancellationToken);
        round.Task.Log.Info($"Round {round.Number}: {result}");
    }

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"result-{round.Number}", cancellationToken) is { } result ? Submission.FromText(result) : null;

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken) =>
        await Audit.JudgeAsync(
            new(candidate.Value, _ => ValueTask.FromResult(Compute(candidate.Submitter, round.Number))), cancellationToken);

    private static string Compute(Pubkey node, Round round)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{node} {round}"));
        for (var step = 0; step < Steps; step++)
        {
            hash = SHA256.HashData(hash);
        }

        return Convert.ToHexStringLower(hash);
    }
}
