using System.Collections.Immutable;

namespace Pond.Primitives.Tasks;

/// <summary>A task's settings and balances, as <c>getTask</c> answers them: the typed form of the task's account.</summary>
public sealed record TaskInfo
{
    /// <summary>The task's id: the address of its account.</summary>
    public required Pubkey Task { get; init; }

    /// <summary>The name, at most 24 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>One line about the task.</summary>
    public required string Description { get; init; }

    /// <summary>Who created the task and may change it.</summary>
    public required Pubkey Manager { get; init; }

    /// <summary>What nodes run (<c>task_audit_program</c>): the bundle's CID, or what <see cref="ExecutableNetwork"/> calls it.</summary>
    public required string Executable { get; init; }

    /// <summary>Where the executable lies: <c>IPFS</c>, <c>ARWEAVE</c> or <c>DEVELOPMENT</c>. Default IPFS.</summary>
    public string ExecutableNetwork { get; init; } = ExecutableNetworks.Ipfs;

    /// <summary>The CID of the task's metadata.</summary>
    public required string Metadata { get; init; }

    /// <summary>The task's variables, such as <c>class=A;fallback=equal</c>.</summary>
    public required string Variables { get; init; }

    /// <summary>How audits count.</summary>
    public required TaskClass Class { get; init; }

    /// <summary>Where bounty, stakes and unclaimed rewards lie.</summary>
    public required Pubkey StakePot { get; init; }

    /// <summary>Whether stakes and submissions are taken.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Whether the task has moved to another account.</summary>
    public required bool IsMigrated { get; init; }

    /// <summary>The task that continues this one; null if it has not moved. It may have moved on itself.</summary>
    public Pubkey? MigratedTo { get; init; }

    /// <summary>The task that this one continues; null if it is the first.</summary>
    public Pubkey? MigratedFrom { get; init; }

    /// <summary>The mint of the token that all amounts are in; null if they are lamports.</summary>
    public Pubkey? Token { get; init; }

    /// <summary>The first slot of round 0.</summary>
    public required Slot StartingSlot { get; init; }

    /// <summary>The length of a round in slots.</summary>
    public required ulong RoundTime { get; init; }

    /// <summary>How many slots after a round's end its submissions are taken.</summary>
    public required ulong SubmissionWindow { get; init; }

    /// <summary>How many slots after the submission window the audit lasts on the original network.</summary>
    public required ulong AuditWindow { get; init; }

    /// <summary>How many further attempts a round has after a failed payout.</summary>
    public required ulong AllowedFailedDistributions { get; init; }

    /// <summary>What is left of the bounty.</summary>
    public required Lamports TotalBounty { get; init; }

    /// <summary>What one round pays at most, audit pay included.</summary>
    public required Lamports BountyPerRound { get; init; }

    /// <summary>What of a round's bounty is set aside for its auditors.</summary>
    public required Lamports AuditPayPerRound { get; init; }

    /// <summary>The least stake with which a node may submit.</summary>
    public required Lamports MinimumStake { get; init; }

    /// <summary>All stakes together.</summary>
    public required Lamports TotalStake { get; init; }

    /// <summary>The stake of each staking key.</summary>
    public required ImmutableSortedDictionary<Pubkey, Lamports> Stakes { get; init; }

    /// <summary>What each key has earned and not yet claimed.</summary>
    public required ImmutableSortedDictionary<Pubkey, Lamports> AvailableBalances { get; init; }

    /// <summary>Where each staker's node can be reached, an http address; stakers without one are missing.</summary>
    public required ImmutableSortedDictionary<Pubkey, string> Addresses { get; init; }

    /// <summary>How many slots after a window's end the beacon is drawn that says who audits: a rule of the network.</summary>
    public required ulong BeaconDelay { get; init; }

    /// <summary>Which slots accept what.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public TaskWindows Windows => new(StartingSlot, RoundTime, SubmissionWindow, AuditWindow, BeaconDelay);

    /// <summary>The round in which <paramref name="slot"/> lies; round 0 before the task's first slot.</summary>
    public Round RoundAt(Slot slot) => Windows.RoundAt(slot);

    /// <summary>The first slot of <paramref name="round"/>.</summary>
    public Slot StartOf(Round round) => Windows.StartOf(round);
}
