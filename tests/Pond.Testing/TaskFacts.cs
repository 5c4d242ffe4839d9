using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Testing;

/// <summary>Tasks as the ledger shows them, made of a name.</summary>
public static class TaskFacts
{
    /// <summary>An active task with rounds of 100 slots, a minimum stake of 5 KOII, and nobody in it.</summary>
    public static TaskInfo Named(string name) => new()
    {
        Task = KeyOf(name),
        Name = name,
        Description = "A task for tests",
        Manager = KeyOf("manager"),
        Executable = "bafkqaaa",
        Metadata = "bafkqaaa",
        Variables = "class=A;fallback=none",
        Class = TaskClass.Deterministic,
        StakePot = KeyOf($"{name}'s pot"),
        IsActive = true,
        IsMigrated = false,
        StartingSlot = new Slot(0),
        RoundTime = 100,
        SubmissionWindow = 30,
        AuditWindow = 30,
        AllowedFailedDistributions = 3,
        TotalBounty = Lamports.FromKoii(100),
        BountyPerRound = Lamports.FromKoii(1),
        AuditPayPerRound = Lamports.Zero,
        MinimumStake = Lamports.FromKoii(5),
        TotalStake = Lamports.Zero,
        Stakes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        AvailableBalances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Addresses = ImmutableSortedDictionary<Pubkey, string>.Empty,
        BeaconDelay = 4,
    };

    private static Pubkey KeyOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
