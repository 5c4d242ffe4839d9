using System.Collections.Immutable;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>One round of one task, from its first submission on.</summary>
internal sealed record RoundState
{
    internal ImmutableSortedDictionary<Pubkey, SubmissionState> Submissions { get; init; } =
        ImmutableSortedDictionary<Pubkey, SubmissionState>.Empty;

    /// <summary>The candidates that somebody objected to, so that nobody has to look for them among all.</summary>
    internal ImmutableSortedSet<Pubkey> Accused { get; init; } = [];

    /// <summary>What has been worked out from the above and the beacons; shared by all that this round becomes.</summary>
    internal RoundDraws Draws { get; } = new();

    /// <summary>Lists being uploaded, by author.</summary>
    internal ImmutableSortedDictionary<Pubkey, ListUpload> Uploads { get; init; } =
        ImmutableSortedDictionary<Pubkey, ListUpload>.Empty;

    /// <summary>Whose own accounts show a list of this round; they forget it when the round goes.</summary>
    internal ImmutableSortedSet<Pubkey> Authors { get; init; } = [];

    /// <summary>The attempt that <see cref="Lists"/> belong to. Time may have moved on: <see cref="RoundReader"/> knows.</summary>
    internal int Attempt { get; init; }

    internal ImmutableSortedDictionary<Pubkey, ListState> Lists { get; init; } = ImmutableSortedDictionary<Pubkey, ListState>.Empty;

    /// <summary>The authors of lists that failed; they don't write again.</summary>
    internal ImmutableSortedSet<Pubkey> FailedAuthors { get; init; } = [];

    internal PayoutRecord Record { get; init; }

    /// <summary>What the round came to; null until it is settled.</summary>
    internal Settlement? Settlement { get; init; }

    /// <summary>What of the settlement is still to be written into the balances, by key; each Payout writes a part.</summary>
    internal ImmutableArray<Credit> Unpaid { get; init; } = [];

    /// <summary>Whether nothing is left to do for the round.</summary>
    internal bool IsDone => Settlement is not null && Unpaid.IsEmpty;

    /// <summary>The bytes that the submissions take in the image, roughly.</summary>
    internal ulong SubmissionsSizeBytes { get; init; }
}

/// <summary>A submission with the verdicts on it.</summary>
internal sealed record SubmissionState(string Value, Slot Slot)
{
    internal VerdictBook Verdicts { get; init; } = VerdictBook.Empty;

    internal ObjectionState? Objection { get; init; }
}

/// <summary>Who objected first, when, and what is locked for it.</summary>
internal sealed record ObjectionState(Pubkey By, Slot Slot, Lamports Bond);

/// <summary>Verdicts by voter, each key at most one; <c>Ordinal</c> is the order in which they came.</summary>
internal sealed record VerdictBook(ImmutableSortedDictionary<Pubkey, CastVerdict> ByVoter)
{
    internal static readonly VerdictBook Empty = new(ImmutableSortedDictionary<Pubkey, CastVerdict>.Empty);

    internal Verdict? Of(Pubkey voter) => ByVoter.TryGetValue(voter, out var cast) ? cast.Verdict : null;

    internal VerdictBook With(Pubkey voter, Verdict verdict, Slot slot) =>
        new(ByVoter.Add(voter, new(verdict, slot, ByVoter.Count)));

    internal ImmutableArray<GivenVerdict> InOrder()
    {
        // Each has an ordinal of its own, from 0, so it says where it stands.
        var given = new GivenVerdict[ByVoter.Count];
        foreach (var (voter, cast) in ByVoter)
        {
            given[cast.Ordinal] = new(voter, cast.Verdict, cast.Slot);
        }

        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(given);
    }

    /// <summary>One voter's verdict, if there is one.</summary>
    internal ImmutableArray<GivenVerdict> InOrderOf(Pubkey voter) =>
        ByVoter.TryGetValue(voter, out var cast) ? [new(voter, cast.Verdict, cast.Slot)] : [];
}

/// <summary>One verdict.</summary>
internal readonly record struct CastVerdict(Verdict Verdict, Slot Slot, int Ordinal);

/// <summary>A list that was handed in. Its text is held here, so that a later upload can't change what was audited.</summary>
internal sealed record ListState(DistributionList List, Slot Slot)
{
    internal VerdictBook Verdicts { get; init; } = VerdictBook.Empty;
}

/// <summary>What a round came to.</summary>
internal sealed record Settlement(
    ImmutableSortedDictionary<Pubkey, Lamports> Rewards,
    ImmutableSortedDictionary<Pubkey, Lamports> AuditPay,
    ImmutableSortedDictionary<Pubkey, Lamports> SlashShares,
    ImmutableSortedDictionary<Pubkey, Lamports> Slashes,
    ImmutableSortedDictionary<Pubkey, SubmissionOutcome> Outcomes,
    Lamports Burnt);

/// <summary>What a settled round gives to one key, for whatever reason.</summary>
internal readonly record struct Credit(Pubkey Key, Lamports Amount);
