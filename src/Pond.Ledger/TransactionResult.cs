using System.Collections.Immutable;
using Pond.Primitives.Transactions;

namespace Pond.Ledger;

/// <summary>What became of a transaction.</summary>
public sealed record TransactionResult
{
    /// <summary>The transaction.</summary>
    public required Transaction Transaction { get; init; }

    /// <summary>The slot it was tried in.</summary>
    public required Slot Slot { get; init; }

    /// <summary>
    /// Whether it is in the block. One that is not has left no trace and paid nothing; it may be sent again where its error allows.
    /// </summary>
    public required bool IsLanded { get; init; }

    /// <summary>Why it failed; null if it succeeded. One that landed and failed changed nothing but the payer's balance.</summary>
    public required TransactionError? Error { get; init; }

    /// <summary>What it paid.</summary>
    public required Lamports Fee { get; init; }

    /// <summary>The log lines.</summary>
    public required ImmutableArray<string> Logs { get; init; }

    /// <summary>The accounts that the message's lookups stood for; none if it did not land.</summary>
    public LoadedAddresses Loaded { get; init; } = LoadedAddresses.None;

    /// <summary>All its accounts: those in the message, then the loaded writable ones, then the loaded read-only ones.</summary>
    public ImmutableArray<Pubkey> Keys => Loaded.Count == 0
        ? Transaction.Message.Keys
        : [.. Transaction.Message.Keys, .. Loaded.Writable, .. Loaded.ReadOnly];

    /// <summary>The balances of <see cref="Keys"/> before, in their order; empty if it did not land.</summary>
    public required ImmutableArray<Lamports> PreBalances { get; init; }

    /// <summary>The balances of <see cref="Keys"/> after, in their order; empty if it did not land.</summary>
    public required ImmutableArray<Lamports> PostBalances { get; init; }

    /// <summary>What its accounts held of tokens before; empty if it did not land, or does not name the token program.</summary>
    public ImmutableArray<TokenBalance> PreTokenBalances { get; init; } = [];

    /// <summary>What its accounts hold of tokens after; empty as above.</summary>
    public ImmutableArray<TokenBalance> PostTokenBalances { get; init; } = [];

    /// <summary>The compute units it used.</summary>
    public required ulong UnitsConsumed { get; init; }

    /// <summary>The calls that programs made of each other, by instruction; an instruction without calls is left out.</summary>
    public ImmutableArray<InnerInstructions> InnerInstructions { get; init; } = [];

    /// <summary>What the last program handed back; null if nothing.</summary>
    public ReturnData? ReturnData { get; init; }

    /// <summary>Whether it landed and did what it says.</summary>
    public bool IsSuccess => IsLanded && Error is null;
}
