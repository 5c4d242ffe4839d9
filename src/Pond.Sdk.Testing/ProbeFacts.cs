using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Testing;

/// <summary>The ledger's facts of a probe.</summary>
internal static class ProbeFacts
{
    private static readonly Lamports Bounty = Lamports.FromKoii(10);

    internal static TaskInfo Task(ulong roundSlots, ulong windowSlots) => new()
    {
        Task = KeyOf("task"),
        Name = "probe",
        Description = "",
        Manager = KeyOf("manager"),
        Executable = "",
        Metadata = "",
        Variables = "class=A;fallback=equal",
        Class = TaskClass.Deterministic,
        StakePot = KeyOf("pot"),
        IsActive = true,
        IsMigrated = false,
        StartingSlot = new(0),
        RoundTime = roundSlots,
        SubmissionWindow = windowSlots,
        AuditWindow = windowSlots,
        BeaconDelay = 1,
        AllowedFailedDistributions = 3,
        TotalBounty = Bounty * 1_000,
        BountyPerRound = Bounty,
        AuditPayPerRound = Bounty.Share(1, 20),
        MinimumStake = Lamports.FromKoii(1),
        TotalStake = Lamports.Zero,
        Stakes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        AvailableBalances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Addresses = ImmutableSortedDictionary<Pubkey, string>.Empty,
    };

    internal static TaskRoundInfo Round(
        Round round,
        TaskInfo task,
        ImmutableSortedDictionary<Pubkey, RoundSubmission> submissions,
        ImmutableSortedDictionary<Pubkey, SubmissionOutcome> outcomes) => new()
    {
        Round = round,
        Participants = task.Stakes,
        Submissions = submissions,
        AuditBeacon = Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes($"probe beacon {round}"))),
        Auditors = ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty,
        AuditorsPerSubmission = Math.Min(16, Math.Max(0, submissions.Count - 1)),
        BackupsFrom = task.StartOf(round + 2),
        VotesClose = task.StartOf(round + 2),
        Verdicts = ImmutableSortedDictionary<Pubkey, ImmutableArray<GivenVerdict>>.Empty,
        Objections = ImmutableSortedDictionary<Pubkey, Objection>.Empty,
        Outcomes = outcomes,
        Leaders = [],
        ListsFrom = task.StartOf(round + 2),
        Attempt = 0,
        Lists = ImmutableSortedDictionary<Pubkey, RoundList>.Empty,
        Payout = PayoutRecord.Uninitialized,
        Rewards = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        AuditPay = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Slashes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
    };

    private static Pubkey KeyOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"probe {name}")));
}
