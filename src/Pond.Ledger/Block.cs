using System.Collections.Immutable;
using Pond.Primitives.Cryptography;

namespace Pond.Ledger;

/// <summary>A finished block.</summary>
public sealed record Block
{
    /// <summary>Its slot.</summary>
    public required Slot Slot { get; init; }

    /// <summary>Its number among the blocks, from 0; slots without a block are not counted.</summary>
    public required ulong Height { get; init; }

    /// <summary>Its hash: over the parent's hash, slot, height, proof, transactions and what they wrote. Transactions name it.</summary>
    public required Hash Hash { get; init; }

    /// <summary>The parent's slot; the first block is its own parent.</summary>
    public required Slot ParentSlot { get; init; }

    /// <summary>The parent's hash; the genesis hash for the first block.</summary>
    public required Hash ParentHash { get; init; }

    /// <summary>When its slot began, as genesis and slot duration give it.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The producer's proof of the beacon; null for the first block.</summary>
    public required VrfProof? Proof { get; init; }

    /// <summary>The beacon: 64 random bytes that nobody but the producer could foresee.</summary>
    public required ImmutableArray<byte> Beacon { get; init; }

    /// <summary>The hash of the accounts that its transactions wrote, in key order.</summary>
    public required Hash WriteSetHash { get; init; }

    /// <summary>The transactions that landed, in order.</summary>
    public required ImmutableArray<TransactionResult> Transactions { get; init; }
}
