using System.Collections.Immutable;

namespace Pond.Ledger;

/// <summary>All that two ledgers must agree on to be the same ledger. Its hash is the first block's parent hash.</summary>
public sealed record Genesis
{
    /// <summary>What one slot lasts on a public network.</summary>
    public static readonly TimeSpan PublicSlotDuration = TimeSpan.FromMilliseconds(400);

    /// <summary>The network's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The key whose proofs make the beacon. With one producer, the beacon's fairness is this key's word.</summary>
    public required Pubkey Producer { get; init; }

    /// <summary>When the ledger was made, in whole seconds. Block times follow from it and the slots; nothing reads a clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The balances at the start, a faucet's among them. Each is at least the rent-exempt minimum, 890,880.</summary>
    public required ImmutableSortedDictionary<Pubkey, Lamports> Balances { get; init; }

    /// <summary>The audit rules.</summary>
    public required LedgerRules Rules { get; init; }

    /// <summary>What of its stake a convicted submitter of a deterministic task loses, in percent.</summary>
    public int SlashSharePercent { get; init; } = 70;

    /// <summary>What of a round's bounty pays its auditors, in percent.</summary>
    public int AuditPayPercent { get; init; } = 5;

    /// <summary>How many slots after the submission window the audit beacon is drawn: 1 with one producer, 32 with several.</summary>
    public int BeaconDelaySlots { get; init; } = 1;

    /// <summary>What one slot lasts. The ledger never waits; it only computes block times with it.</summary>
    public TimeSpan SlotDuration { get; init; } = PublicSlotDuration;

    /// <summary>How many slots an epoch has. Epochs are for clients to count in; nothing on this ledger happens at their borders.</summary>
    public ulong SlotsPerEpoch { get; init; } = 432_000;

    /// <summary>Whether this is a network for development, which may have a faucet and no further producers.</summary>
    public bool IsLocal { get; init; }

    /// <summary>
    /// Who may set <c>is_allowlisted</c>, and start and stop any task, at first; at most 16. Two of them together may change the list.
    /// </summary>
    public ImmutableArray<Pubkey> TaskManagers { get; init; } = [];

    /// <summary>Other accounts at the start, such as mints and what is held of them; rent-exempt, and owned by no program that keeps books.</summary>
    public ImmutableSortedDictionary<Pubkey, Account> Accounts { get; init; } = ImmutableSortedDictionary<Pubkey, Account>.Empty;

    /// <summary>Tasks at the start.</summary>
    public ImmutableArray<GenesisTask> Tasks { get; init; } = [];

    /// <summary>What names the network: a hash over all of this.</summary>
    public Hash ComputeHash() => GenesisState.HashOf(this);
}
