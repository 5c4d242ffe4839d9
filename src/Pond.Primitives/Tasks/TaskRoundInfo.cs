using System.Collections.Immutable;

namespace Pond.Primitives.Tasks;

/// <summary>All that the ledger knows of one round of one task, as <c>getTaskRound</c> answers it.</summary>
/// <remarks>
/// What happened is final as soon as it is shown; what a later slot decides is null, empty or Pending until then. A large round comes in
/// parts, each with some of the keys in all maps; and one node may ask for what concerns itself.
/// </remarks>
public sealed record TaskRoundInfo
{
    /// <summary>The round.</summary>
    public required Round Round { get; init; }

    /// <summary>The stakes at the round's first slot that were at least the minimum: who may take part in the round.</summary>
    /// <remarks>Empty until the round has begun. Everybody reads the same, whenever they read.</remarks>
    public required ImmutableSortedDictionary<Pubkey, Lamports> Participants { get; init; }

    /// <summary>The submissions, by submitter.</summary>
    public required ImmutableSortedDictionary<Pubkey, RoundSubmission> Submissions { get; init; }

    /// <summary>The beacon that draws the auditors, 64 bytes in hexadecimal; null before its block.</summary>
    public string? AuditBeacon { get; init; }

    /// <summary>Whether anybody may take part in the round, also where <see cref="Participants"/> names only some of them.</summary>
    public bool HasParticipants
    {
        get => field || !Participants.IsEmpty;
        init;
    }

    /// <summary>How many submissions there are, also where <see cref="Submissions"/> holds only some of them.</summary>
    public int SubmissionCount
    {
        get => Math.Max(field, Submissions.Count);
        init;
    }

    /// <summary>Whether anybody is paid for the round's work; false until the votes are over.</summary>
    public bool HasAccepted
    {
        get => field || Outcomes.Values.Any(outcome => outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited);
        init;
    }

    /// <summary>The last key of this part: the next part begins after it. Null when nothing comes after.</summary>
    public Pubkey? Next { get; init; }

    /// <summary>For each candidate its auditors in rank order; empty before the beacon. The first K are asked first.</summary>
    public required ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>> Auditors { get; init; }

    /// <summary>How many auditors each candidate has: K of the rules.</summary>
    public required int AuditorsPerSubmission { get; init; }

    /// <summary>From this slot on, backup auditors step in for missing verdicts, and no objection is opened any more.</summary>
    public required Slot BackupsFrom { get; init; }

    /// <summary>The last slot in which votes count.</summary>
    public required Slot VotesClose { get; init; }

    /// <summary>All verdicts given, by candidate, in the order they came.</summary>
    public required ImmutableSortedDictionary<Pubkey, ImmutableArray<GivenVerdict>> Verdicts { get; init; }

    /// <summary>The objections, by candidate.</summary>
    public required ImmutableSortedDictionary<Pubkey, Objection> Objections { get; init; }

    /// <summary>What became of each submission.</summary>
    public required ImmutableSortedDictionary<Pubkey, SubmissionOutcome> Outcomes { get; init; }

    /// <summary>Who may write the distribution list, best rank first; empty before the beacon of the list's round.</summary>
    public required ImmutableArray<Pubkey> Leaders { get; init; }

    /// <summary>The first slot of the current attempt's list window.</summary>
    public required Slot ListsFrom { get; init; }

    /// <summary>Which attempt is running, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>The distribution lists of the current attempt, by author.</summary>
    public required ImmutableSortedDictionary<Pubkey, RoundList> Lists { get; init; }

    /// <summary>Where the payout stands.</summary>
    public required PayoutRecord Payout { get; init; }

    /// <summary>Whether the round is settled: paid or failed for good, its slashes and bonds included. Nothing in it changes any more.</summary>
    public bool IsSettled { get; init; }

    /// <summary>What the payout gave to each key for its work; empty before it.</summary>
    public required ImmutableSortedDictionary<Pubkey, Lamports> Rewards { get; init; }

    /// <summary>What the payout gave to each key for its audits; empty before it.</summary>
    public required ImmutableSortedDictionary<Pubkey, Lamports> AuditPay { get; init; }

    /// <summary>What others' losses gave to each key: an objector's and a juror's share of a slash, a false accuser's bond.</summary>
    public ImmutableSortedDictionary<Pubkey, Lamports> SlashShares { get; init; } =
        ImmutableSortedDictionary<Pubkey, Lamports>.Empty;

    /// <summary>What each key lost of its stake in this round: slashes and forfeited bonds.</summary>
    public required ImmutableSortedDictionary<Pubkey, Lamports> Slashes { get; init; }

    /// <summary>This part of a round with all parts before it.</summary>
    /// <param name="before">The parts before it.</param>
    public TaskRoundInfo After(TaskRoundInfo before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return this with
        {
            Participants = before.Participants.SetItems(Participants),
            Submissions = before.Submissions.SetItems(Submissions),
            Auditors = before.Auditors.SetItems(Auditors),
            Verdicts = before.Verdicts.SetItems(Verdicts),
            Objections = before.Objections.SetItems(Objections),
            Outcomes = before.Outcomes.SetItems(Outcomes),
            Rewards = before.Rewards.SetItems(Rewards),
            AuditPay = before.AuditPay.SetItems(AuditPay),
            SlashShares = before.SlashShares.SetItems(SlashShares),
            Slashes = before.Slashes.SetItems(Slashes),
        };
    }
}

/// <summary>One node's claim for one round.</summary>
/// <param name="Value">What was submitted, normally a CID; at most 512 bytes.</param>
/// <param name="Slot">When it was accepted.</param>
public sealed record RoundSubmission(string Value, Slot Slot);

/// <summary>One verdict.</summary>
/// <param name="Voter">Whose.</param>
/// <param name="Verdict">What was said.</param>
/// <param name="Slot">When.</param>
public sealed record GivenVerdict(Pubkey Voter, Verdict Verdict, Slot Slot);

/// <summary>An objection against a submission.</summary>
/// <param name="By">Who opened it with the first Invalid verdict.</param>
/// <param name="Slot">When.</param>
/// <param name="Seats">Who may vote; empty until the beacon that draws them.</param>
/// <param name="Bond">What of the objector's stake is locked for it.</param>
public sealed record Objection(Pubkey By, Slot Slot, ImmutableArray<Pubkey> Seats, Lamports Bond);

/// <summary>A distribution list.</summary>
/// <param name="Slot">When it was submitted.</param>
/// <param name="Hash">SHA-256 of its JSON text.</param>
/// <param name="Auditors">Who is asked to audit it, in rank order; empty until the beacon that draws them.</param>
/// <param name="Verdicts">The verdicts given, in the order they came.</param>
public sealed record RoundList(
    Slot Slot, Hash Hash, ImmutableArray<Pubkey> Auditors, ImmutableArray<GivenVerdict> Verdicts);
