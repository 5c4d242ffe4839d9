using System.Collections.Immutable;
using Pond.Node;
using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>What a node did in a round and what it got for it, from its journal.</summary>
public sealed record RoundExplanation
{
    /// <summary>The round.</summary>
    public required Round Round { get; init; }

    /// <summary>Whether nothing more can happen in it.</summary>
    public required bool IsClosed { get; init; }

    /// <summary>Why it paid nothing, as a stable code; empty if it paid, or is not closed.</summary>
    public required string Reason { get; init; }

    /// <summary>The same in a sentence, with what to do.</summary>
    public required string Sentence { get; init; }

    /// <summary>What it paid.</summary>
    public required Lamports Earned { get; init; }

    /// <summary>What of the stake it cost.</summary>
    public required Lamports Lost { get; init; }

    /// <summary>An equal part of the round's bounty among those who submitted, this node counted; 0 if it took no part, or the round is not over.</summary>
    public required Lamports Expected { get; init; }

    /// <summary>What the node's transactions for the round cost.</summary>
    public required Lamports Fees { get; init; }

    /// <summary>What the ledger holds as this node's submission, and in which slot that was seen; null if it holds none.</summary>
    public required JournalEntry? Submission { get; init; }

    /// <summary>How many of this node's verdicts on submissions the ledger holds.</summary>
    public required int AuditsMade { get; init; }

    /// <summary>How many others said what of this node's submission, when the round was closed.</summary>
    public required ImmutableSortedDictionary<string, int> AuditsReceived { get; init; }

    /// <summary>Whether the ledger holds a distribution list of this node's.</summary>
    public required bool HasList { get; init; }

    /// <summary>All that happened, oldest first.</summary>
    public required ImmutableArray<JournalEntry> Entries { get; init; }

    /// <summary>Explains a round from a node's folder, whether or not the node runs.</summary>
    /// <param name="dataFolder">The node's folder.</param>
    /// <param name="task">The task.</param>
    /// <param name="round">The round.</param>
    /// <exception cref="PondException"><c>journal-missing</c>: the node never ran the task. Or the disk failed.</exception>
    public static RoundExplanation Read(string dataFolder, Pubkey task, Round round)
    {
        var path = Path.Combine(dataFolder, "tasks", task.ToString(), "node.db");
        if (!File.Exists(path))
        {
            throw new PondException(
                "journal-missing", $"The node in {dataFolder} has no journal of the task {task}.", "Check which task it runs with 'pond task status'.");
        }

        using var database = NodeDatabase.Open(path);
        return Of(round, database.ReadRound(round));
    }

    /// <summary>Explains a round from its journal.</summary>
    public static RoundExplanation Of(Round round, IReadOnlyList<JournalEntry> entries)
    {
        var closed = entries.LastOrDefault(entry => entry.Event is JournalEvent.RoundClosed);
        return new()
        {
            Round = round,
            IsClosed = closed is not null,
            Reason = closed?.Reason.ToCode() ?? "",
            Sentence = closed is null
                ? entries.Count == 0 ? "The node has done nothing in this round." : "The round is not over yet."
                : closed.Reason.ToSentence(),
            Earned = closed?.Earned ?? Lamports.Zero,
            Lost = closed?.Lost ?? Lamports.Zero,
            Expected = closed?.Expected ?? Lamports.Zero,
            Fees = entries.Aggregate(Lamports.Zero, (sum, entry) => sum + entry.Fee),
            Submission = entries.LastOrDefault(entry => entry.Event is JournalEvent.SubmissionAccepted),
            AuditsMade = entries.Count(entry => entry.Event is JournalEvent.VerdictAccepted),
            AuditsReceived = entries.Where(entry => entry.Event is JournalEvent.VerdictReceived)
                .CountBy(entry => entry.Detail ?? "", StringComparer.Ordinal).ToImmutableSortedDictionary(StringComparer.Ordinal),
            HasList = entries.Any(entry => entry.Event is JournalEvent.ListAccepted),
            Entries = [.. entries],
        };
    }
}
