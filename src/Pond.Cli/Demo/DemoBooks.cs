using System.Collections.Immutable;
using System.Globalization;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Demo;

/// <summary>Closes the books of a demo: who earned and lost what, and why. Everything is read from the ledger.</summary>
internal static class DemoBooks
{
    /// <summary>One node's account.</summary>
    internal static async Task<DemoNode> CloseAsync(
        LedgerClient ledger, DemoChain chain, DemoParticipant node, CancellationToken cancellationToken)
    {
        var stake = chain.Task.Stakes.GetValueOrDefault(node.StakingKey);
        var unclaimed = chain.Task.AvailableBalances.GetValueOrDefault(node.StakingKey);
        var main = await ledger.GetBalanceAsync(node.MainKey, Commitment.Confirmed, cancellationToken);
        var staking = await ledger.GetBalanceAsync(node.StakingKey, Commitment.Confirmed, cancellationToken);

        var forWork = chain.Sum(round => round.Rewards.GetValueOrDefault(node.StakingKey));
        var forAudits = chain.Sum(round => round.AuditPay.GetValueOrDefault(node.StakingKey));
        var fromSlashes = chain.Sum(round => round.SlashShares.GetValueOrDefault(node.StakingKey));
        var slashed = chain.Sum(round => round.Slashes.GetValueOrDefault(node.StakingKey));
        var claimed = forWork + forAudits + fromSlashes - unclaimed;
        return new DemoNode(
            node.Name,
            node.StakingKey,
            node.IsCheater,
            forWork,
            forAudits,
            fromSlashes,
            slashed,
            claimed,
            stake,
            // What it was given and claimed is in its two accounts, in its stake, lost by slashes, or was paid in fees.
            node.Funded + claimed - main - staking - stake - slashed,
            Why(chain, node.StakingKey));
    }

    /// <summary>One round's line.</summary>
    internal static DemoRound ToLine(TaskRoundInfo round, int shards) => new(
        round.Round,
        shards,
        round.Submissions.Count,
        round.Outcomes.Values.Count(outcome => outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited),
        round.Outcomes.Values.Count(outcome => outcome is SubmissionOutcome.Slashed),
        round.Payout,
        DemoChain.PaidIn(round));

    private static string Why(DemoChain chain, Pubkey key)
    {
        var parts = chain.Worked
            .Where(round => round.Outcomes.ContainsKey(key))
            .GroupBy(round => round.Outcomes[key])
            .OrderBy(group => group.Key)
            .Select(group => $"{Word(group.Key)} in {Numbers(group.Select(round => round.Round))}");
        var convictions = chain.Worked
            .Where(round => round.Outcomes.GetValueOrDefault(key) is SubmissionOutcome.Slashed)
            .Select(round => round.Verdicts[key])
            .Select(verdicts => string.Create(
                CultureInfo.InvariantCulture,
                $"{verdicts.Count(given => given.Verdict is Verdict.Invalid)} of {verdicts.Length} verdicts Invalid"))
            .Distinct(StringComparer.Ordinal);
        var text = string.Join("; ", parts.Concat(convictions));
        return text.Length > 0 ? text : "submitted nothing";
    }

    private static string Word(SubmissionOutcome outcome) => outcome switch
    {
        SubmissionOutcome.Accepted => "accepted",
        SubmissionOutcome.Unaudited => "paid unaudited",
        SubmissionOutcome.Unpaid => "unpaid",
        SubmissionOutcome.Slashed => "slashed",
        _ => "pending",
    };

    private static string Numbers(IEnumerable<Round> rounds)
    {
        var numbers = rounds.Select(round => round.ToString()).ToImmutableArray();
        return $"{(numbers.Length == 1 ? "round" : "rounds")} {string.Join(", ", numbers)}";
    }
}

/// <summary>One of the demo's nodes, as the books know it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MainKey">Who pays its fees and gets its rewards.</param>
/// <param name="StakingKey">Under which key it takes part.</param>
/// <param name="IsCheater">Whether the demo made it a cheater.</param>
/// <param name="Funded">What the faucet gave it.</param>
internal sealed record DemoParticipant(string Name, Pubkey MainKey, Pubkey StakingKey, bool IsCheater, Lamports Funded);
