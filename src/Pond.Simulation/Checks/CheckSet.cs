using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Simulation.Reports;

namespace Pond.Simulation.Checks;

/// <summary>What must be so after every step, whoever is dishonest and whatever fails.</summary>
internal sealed class CheckSet(SimulationWorld world)
{
    private const int MaxViolations = 50;

    // Below it the rules promise that no honest node loses anything and that every round is paid.
    private const int PromisedShareOneIn = 3;

    private readonly List<Violation> _violations = [];
    private readonly SortedDictionary<Round, SimulatedRound> _rounds = [];
    private readonly SortedDictionary<Round, ImmutableSortedDictionary<Pubkey, Lamports>> _paid = [];
    private Lamports _supply;
    private Lamports _bounty;
    private bool _isPromised;

    internal ImmutableArray<Violation> Violations => [.. _violations];

    /// <summary>The rounds that were looked at, settled or not at the end.</summary>
    internal ImmutableArray<SimulatedRound> Rounds => [.. _rounds.Values];

    internal void Begin()
    {
        var bank = world.Ledger.Bank;
        _supply = bank.TotalLamports + bank.FeesBurnt;
        _bounty = bank.GetTask(world.Task.Task)!.TotalBounty;
        var dishonest = world.Nodes.Count(node => !node.Plan.IsHonest && !(node.Adversary?.IsHonestAtHeart ?? false));
        _isPromised = dishonest * PromisedShareOneIn < world.Nodes.Length;
    }

    internal void Report(string check, string message)
    {
        if (_violations.Count < MaxViolations)
        {
            _violations.Add(new(check, world.SlotNow, message));
        }
    }

    internal void OnTransaction(TransactionResult result)
    {
        var bank = world.Ledger.Bank;
        if (bank.TotalLamports + bank.FeesBurnt != _supply)
        {
            Report("conservation", $"Transaction {result.Transaction.Id} made or destroyed lamports: there were {_supply}, and there are {bank.TotalLamports + bank.FeesBurnt}.");
        }
    }

    internal void OnBlock(Block block, Bank bank)
    {
        if (!world.Options.AreNodesMany)
        {
            Recount(bank);
        }
    }

    internal void OnRecovered(ulong confirmedHeight, bool isConfirmedThere, Bank bank)
    {
        if (bank.BlockHeight < confirmedHeight)
        {
            Report("durability", $"Block {confirmedHeight} was confirmed, and after a crash the ledger ends with block {bank.BlockHeight}.");
        }
        else if (!isConfirmedThere)
        {
            Report("durability", $"Block {confirmedHeight} was confirmed, and after a crash there is another one in its place.");
        }
    }

    /// <summary>Looks at what rounds have come to; called at every round's beginning.</summary>
    internal void OnRoundBegins(Round current)
    {
        if (!world.Ledger.IsUp)
        {
            return;
        }

        Recount(world.Ledger.Bank);
        var oldest = _rounds.Values.FirstOrDefault(round => !round.IsSettled)?.Number ?? new Round((_rounds.Count > 0 ? _rounds.Keys.Last().Value : 0) + 1);
        for (var number = oldest; number.Value + 2 <= current.Value && number <= world.LastRound; number += 1)
        {
            if (_rounds.TryGetValue(number, out var known) && known.IsSettled)
            {
                continue;
            }

            if (world.Ledger.ReadRound(number) is { } info)
            {
                Take(info);
            }
        }

        CheckProgress(current);
        CheckBounty();
    }

    internal void AtEnd(Round current)
    {
        OnRoundBegins(current);
        if (world.Ledger.IsUp && world.Ledger.ReplayFromDisk() is { } hash && hash != world.Ledger.Bank.LatestBlock.Hash)
        {
            Report("replay", $"The blocks on the disk end with {hash}, the ledger with {world.Ledger.Bank.LatestBlock.Hash}.");
        }
    }

    private void Recount(Bank bank)
    {
        try
        {
            bank.VerifyConservation();
        }
        catch (System.Diagnostics.UnreachableException exception)
        {
            Report("conservation", exception.Message);
        }
    }

    private void Take(TaskRoundInfo info)
    {
        var round = Describe(info);
        _rounds[info.Round] = round;
        if (!round.IsSettled)
        {
            return;
        }

        _paid[info.Round] = info.Rewards;
        CheckPayments(info, round);
        CheckSlashes(info);
        world.Options.OnRound?.Invoke(round);
    }

    private void CheckPayments(TaskRoundInfo info, SimulatedRound round)
    {
        if (round.Paid > world.Task.BountyPerRound)
        {
            Report("payout", $"Round {info.Round} paid {round.Paid}, more than its bounty of {world.Task.BountyPerRound}.");
        }

        foreach (var (key, _) in info.Rewards)
        {
            if (info.Outcomes.GetValueOrDefault(key) is not (SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited))
            {
                Report("payout", $"Round {info.Round} paid {key}, whose submission was not accepted.");
            }
        }

        foreach (var (key, slash) in info.Slashes)
        {
            if (slash > world.Options.MinimumStake * 100)
            {
                Report("slash", $"Round {info.Round} took {slash} of {key}, more than it had staked.");
            }
        }
    }

    private void CheckSlashes(TaskRoundInfo info)
    {
        if (!_isPromised)
        {
            return;
        }

        foreach (var (key, slash) in info.Slashes)
        {
            if (world.ByKey.TryGetValue(key, out var node) && IsHonest(node))
            {
                Report("slash", $"Round {info.Round} took {slash} of node {node.Number}, which is honest.");
            }
        }
    }

    private void CheckProgress(Round current)
    {
        if (!_isPromised || world.AreFaultsOn)
        {
            return;
        }

        foreach (var round in _rounds.Values)
        {
            var windows = world.Task.Windows;
            var bound = round.Number + 4 + world.Task.AllowedFailedDistributions;
            if (round.Submissions > 0 && !round.IsSettled && current > bound && windows.StartOf(round.Number) >= world.CalmFrom)
            {
                Report("progress", $"Round {round.Number} has {round.Submissions} submissions and is not settled in round {current}.");
            }

            if (round.IsSettled && round.Accepted > 0 && round.Payout is not PayoutRecord.PayoutSuccessful && windows.StartOf(round.Number) >= world.CalmFrom)
            {
                Report("progress", $"Round {round.Number} accepted {round.Accepted} submissions and paid none of them.");
            }
        }
    }

    // What left the bounty is what the rounds say they paid: a round that is paid twice shows here.
    private void CheckBounty()
    {
        var left = world.Ledger.Bank.GetTask(world.Task.Task)!.TotalBounty;
        var paid = _rounds.Values.Where(round => round.IsSettled).Aggregate(Lamports.Zero, (sum, round) => sum + round.PaidFromBounty);
        var open = (ulong)_rounds.Values.Count(round => !round.IsSettled) + 3;
        if (left + paid > _bounty || left + paid + (world.Task.BountyPerRound * open) < _bounty)
        {
            Report("payout", $"The bounty was {_bounty} and is {left}; the settled rounds paid {paid}.");
        }
    }

    internal static bool IsHonest(Nodes.SimulatedNode node) => node.Plan.IsHonest || (node.Adversary?.IsHonestAtHeart ?? false);

    private SimulatedRound Describe(TaskRoundInfo info)
    {
        var accepted = info.Submissions.Keys.Where(key => info.Outcomes.GetValueOrDefault(key) is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited).ToHashSet();
        var groups = new SortedDictionary<string, GroupRound>(StringComparer.Ordinal);
        var (lies, liesAccepted, liesSlashed, freeRides, honestSlashed) = (0, 0, 0, 0, 0);
        foreach (var node in world.Nodes)
        {
            var key = node.Key;
            var earned = info.Rewards.GetValueOrDefault(key) + info.AuditPay.GetValueOrDefault(key) + info.SlashShares.GetValueOrDefault(key);
            var lost = info.Slashes.GetValueOrDefault(key);
            var hasSubmitted = info.Submissions.ContainsKey(key);
            var isAccepted = accepted.Contains(key);
            var group = groups.GetValueOrDefault(node.Plan.Group) ?? new GroupRound(0, 0, 0, Lamports.Zero, Lamports.Zero);
            groups[node.Plan.Group] = new(
                group.Nodes + 1, group.Submissions + (hasSubmitted ? 1 : 0), group.Accepted + (isAccepted ? 1 : 0), group.Earned + earned, group.Lost + lost);
            honestSlashed += IsHonest(node) && lost > Lamports.Zero ? 1 : 0;
            if (hasSubmitted && node.Lies.Contains(info.Round))
            {
                lies++;
                liesAccepted += isAccepted ? 1 : 0;
                liesSlashed += info.Outcomes.GetValueOrDefault(key) is SubmissionOutcome.Slashed ? 1 : 0;
            }

            freeRides += isAccepted && node.FreeRides.Contains(info.Round) ? 1 : 0;
        }

        var rewards = info.Rewards.Values.Aggregate(Lamports.Zero, (sum, amount) => sum + amount);
        var audits = info.AuditPay.Values.Aggregate(Lamports.Zero, (sum, amount) => sum + amount);
        return new SimulatedRound
        {
            Number = info.Round,
            Participants = info.Participants.Count,
            Submissions = info.SubmissionCount,
            Accepted = accepted.Count,
            Slashed = info.Outcomes.Values.Count(outcome => outcome is SubmissionOutcome.Slashed),
            Verdicts = info.Verdicts.Values.Sum(verdicts => verdicts.Length),
            Objections = info.Objections.Count,
            Lies = lies,
            LiesAccepted = liesAccepted,
            LiesSlashed = liesSlashed,
            FreeRidesAccepted = freeRides,
            HonestSlashed = honestSlashed,
            Attempt = info.Attempt,
            Payout = info.Payout,
            IsSettled = info.IsSettled,
            Paid = rewards + audits,
            Lost = info.Slashes.Values.Aggregate(Lamports.Zero, (sum, amount) => sum + amount),
            PaidFromBounty = rewards + audits,
            Groups = groups.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }
}
