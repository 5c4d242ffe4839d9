using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Ledger.Tasks;
using Pond.Primitives.Tasks;

namespace Pond.Ledger;

/// <content>Rounds as nodes read them: whole, in parts, or what concerns one node.</content>
public sealed partial class Bank
{
    /// <summary>How many keys one part of a round names at most.</summary>
    public const int MaxRoundPart = 500;

    // More rounds than this are read anew in each slot.
    private const int MaxRoundsKept = 64;

    private readonly Dictionary<(Pubkey Task, Round Round), (Slot Slot, TaskState State, TaskRoundInfo Info)> _rounds = [];

    /// <summary>A whole round of a task; null if there is no such task, the round is in the future, or it has been pruned.</summary>
    /// <remarks>It names up to 48 auditors for each submission, so strangers are answered in parts, and nodes with their share.</remarks>
    public TaskRoundInfo? GetTaskRound(Pubkey task, Round round)
    {
        if (FindRound(task, round) is not { } read)
        {
            return null;
        }

        if (_rounds.TryGetValue((task, round), out var cached) && cached.Slot == Slot && ReferenceEquals(cached.State, read.Task))
        {
            return cached.Info;
        }

        var info = Describe(read, null);
        if (_rounds.Count >= MaxRoundsKept)
        {
            _rounds.Clear();
        }

        _rounds[(task, round)] = (Slot, read.Task, info);
        return info;
    }

    /// <summary>A part of a round: some of its keys, with all that is known of each. Lists and leaders are in every part.</summary>
    /// <param name="task">The task.</param>
    /// <param name="round">The round.</param>
    /// <param name="after">The key after which the part begins; null for the first part.</param>
    /// <param name="limit">How many keys at most; more than <see cref="MaxRoundPart"/> are as many as that.</param>
    /// <returns>The part; null as for the whole round.</returns>
    public TaskRoundInfo? GetTaskRoundPart(Pubkey task, Round round, Pubkey? after, int limit = MaxRoundPart)
    {
        if (FindRound(task, round) is not { } read)
        {
            return null;
        }

        limit = Math.Clamp(limit, 1, MaxRoundPart);
        var submitters = read.State.Draws.KeysOf(read.State);
        var start = after is { } last ? submitters.BinarySearch(last) is var index && index >= 0 ? index + 1 : ~index : 0;
        Pubkey[] keys =
        [
            .. submitters.AsSpan()[start..Math.Min(submitters.Length, start + limit + 1)],
            .. read.Participants.Where(pair => after is not { } key || pair.Key.CompareTo(key) > 0).Take(limit + 1).Select(pair => pair.Key),
        ];
        keys = [.. keys.Distinct().Order()];
        return keys.Length > limit
            ? Describe(read, keys[..limit]) with { Next = keys[limit - 1] }
            : Describe(read, keys);
    }

    /// <summary>
    /// What of a round concerns one node: its own submission with what others say of it, the submissions that it audits or votes on, lists and
    /// leaders. It stays small however large the round is.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="round">The round.</param>
    /// <param name="node">The node's staking key.</param>
    /// <returns>
    /// The node's share; null as for the whole round. Auditors are named as far as the node's duty depends on them, and of others' verdicts on others only
    /// those that tell a backup whether it is needed.
    /// </returns>
    public TaskRoundInfo? GetTaskRoundOf(Pubkey task, Round round, Pubkey node)
    {
        if (FindRound(task, round) is not { } read)
        {
            return null;
        }

        return DescribeShare(read, node);
    }

    private ReadRound? FindRound(Pubkey task, Round round)
    {
        if (FindTask(task) is not { } state || round > state.Windows.RoundAt(Slot))
        {
            return null;
        }

        if (!state.Rounds.TryGetValue(round, out var stored))
        {
            if (round + state.RetainedRounds < state.Windows.RoundAt(Slot))
            {
                return null;
            }

            stored = new RoundState();
        }

        return new(round, state, stored, new(task, state, round, stored, _beacons, Genesis, Slot));
    }

    // With all that is known of some keys, in any order and each once; of all keys if none are named.
    private static TaskRoundInfo Describe(ReadRound read, IReadOnlyCollection<Pubkey>? keys)
    {
        var (round, state, stored, reader) = read;
        var settlement = stored.Settlement;
        var submissions = keys is null ? stored.Submissions : Pick(stored.Submissions, keys);
        var stakes = keys is null ? state.StakesAtStartOf(round) : Pick(state.StakesAtStartOf(round), keys);
        return new TaskRoundInfo
        {
            Round = round,
            Participants = stakes
                .Where(pair => pair.Value.Amount >= state.Settings.MinimumStake)
                .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Amount),
            HasParticipants = read.Participants.Any(),
            Submissions = submissions.ToImmutableSortedDictionary(pair => pair.Key, pair => new RoundSubmission(pair.Value.Value, pair.Value.Slot)),
            SubmissionCount = stored.Submissions.Count,
            HasAccepted = settlement is null ? reader.IsJudged && !reader.Accepted.IsEmpty : settlement.Outcomes.Values.Any(IsPaid),
            AuditBeacon = reader.AuditBeacon is { } beacon ? Convert.ToHexStringLower(beacon.AsSpan()) : null,
            Auditors = reader.AuditBeacon is null
                ? ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty
                : submissions.Keys.ToImmutableSortedDictionary(key => key, reader.AuditorsOf),
            AuditorsPerSubmission = Assignment.AuditorsFor(stored.Submissions.Count),
            BackupsFrom = state.Windows.LastObjection(round) + 1,
            VotesClose = reader.LastVote,
            Verdicts = submissions.Where(pair => !pair.Value.Verdicts.ByVoter.IsEmpty)
                .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Verdicts.InOrder()),
            Objections = submissions.Where(pair => pair.Value.Objection is not null)
                .ToImmutableSortedDictionary(pair => pair.Key, pair => Describe(pair.Value.Objection!, reader.SeatsOf(pair.Key))),
            Outcomes = settlement is null
                ? submissions.Keys.ToImmutableSortedDictionary(key => key, reader.OutcomeOf)
                : PickSome(settlement.Outcomes, keys),
            Leaders = settlement is null ? reader.Leaders() : [],
            ListsFrom = state.Windows.ListsFrom(round, reader.Attempt),
            Attempt = reader.Attempt,
            Lists = DescribeLists(reader),
            Payout = PayoutOf(stored, reader),
            IsSettled = stored.IsDone,
            Rewards = PickSome(settlement?.Rewards, keys),
            AuditPay = PickSome(settlement?.AuditPay, keys),
            SlashShares = PickSome(settlement?.SlashShares, keys),
            Slashes = PickSome(settlement?.Slashes, keys),
        };
    }

    private static ImmutableSortedDictionary<Pubkey, T> PickSome<T>(ImmutableSortedDictionary<Pubkey, T>? map, IReadOnlyCollection<Pubkey>? keys) =>
        map is null ? ImmutableSortedDictionary<Pubkey, T>.Empty : keys is null ? map : Pick(map, keys);

    private static ImmutableSortedDictionary<Pubkey, T> Pick<T>(ImmutableSortedDictionary<Pubkey, T> map, IReadOnlyCollection<Pubkey> keys)
    {
        var picked = ImmutableSortedDictionary.CreateBuilder<Pubkey, T>();
        foreach (var key in keys)
        {
            if (map.TryGetValue(key, out var value))
            {
                picked.Add(key, value);
            }
        }

        return picked.ToImmutable();
    }

    private static bool IsPaid(SubmissionOutcome outcome) => outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited;

    private static Objection Describe(ObjectionState objection, ImmutableArray<Pubkey> seats) =>
        new(objection.By, objection.Slot, seats, objection.Bond);

    private sealed record ReadRound(Round Round, TaskState Task, RoundState State, RoundReader Reader)
    {
        internal IEnumerable<KeyValuePair<Pubkey, StakeEntry>> Participants =>
            Task.StakesAtStartOf(Round).Where(pair => pair.Value.Amount >= Task.Settings.MinimumStake);
    }
}
