using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>Pays and punishes a round, once. Everything stays inside the pot but for what is burnt.</summary>
internal sealed class RoundSettlement(TaskState before, Round round, Round now, RoundState state, RoundReader reader, Genesis genesis)
{
    /// <summary>How many balances one Payout writes: some ten milliseconds' work.</summary>
    internal const int MaxCreditsPerPart = 5_000;

    private readonly SortedDictionary<Pubkey, Lamports> _rewards = [];
    private readonly SortedDictionary<Pubkey, Lamports> _auditPay = [];
    private readonly SortedDictionary<Pubkey, Lamports> _slashShares = [];
    private readonly SortedDictionary<Pubkey, Lamports> _slashes = [];
    private readonly TaskState _before = before;
    private TaskState _task = before;
    private Lamports _burnt;
    private Lamports _spent;
    private Lamports _promised;

    /// <summary>Settles the round: bounty and stakes change at once, balances are promised, and <see cref="PayPart"/> writes them.</summary>
    /// <param name="list">The list to pay; null if there is none.</param>
    /// <param name="record">What becomes of the payout.</param>
    /// <returns>The task afterwards, and what must leave the pot for the burn account.</returns>
    internal (TaskState Task, Settlement Settlement) Settle(DistributionList? list, PayoutRecord record)
    {
        // Both are taken from the bounty as it is before the round is paid.
        var auditSlice = _before.AuditPayOf(_before.RoundBounty, genesis);
        PayRewards(list);
        PayAuditors(auditSlice);
        if (_before.Class is TaskClass.Legacy)
        {
            SlashByList(list);
        }
        else
        {
            SettleBonds();
            SlashConvicted();
        }

        _task = _task with { Bounty = _task.Bounty - _spent, TotalPromised = _task.TotalPromised + _promised };
        var settlement = new Settlement(
            _rewards.ToImmutableSortedDictionary(),
            _auditPay.ToImmutableSortedDictionary(),
            _slashShares.ToImmutableSortedDictionary(),
            _slashes.ToImmutableSortedDictionary(),
            reader.Judgements.ToImmutableSortedDictionary(pair => pair.Key, pair => OutcomeOf(pair.Key, pair.Value)),
            _burnt);
        var settled = state with
        {
            Attempt = reader.Attempt,
            Lists = reader.Lists,
            FailedAuthors = reader.FailedAuthors,
            Uploads = ImmutableSortedDictionary<Pubkey, ListUpload>.Empty,
            Record = record,
            Settlement = settlement,
            Unpaid = Credits(),
        };
        return (_task.WithRound(round, settled), settlement);
    }

    /// <summary>
    /// Writes the next part of what a settled round gives into the balances. With the last one the record is set, so that clients see a round as
    /// paid only when everybody is.
    /// </summary>
    internal static TaskState PayPart(TaskState task, Round round)
    {
        var state = task.Rounds[round];
        var count = Math.Min(MaxCreditsPerPart, state.Unpaid.Length);
        var available = task.Available.ToBuilder();
        var sum = Lamports.Zero;
        foreach (var credit in state.Unpaid.AsSpan(0, count))
        {
            available[credit.Key] = available.GetValueOrDefault(credit.Key) + credit.Amount;
            sum += credit.Amount;
        }

        state = state with { Unpaid = state.Unpaid[count..] };
        task = task.WithRound(round, state) with
        {
            Available = available.ToImmutable(),
            TotalAvailable = task.TotalAvailable + sum,
            TotalPromised = task.TotalPromised - sum,
        };
        return state.Unpaid.IsEmpty ? task.WithRecord(round, state.Record) : task;
    }

    /// <summary>The list that the program writes itself when all attempts have failed: equal parts for all that are accepted.</summary>
    internal static DistributionList EqualSplit(RoundReader reader)
    {
        var accepted = reader.Accepted.ToList();
        var part = accepted.Count == 0 ? Lamports.Zero : reader.ListBudget.SplitEqually(accepted.Count).Part;
        return new(string.Empty, default, accepted.ToImmutableSortedDictionary(key => key, _ => (long)part.Value));
    }

    private SubmissionOutcome OutcomeOf(Pubkey candidate, Judgement judgement) =>
        // In a legacy task the list says whether the convicted are slashed.
        _before.Class is TaskClass.Legacy && judgement.Outcome is SubmissionOutcome.Slashed && !_slashes.ContainsKey(candidate)
            ? SubmissionOutcome.Unpaid
            : judgement.Outcome;

    private void PayRewards(DistributionList? list)
    {
        foreach (var (key, amount) in list?.Entries ?? ImmutableSortedDictionary<Pubkey, long>.Empty)
        {
            // Whatever the list says, the verdicts decide who can be paid.
            if (amount > 0 && reader.Judgements.TryGetValue(key, out var judgement)
                && judgement.Outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited)
            {
                PayFromBounty(_rewards, key, new((ulong)amount));
            }
        }
    }

    private void PayAuditors(Lamports slice)
    {
        var auditors = slice == Lamports.Zero ? [] : reader.PaidAuditors();
        if (auditors.Count == 0)
        {
            return;
        }

        var part = slice.SplitEqually(auditors.Sum(auditor => auditor.Verdicts)).Part;
        foreach (var (auditor, verdicts) in auditors)
        {
            PayFromBounty(_auditPay, auditor, part * (ulong)verdicts);
        }
    }

    private void SettleBonds()
    {
        foreach (var (candidate, submission) in state.Submissions)
        {
            if (submission.Objection is not { Bond: var bond } objection || bond == Lamports.Zero
                || !_task.Stakes.TryGetValue(objection.By, out var entry))
            {
                continue;
            }

            // The least of both: a key that lost its whole stake and staked anew has no bonds left in its entry.
            _task = _task with { Stakes = _task.Stakes.SetItem(objection.By, entry with { Bonds = entry.Bonds - Lamports.Min(bond, entry.Bonds) }) };
            if (reader.Judgements[candidate].Ruling is ObjectionRuling.Overruled)
            {
                var lost = TakeStake(objection.By, bond);
                var seats = reader.SeatsFor(candidate, Verdict.Valid);
                var (accused, each) = Penalties.DivideBond(lost, seats.Length);
                Pay(_slashShares, candidate, accused);
                foreach (var seat in seats)
                {
                    Pay(_slashShares, seat, each);
                }
            }
        }
    }

    private void SlashConvicted()
    {
        var percent = _before.Class is TaskClass.Committee
            ? Math.Min(Penalties.CommitteeSlashPercent, genesis.SlashSharePercent)
            : genesis.SlashSharePercent;
        foreach (var (candidate, judgement) in reader.Judgements)
        {
            if (judgement.Outcome is not SubmissionOutcome.Slashed)
            {
                continue;
            }

            var loss = TakeStake(candidate, _task.StakeOf(candidate).Share((ulong)percent, 100));
            var seats = reader.SeatsFor(candidate, Verdict.Invalid);
            var (objector, each, burnt) = Penalties.DivideSlash(loss, seats.Length);
            Pay(_slashShares, state.Submissions[candidate].Objection!.By, objector);
            foreach (var seat in seats)
            {
                Pay(_slashShares, seat, each);
            }

            _burnt += burnt;
        }
    }

    private void SlashByList(DistributionList? list)
    {
        foreach (var (key, amount) in list?.Entries ?? ImmutableSortedDictionary<Pubkey, long>.Empty)
        {
            if (amount < 0 && reader.Judgements.TryGetValue(key, out var judgement) && judgement.Outcome is SubmissionOutcome.Slashed)
            {
                // Koii's rule: back to the task's bounty, after the rewards of this round, which it must not raise.
                var lost = TakeStake(key, new((ulong)-amount));
                _task = _task with { Bounty = _task.Bounty + lost };
            }
        }
    }

    /// <summary>Takes from a stake, at most what is there.</summary>
    private Lamports TakeStake(Pubkey key, Lamports amount)
    {
        if (!_task.Stakes.TryGetValue(key, out var entry))
        {
            return Lamports.Zero;
        }

        var taken = Lamports.Min(amount, entry.Amount);
        _task = _task.WithStake(now, key, entry with { Amount = entry.Amount - taken });
        Add(_slashes, key, taken);
        return taken;
    }

    private void PayFromBounty(SortedDictionary<Pubkey, Lamports> book, Pubkey key, Lamports amount)
    {
        _spent += amount;
        Pay(book, key, amount);
    }

    private void Pay(SortedDictionary<Pubkey, Lamports> book, Pubkey key, Lamports amount)
    {
        _promised += amount;
        Add(book, key, amount);
    }

    // What is promised to each key, for whatever reason, in byte order.
    private ImmutableArray<Credit> Credits()
    {
        var sums = new Dictionary<Pubkey, Lamports>(_rewards.Count + _auditPay.Count);
        foreach (var (key, amount) in _rewards.Concat(_auditPay).Concat(_slashShares))
        {
            sums[key] = sums.GetValueOrDefault(key) + amount;
        }

        return [.. sums.Select(pair => new Credit(pair.Key, pair.Value)).OrderBy(credit => credit.Key)];
    }

    private static void Add(SortedDictionary<Pubkey, Lamports> book, Pubkey key, Lamports amount)
    {
        if (amount > Lamports.Zero)
        {
            book[key] = book.GetValueOrDefault(key) + amount;
        }
    }
}
