using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Ledger.Tasks;
using Pond.Primitives.Tasks;

namespace Pond.Ledger;

/// <content>What of a round concerns one node. Every node asks for it several times a round, so it costs what it says and no more.</content>
public sealed partial class Bank
{
    private TaskRoundInfo DescribeShare(ReadRound read, Pubkey node)
    {
        var (round, task, state, reader) = read;
        var wanted = Assignment.AuditorsFor(state.Submissions.Count);
        var lastObjection = task.Windows.LastObjection(round);
        var isBackupTime = Slot > lastObjection && Slot <= reader.LastVote;
        var candidates = reader.CandidatesOf(node);
        // Whom the node audits or votes on, and with how many auditors each is shown: none, those up to the node itself, or all.
        var keys = new SortedDictionary<Pubkey, int> { [node] = 0 };
        for (var rank = 0; rank < candidates.Length; rank++)
        {
            var candidate = candidates[rank];
            if (rank < wanted || state.Submissions[candidate].Verdicts.Of(node) is not null)
            {
                keys[candidate] = rank + 1;
            }
            else if (isBackupTime && CountVerdicts(reader, state, candidate) < wanted)
            {
                keys[candidate] = int.MaxValue;
            }
        }

        foreach (var accused in state.Accused)
        {
            if (accused != node && !keys.ContainsKey(accused) && reader.HasSeat(accused, node))
            {
                keys[accused] = candidates.IndexOf(accused) + 1;
            }
        }

        if (task.Class is TaskClass.Legacy)
        {
            // There are no draws: whoever likes votes on whom it likes.
            foreach (var (candidate, submission) in state.Submissions)
            {
                if (submission.Verdicts.Of(node) is not null)
                {
                    keys.TryAdd(candidate, 0);
                }
            }
        }

        return DescribeShare(read, node, keys, wanted);
    }

    private static TaskRoundInfo DescribeShare(ReadRound read, Pubkey node, SortedDictionary<Pubkey, int> keys, int wanted)
    {
        var (round, task, state, reader) = read;
        var settlement = state.Settlement;
        var submissions = ImmutableSortedDictionary.CreateBuilder<Pubkey, RoundSubmission>();
        var auditors = ImmutableSortedDictionary.CreateBuilder<Pubkey, ImmutableArray<Pubkey>>();
        var verdicts = ImmutableSortedDictionary.CreateBuilder<Pubkey, ImmutableArray<GivenVerdict>>();
        var objections = ImmutableSortedDictionary.CreateBuilder<Pubkey, Objection>();
        var outcomes = ImmutableSortedDictionary.CreateBuilder<Pubkey, SubmissionOutcome>();
        var hasBeacon = reader.AuditBeacon is not null;
        foreach (var (key, shown) in keys)
        {
            if (!state.Submissions.TryGetValue(key, out var submission))
            {
                continue;
            }

            submissions.Add(key, new(submission.Value, submission.Slot));
            if (shown > 0 && hasBeacon)
            {
                auditors.Add(key, shown == int.MaxValue ? reader.AuditorsOf(key) : reader.FirstAuditorsOf(key, shown));
            }

            var given = key == node || shown == int.MaxValue ? submission.Verdicts.InOrder() : submission.Verdicts.InOrderOf(node);
            if (!given.IsEmpty)
            {
                verdicts.Add(key, given);
            }

            if (submission.Objection is { } objection)
            {
                objections.Add(key, Describe(objection, reader.HasSeat(key, node) ? [node] : []));
            }

            if (settlement is null)
            {
                outcomes.Add(key, reader.OutcomeOf(key));
            }
        }

        return new TaskRoundInfo
        {
            Round = round,
            Participants = task.StakesAtStartOf(round).TryGetValue(node, out var stake) && stake.Amount >= task.Settings.MinimumStake
                ? ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(node, stake.Amount)
                : ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
            HasParticipants = read.Participants.Any(),
            Submissions = submissions.ToImmutable(),
            SubmissionCount = state.Submissions.Count,
            HasAccepted = settlement is null ? reader.IsJudged && !reader.Accepted.IsEmpty : settlement.Outcomes.Values.Any(IsPaid),
            AuditBeacon = reader.AuditBeacon is { } beacon ? Convert.ToHexStringLower(beacon.AsSpan()) : null,
            Auditors = auditors.ToImmutable(),
            AuditorsPerSubmission = wanted,
            BackupsFrom = task.Windows.LastObjection(round) + 1,
            VotesClose = reader.LastVote,
            Verdicts = verdicts.ToImmutable(),
            Objections = objections.ToImmutable(),
            Outcomes = settlement is null ? outcomes.ToImmutable() : Pick(settlement.Outcomes, keys.Keys),
            Leaders = settlement is null ? reader.Leaders() : [],
            ListsFrom = task.Windows.ListsFrom(round, reader.Attempt),
            Attempt = reader.Attempt,
            Lists = DescribeLists(reader),
            Payout = PayoutOf(state, reader),
            IsSettled = state.IsDone,
            Rewards = PickSome(settlement?.Rewards, keys.Keys),
            AuditPay = PickSome(settlement?.AuditPay, keys.Keys),
            SlashShares = PickSome(settlement?.SlashShares, keys.Keys),
            Slashes = PickSome(settlement?.Slashes, keys.Keys),
        };
    }

    private static int CountVerdicts(RoundReader reader, RoundState state, Pubkey candidate)
    {
        var book = state.Submissions[candidate].Verdicts;
        var count = 0;
        foreach (var auditor in reader.AuditorsOf(candidate))
        {
            count += book.Of(auditor) is null ? 0 : 1;
        }

        return count;
    }

    private static ImmutableSortedDictionary<Pubkey, RoundList> DescribeLists(RoundReader reader) =>
        reader.Lists.IsEmpty
            ? ImmutableSortedDictionary<Pubkey, RoundList>.Empty
            : reader.Lists.ToImmutableSortedDictionary(
                pair => pair.Key,
                pair => new RoundList(pair.Value.Slot, pair.Value.List.Hash, reader.ListAuditorsOf(pair.Key), pair.Value.Verdicts.InOrder()));

    private static PayoutRecord PayoutOf(RoundState state, RoundReader reader) =>
        reader.Attempt > state.Attempt ? PayoutRecord.PayoutFailed
        : state.Unpaid.IsEmpty ? state.Record : PayoutRecord.Uninitialized;
}
