using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Client.Ledger;

/// <summary>How sending a transaction ended. Never a guess: what is not known is <see cref="Unknown"/>.</summary>
public abstract record TransactionOutcome
{
    private TransactionOutcome()
    {
    }

    /// <summary>How many signatures its fee was paid for; 0 if it never landed, or that is not known.</summary>
    public int PaidSignatures { get; init; }

    /// <summary>It landed and did what it should.</summary>
    /// <param name="Slot">Where.</param>
    /// <param name="Signature">Its id.</param>
    public sealed record Confirmed(Slot Slot, Signature Signature) : TransactionOutcome;

    /// <summary>It had no effect but perhaps its fee, and never will have one.</summary>
    /// <param name="Message">Why, in words.</param>
    /// <param name="Failure">Why, as the ledger says it; null if the ledger refused it as malformed or it never landed.</param>
    /// <param name="Logs">What its programs logged; empty if none ran, or the ledger does not tell.</param>
    public sealed record Failed(string Message, TransactionFailure? Failure, ImmutableArray<string> Logs) : TransactionOutcome;

    /// <summary>It may have landed, or still land until its blockhash expires. Look at its effect before sending it anew.</summary>
    /// <param name="Signature">The id to look for.</param>
    /// <param name="Message">Why the end is not known.</param>
    public sealed record Unknown(Signature Signature, string Message) : TransactionOutcome;
}
