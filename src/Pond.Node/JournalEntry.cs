using Pond.Primitives;

namespace Pond.Node;

/// <summary>One line of the journal, from which a round can be explained.</summary>
/// <param name="Slot">When the node learnt of it.</param>
/// <param name="Round">The round it belongs to; null for what belongs to none, such as a claim.</param>
/// <param name="Event">What happened.</param>
public sealed record JournalEntry(Slot Slot, Round? Round, JournalEvent Event)
{
    /// <summary>Whom it is about: the candidate or the list's author; null where it is about the node itself.</summary>
    public Pubkey? About { get; init; }

    /// <summary>A value, a verdict or an error, as the event's documentation says.</summary>
    public string? Detail { get; init; }

    /// <summary>The transaction that did it, where one is known.</summary>
    public Signature? Signature { get; init; }

    /// <summary>For <see cref="JournalEvent.RoundClosed"/> and <see cref="JournalEvent.Claimed"/>: what came in.</summary>
    public Lamports Earned { get; init; }

    /// <summary>For <see cref="JournalEvent.RoundClosed"/>: what of the stake was lost.</summary>
    public Lamports Lost { get; init; }

    /// <summary>For <see cref="JournalEvent.RoundClosed"/>: an equal part of the round's bounty, this node's submission counted.</summary>
    public Lamports Expected { get; init; }

    /// <summary>What the transactions of this entry cost the operator.</summary>
    public Lamports Fee { get; init; }

    /// <summary>For <see cref="JournalEvent.RoundClosed"/>: why nothing came in.</summary>
    public RoundReason Reason { get; init; }
}
