using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Simulation.Ledger;

/// <summary>A transaction on its way: its sender repeats it until it knows how it ended, or it can't land any more.</summary>
internal sealed class SentTransaction(int sender, Transaction transaction, ulong lastValidHeight, Action<SendOutcome> ended)
{
    /// <summary>The node that sent it.</summary>
    internal int Sender => sender;

    internal Transaction Transaction => transaction;

    /// <summary>The height of the last block that may hold it.</summary>
    internal ulong LastValidHeight => lastValidHeight;

    /// <summary>What the ledger made of it; null before, and again after a crash in which it was lost.</summary>
    internal TransactionResult? Result { get; set; }

    internal bool IsEnded { get; private set; }

    internal void End(SendOutcome outcome)
    {
        if (!IsEnded)
        {
            IsEnded = true;
            ended(outcome);
        }
    }
}

/// <summary>How a transaction ended, as its sender learns it.</summary>
/// <param name="Slot">Where it landed and did what it says; null if it did not.</param>
/// <param name="Error">Why it did not; null with a null slot means that nobody knows.</param>
/// <param name="Signature">Its id.</param>
/// <param name="Fee">What it cost.</param>
internal readonly record struct SendOutcome(Slot? Slot, TransactionError? Error, Signature Signature, Lamports Fee);
