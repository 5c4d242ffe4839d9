using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Testing;

namespace Pond.Sdk.Tests;

/// <summary>Tasks and rounds as tests write them.</summary>
internal static class Facts
{
    public static Pubkey KeyOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public static TaskInfo Task(ulong bountyPerRound, ulong auditPay) => new()
    {
        Task = KeyOf("task"),
        Name = "test",
        Description = "",
        Manager = KeyOf("manager"),
        Executable = "bundle",
        Metadata = "metadata",
        Variables = "class=A",
        Class = TaskClass.Deterministic,
        StakePot = KeyOf("pot"),
        IsActive = true,
        IsMigrated = false,
        StartingSlot = new(0),
        RoundTime = 100,
        SubmissionWindow = 30,
        AuditWindow = 30,
        BeaconDelay = 1,
        AllowedFailedDistributions = 3,
        TotalBounty = new(100_000),
        BountyPerRound = new(bountyPerRound),
        AuditPayPerRound = new(auditPay),
        MinimumStake = new(10),
        TotalStake = new(30),
        Stakes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        AvailableBalances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Addresses = ImmutableSortedDictionary<Pubkey, string>.Empty,
    };

    public static TaskRoundInfo Round(ulong round, params (string Submitter, SubmissionOutcome Outcome)[] submissions) => RoundFacts.Empty(round) with
    {
        Submissions = submissions.ToImmutableSortedDictionary(
            entry => KeyOf(entry.Submitter), entry => new RoundSubmission(entry.Submitter, new(1))),
        Outcomes = submissions.ToImmutableSortedDictionary(entry => KeyOf(entry.Submitter), entry => entry.Outcome),
    };
}
