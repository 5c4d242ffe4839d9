using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk;

/// <summary>The round for which a function is called.</summary>
/// <param name="Task">What the task gets from its node.</param>
/// <param name="Number">The round of the work. In round r a node works for r, submits and audits r - 1, and pays r - 2.</param>
/// <param name="Phase">Why the function is called.</param>
/// <param name="IsPreviousRoundFailed">Whether the payout of the round before failed.</param>
public sealed record RoundContext(ITaskContext Task, Round Number, TaskPhase Phase, bool IsPreviousRoundFailed)
{
    /// <summary>What the ledger knows of this round.</summary>
    /// <exception cref="PondException"><c>round-gone</c>: the ledger no longer has it.</exception>
    public async ValueTask<TaskRoundInfo> GetInfoAsync(CancellationToken cancellationToken) =>
        await Task.State.GetRoundAsync(Number, cancellationToken)
        ?? throw new PondException(
            "round-gone", $"The ledger no longer has round {Number}.", "Nothing can be done for a round that is over.");

    /// <summary>Random numbers for this node's audit of a candidate: nobody can foresee them before the submissions are in.</summary>
    /// <remarks>
    /// They come from the beacon that draws the auditors, this node's key and the candidate's, so each auditor checks other parts, and one that
    /// is asked twice checks the same.
    /// </remarks>
    /// <exception cref="PondException"><c>beacon-missing</c>: the beacon's block is not there yet. <c>round-gone</c>.</exception>
    public async ValueTask<DeterministicRandom> GetAuditRandomAsync(Pubkey candidate, CancellationToken cancellationToken)
    {
        var beacon = (await GetInfoAsync(cancellationToken)).AuditBeacon
            ?? throw new PondException(
                "beacon-missing",
                $"The beacon that draws the samples of round {Number} is not there yet.",
                "Audit after the beacon's slot.",
                isTransient: true);
        byte[] seed = [.. Convert.FromHexString(beacon), .. Task.Identity.StakingKey.Bytes.ToArray(), .. candidate.Bytes.ToArray()];
        return DeterministicRandom.ForStream(seed, "audit-sample");
    }
}
