using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node.Money;

/// <summary>What a ledger shows at one moment, as far as a saga's next step needs it.</summary>
public sealed record MoneyFacts
{
    /// <summary>The confirmed slot.</summary>
    public required Slot Slot { get; init; }

    /// <summary>The height of a finalized block that was there before <see cref="Status"/> was asked for.</summary>
    public required ulong FinalizedHeight { get; init; }

    /// <summary>The first slot whose transactions the ledger still knew after <see cref="Status"/> was asked for.</summary>
    public Slot HistoryFrom { get; init; } = new(ulong.MaxValue);

    /// <summary>What became of the transaction that is under way; null if the ledger does not know it.</summary>
    public AttemptStatus? Status { get; init; }

    /// <summary>The main key.</summary>
    public required Pubkey Main { get; init; }

    /// <summary>What is on it.</summary>
    public Lamports Balance { get; init; }

    /// <summary>The step's task; null if there is none.</summary>
    public TaskInfo? Task { get; init; }

    /// <summary>The account of the staking key, or of whom a transfer goes to; null if there is none.</summary>
    public MoneyAccount? Account { get; init; }

    /// <summary>What one signature costs.</summary>
    public Lamports FeePerSignature { get; init; }

    /// <summary>The least balance of a wallet.</summary>
    public Lamports WalletRent { get; init; }

    /// <summary>What a staking account holds besides stakes: <see cref="StakingAccounts"/>.</summary>
    public Lamports StakingRent { get; init; }

    /// <summary>What transfers and stakes leave on the main key, for fees to come.</summary>
    public Lamports Reserve { get; init; }
}

/// <summary>An account as far as money needs it.</summary>
/// <param name="Owner">The program that may change it.</param>
/// <param name="Lamports">What is on it.</param>
public readonly record struct MoneyAccount(Pubkey Owner, Lamports Lamports);

/// <summary>What became of a transaction.</summary>
/// <param name="Slot">Where it landed.</param>
/// <param name="IsConfirmed">Whether that can't be undone by a crash of the ledger.</param>
/// <param name="Fee">What it cost.</param>
/// <param name="Refusal">Why it failed; null if it succeeded.</param>
public sealed record AttemptStatus(Slot Slot, bool IsConfirmed, Lamports Fee, Refusal? Refusal);

/// <summary>Why the ledger refuses a step.</summary>
/// <param name="Kind">What that means for the saga.</param>
/// <param name="Message">The ledger's words.</param>
public sealed record Refusal(RefusalKind Kind, string Message);
