using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using Pond.Ledger.Accounts;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>
/// A task: its settings, books and rounds, immutable and sharing structure, so that a change costs O(log n) and undoing it nothing.
/// </summary>
internal sealed record TaskState : AccountContent
{
    /// <summary>Older rounds are pruned, but never before their last attempt could be paid.</summary>
    private const ulong LeastRetainedRounds = 4;

    /// <summary>For how many rounds the image shows what became of the payout.</summary>
    private const ulong RetainedRecords = 32;

    /// <summary>For how many rounds after its work a stake can't be withdrawn; fewer than rounds are kept.</summary>
    private const ulong LockedRounds = 3;

    internal required TaskInstruction.CreateTask Settings { get; init; }

    internal required TaskVariables Variables { get; init; }

    internal required TaskWindows Windows { get; init; }

    internal required Pubkey Manager { get; init; }

    internal required Pubkey StakePot { get; init; }

    /// <summary>The token that the task pays in, with its vault; null in a KOII task, whose pot holds lamports.</summary>
    internal TokenVault? Vault { get; init; }

    /// <summary>A key that the creator passed along; stored, never interpreted.</summary>
    internal string KoiiVariables { get; init; } = string.Empty;

    /// <summary>Where the task has moved to; null if it has not.</summary>
    internal Pubkey? MigratedTo { get; init; }

    /// <summary>The task that this one continues; null if none.</summary>
    internal Pubkey? MigratedFrom { get; init; }

    /// <summary>The space that was paid for.</summary>
    internal required ulong SpaceBytes { get; init; }

    internal bool IsAllowlisted { get; init; }

    internal bool IsActive { get; init; }

    internal Lamports Bounty { get; init; }

    /// <summary>The sum of <see cref="Stakes"/>.</summary>
    internal Lamports TotalStake { get; init; }

    /// <summary>The sum of <see cref="Available"/>.</summary>
    internal Lamports TotalAvailable { get; init; }

    /// <summary>What settled rounds have given to keys whose balances are still to be written: long payouts come in parts.</summary>
    internal Lamports TotalPromised { get; init; }

    internal ImmutableSortedDictionary<Pubkey, StakeEntry> Stakes { get; init; } = ImmutableSortedDictionary<Pubkey, StakeEntry>.Empty;

    internal ImmutableSortedDictionary<Pubkey, Lamports> Available { get; init; } = ImmutableSortedDictionary<Pubkey, Lamports>.Empty;

    internal ImmutableSortedDictionary<Pubkey, string> Addresses { get; init; } = ImmutableSortedDictionary<Pubkey, string>.Empty;

    internal ImmutableSortedDictionary<Round, RoundState> Rounds { get; init; } = ImmutableSortedDictionary<Round, RoundState>.Empty;

    internal ImmutableSortedDictionary<Round, PayoutRecord> Records { get; init; } =
        ImmutableSortedDictionary<Round, PayoutRecord>.Empty;

    /// <summary>
    /// The stakes as they were at the first slots of past rounds. An entry holds for the rounds up to its own that no earlier entry holds
    /// for; it is made before the first change of a stake in a round.
    /// </summary>
    internal ImmutableSortedDictionary<Round, ImmutableSortedDictionary<Pubkey, StakeEntry>> PastStakes { get; init; } =
        ImmutableSortedDictionary<Round, ImmutableSortedDictionary<Pubkey, StakeEntry>>.Empty;

    /// <summary>A hash over all that has happened to the task, in order. It commits to the state without rendering it.</summary>
    internal Hash History { get; init; }

    internal TaskClass Class => Variables.Class;

    internal TaskKind Kind => Vault is null ? TaskKind.Koii : TaskKind.Token;

    internal bool IsMigrated => MigratedTo is not null;

    /// <summary>All that the pot owes.</summary>
    internal UInt128 Owed => (UInt128)Bounty.Value + TotalStake.Value + TotalAvailable.Value + TotalPromised.Value;

    internal override bool IsEmpty => false;

    internal override ulong SizeBytes => SpaceBytes;

    /// <summary>The part of the space that submissions may fill; the rest is for audits, lists and claims.</summary>
    internal ulong UsableBytes => SpaceBytes / 10 * 9;

    /// <summary>How many stakers there are at most that have the minimum. Crumbs don't count, or a few lamports would keep others' work out.</summary>
    internal ulong MostFullStakers => Settings.MinimumStake == Lamports.Zero
        ? (ulong)Stakes.Count
        : Math.Min((ulong)Stakes.Count, TotalStake.Value / Settings.MinimumStake.Value);

    /// <summary>How many rounds back a round is still kept.</summary>
    internal ulong RetainedRounds => 3 + Math.Max(LeastRetainedRounds, Settings.AllowedFailedDistributions);

    /// <summary>What the program sets aside of a round's bounty for its auditors.</summary>
    internal Lamports AuditPayOf(Lamports roundBounty, Genesis genesis) =>
        Class is TaskClass.Legacy ? Lamports.Zero : roundBounty.Share((ulong)genesis.AuditPayPercent, 100);

    /// <summary>What a round that is settled now may cost: the round's bounty, or what is left.</summary>
    internal Lamports RoundBounty => Lamports.Min(Settings.BountyPerRound, Bounty);

    /// <summary>Adds an event to the task's history.</summary>
    internal TaskState Record(ReadOnlySpan<byte> taskEvent) => this with { History = HistoryWith(taskEvent) };

    /// <summary>Changes a round and adds the event that says so: in one copy, because most instructions do no more.</summary>
    internal TaskState Record(Round round, RoundState state, ReadOnlySpan<byte> taskEvent) =>
        this with { Rounds = Rounds.SetItem(round, state), History = HistoryWith(taskEvent) };

    private Hash HistoryWith(ReadOnlySpan<byte> taskEvent)
    {
        const int LongestOnStack = 1024;
        var size = Hash.SizeBytes + taskEvent.Length;
        var input = size <= LongestOnStack ? stackalloc byte[size] : new byte[size];
        History.CopyTo(input);
        taskEvent.CopyTo(input[Hash.SizeBytes..]);
        Span<byte> digest = stackalloc byte[Hash.SizeBytes];
        SHA256.HashData(input, digest);
        return new(digest);
    }

    /// <summary>The oldest round that is kept; null if there is none.</summary>
    internal Round? OldestRound
    {
        get
        {
            // Asked for with each submission, and so without an enumerator on the heap.
            foreach (var (round, _) in Rounds)
            {
                return round;
            }

            return null;
        }
    }

    internal TaskState WithRound(Round round, RoundState state) => this with { Rounds = Rounds.SetItem(round, state) };

    internal TaskState WithRecord(Round round, PayoutRecord record)
    {
        var records = Records.SetItem(round, record);
        while ((ulong)records.Count > RetainedRecords)
        {
            records = records.Remove(records.Keys.First());
        }

        return this with { Records = records };
    }

    internal Lamports StakeOf(Pubkey key) => Stakes.TryGetValue(key, out var entry) ? entry.Amount : Lamports.Zero;

    /// <summary>The stakes at a round's first slot; the present ones for a round whose stakes have not changed since.</summary>
    internal ImmutableSortedDictionary<Pubkey, StakeEntry> StakesAtStartOf(Round round)
    {
        // The first entry at or after the round. There are few: as many as rounds are kept.
        foreach (var (until, stakes) in PastStakes)
        {
            if (until >= round)
            {
                return stakes;
            }
        }

        return Stakes;
    }

    internal bool WasStakedAtStartOf(Round round, Pubkey key) =>
        StakesAtStartOf(round).TryGetValue(key, out var entry) && entry.Amount >= Settings.MinimumStake && entry.Amount > Lamports.Zero;

    internal bool HasMinimumStake(Pubkey key) => StakeOf(key) is var stake && stake > Lamports.Zero && stake >= Settings.MinimumStake;

    /// <summary>Whether a key took part in one of the last three rounds; all of those are still kept.</summary>
    internal bool IsActiveSince(Round now, Pubkey key, StakeEntry entry)
    {
        if (entry.LastRound is { } last && last + LockedRounds >= now)
        {
            return true;
        }

        foreach (var (round, state) in Rounds)
        {
            if (round + LockedRounds >= now && state.Submissions.ContainsKey(key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Changes a stake by setting its entry, after keeping the stakes of the round's first slot.</summary>
    internal TaskState WithStake(Round now, Pubkey key, StakeEntry entry)
    {
        var old = StakeOf(key);
        var kept = this;
        if (old != entry.Amount && (PastStakes.IsEmpty || PastStakes.Keys.Last() < now))
        {
            // No round is asked for that is older than all that are kept.
            var oldest = Rounds.IsEmpty || Rounds.Keys.First() > now ? now.Value : Rounds.Keys.First().Value;
            var floor = Math.Min(oldest, now.Value - Math.Min(now.Value, RetainedRounds + 1));
            kept = this with
            {
                PastStakes = PastStakes.RemoveRange(PastStakes.Keys.Where(until => until.Value < floor)).Add(now, Stakes),
            };
        }

        return kept with
        {
            Stakes = entry.Amount == Lamports.Zero ? Stakes.Remove(key) : Stakes.SetItem(key, entry),
            TotalStake = TotalStake - old + entry.Amount,
        };
    }

    internal TaskState Credit(Pubkey key, Lamports amount) => amount == Lamports.Zero
        ? this
        : this with
        {
            Available = Available.SetItem(key, Available.GetValueOrDefault(key) + amount),
            TotalAvailable = TotalAvailable + amount,
        };

    /// <summary>Notes that a key that submitted nothing in a round took part in it all the same, which locks its stake for some rounds.</summary>
    internal TaskState WithActivity(Pubkey key, Round round) =>
        Stakes.TryGetValue(key, out var entry) && (entry.LastRound is not { } last || last < round)
            ? this with { Stakes = Stakes.SetItem(key, entry with { LastRound = round }) }
            : this;

    /// <summary>Whether the pot covers what the books say, and nothing left the range that clients can read.</summary>
    internal bool IsSolvent(StoredAccount pot) =>
        Owed <= TaskInstruction.MaxNumber
        && (Vault is null ? pot.Lamports.Value >= Owed + Rent.MinimumFor(0).Value : TokenVault.BalanceOf(pot).Value >= Owed);

    /// <summary>Adds the books up again.</summary>
    /// <exception cref="UnreachableException">They don't agree with their totals, or the pot does not cover them.</exception>
    internal void VerifyBooks(Pubkey task, StoredAccount pot)
    {
        var stakes = Stakes.Values.Aggregate(Lamports.Zero, (sum, entry) => sum + entry.Amount);
        var available = Available.Values.Aggregate(Lamports.Zero, (sum, amount) => sum + amount);
        var promised = Rounds.Values.SelectMany(state => state.Unpaid).Aggregate(Lamports.Zero, (sum, credit) => sum + credit.Amount);
        if (stakes != TotalStake || available != TotalAvailable || promised != TotalPromised || !IsSolvent(pot)
            || Stakes.Values.Any(entry => entry.Amount == Lamports.Zero) || Available.Values.Any(amount => amount == Lamports.Zero))
        {
            throw new UnreachableException(
                $"Task {task}: stakes {stakes.Value} ({TotalStake.Value}), balances {available.Value} ({TotalAvailable.Value}), promised {promised.Value} ({TotalPromised.Value}), bounty {Bounty.Value}, pot {pot.Lamports.Value}.");
        }

        foreach (var (round, state) in Rounds)
        {
            if (!state.Accused.SetEquals(state.Submissions.Where(pair => pair.Value.Objection is not null).Select(pair => pair.Key)))
            {
                throw new UnreachableException($"Task {task}: the accused of round {round} are not those with an objection.");
            }
        }
    }

    internal override Hash Digest() => History;

    internal override Bytes32? Head => Vault is null ? TaskImage.Head(this) : TokenTaskImage.Head(this);

    internal override ImmutableArray<byte> Render(Slot slot) => RenderAll();

    /// <summary>The account's bytes, of exactly their length.</summary>
    internal ImmutableArray<byte> RenderAll() => Vault is null ? TaskImage.Render(this, TaskImageParts.All) : TokenTaskImage.Render(this);
}

/// <summary>One key's stake.</summary>
/// <param name="Amount">How much; never zero in the books.</param>
/// <param name="Bonds">What of it is locked for open objections.</param>
/// <param name="LastRound">The last round in which the key voted without having submitted. Who did submit is found in the round.</param>
internal readonly record struct StakeEntry(Lamports Amount, Lamports Bonds, Round? LastRound);
