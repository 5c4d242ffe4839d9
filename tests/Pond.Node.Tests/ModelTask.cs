using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node.Tests;

/// <summary>Tasks and rounds with nothing in them yet, for tests to fill in with <c>with</c>.</summary>
internal static class ModelTask
{
    internal const ulong RoundTime = 60;
    internal const ulong SubmissionWindow = 20;
    internal const ulong AuditWindow = 20;

    internal static readonly Lamports Stake = Lamports.FromKoii(2);

    /// <summary>Starts at slot 100, in rounds of 60 slots with windows of 20.</summary>
    internal static TaskInfo Info(params ImmutableArray<Pubkey> stakers) => new()
    {
        Task = Keys.Of(200),
        Name = "model",
        Description = "a task for tests",
        Manager = Keys.Of(201),
        Executable = "bafybundle",
        Metadata = "bafymetadata",
        Variables = "class=A",
        Class = TaskClass.Deterministic,
        StakePot = Keys.Of(202),
        IsActive = true,
        IsMigrated = false,
        StartingSlot = new Slot(100),
        RoundTime = RoundTime,
        SubmissionWindow = SubmissionWindow,
        AuditWindow = AuditWindow,
        BeaconDelay = 1,
        AllowedFailedDistributions = 2,
        TotalBounty = Lamports.FromKoii(1000),
        BountyPerRound = Lamports.FromKoii(10),
        AuditPayPerRound = new Lamports(500_000_000),
        MinimumStake = Stake,
        TotalStake = Stake * (ulong)stakers.Length,
        Stakes = stakers.ToImmutableSortedDictionary(key => key, _ => Stake),
        AvailableBalances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Addresses = ImmutableSortedDictionary<Pubkey, string>.Empty,
    };

    /// <summary>A round that has begun, in which nothing has happened yet.</summary>
    internal static TaskRoundInfo Round(TaskInfo task, ulong number)
    {
        var round = new Round(number);
        var end = task.StartOf(round + 1) + task.SubmissionWindow;
        var close = new Slot(task.StartOf(round + 2).Value - 1);
        return new TaskRoundInfo
        {
            Round = round,
            Participants = task.Stakes,
            Submissions = ImmutableSortedDictionary<Pubkey, RoundSubmission>.Empty,
            Auditors = ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty,
            AuditorsPerSubmission = 0,
            BackupsFrom = end + ((close - end + 1) / 2) + 1,
            VotesClose = close,
            Verdicts = ImmutableSortedDictionary<Pubkey, ImmutableArray<GivenVerdict>>.Empty,
            Objections = ImmutableSortedDictionary<Pubkey, Objection>.Empty,
            Outcomes = ImmutableSortedDictionary<Pubkey, SubmissionOutcome>.Empty,
            Leaders = [],
            ListsFrom = task.StartOf(round + 2),
            Attempt = 0,
            Lists = ImmutableSortedDictionary<Pubkey, RoundList>.Empty,
            Payout = PayoutRecord.Uninitialized,
            Rewards = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
            AuditPay = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
            Slashes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        };
    }
}
