using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>The answer of <c>getEpochSchedule</c>.</summary>
/// <param name="SlotsPerEpoch">An epoch's length.</param>
/// <param name="LeaderScheduleSlotOffset">How many slots before an epoch its leaders are known.</param>
/// <param name="Warmup">Whether the first epochs are shorter.</param>
/// <param name="FirstNormalEpoch">The first epoch of full length.</param>
/// <param name="FirstNormalSlot">Its first slot.</param>
public sealed record EpochScheduleAnswer(
    ulong SlotsPerEpoch, ulong LeaderScheduleSlotOffset, bool Warmup, ulong FirstNormalEpoch, Slot FirstNormalSlot);

/// <summary>The answer of <c>getBlockProduction</c>.</summary>
/// <param name="ByIdentity">For each leader: how many slots it led, and for how many of them there is a block.</param>
/// <param name="Range">The slots that were looked at.</param>
public sealed record BlockProduction(ImmutableSortedDictionary<Pubkey, ImmutableArray<ulong>> ByIdentity, SlotRange Range);

/// <summary>Some slots.</summary>
/// <param name="FirstSlot">The first.</param>
/// <param name="LastSlot">The last, included.</param>
public sealed record SlotRange(Slot FirstSlot, Slot LastSlot);

/// <summary>The answer of <c>getVoteAccounts</c>.</summary>
/// <param name="Current">Who keeps up.</param>
/// <param name="Delinquent">Who is 128 slots behind or more.</param>
public sealed record VoteAccounts(ImmutableArray<VoteAccount> Current, ImmutableArray<VoteAccount> Delinquent);

/// <summary>One who says that blocks are final.</summary>
/// <param name="VotePubkey">The key that it votes with.</param>
/// <param name="NodePubkey">The node's identity.</param>
/// <param name="ActivatedStake">The stake behind it.</param>
/// <param name="EpochVoteAccount">Whether it counts in this epoch.</param>
/// <param name="EpochCredits">Epoch, credits, credits before; the last five epochs.</param>
/// <param name="Commission">What it keeps of rewards, in percent.</param>
/// <param name="LastVote">The newest slot that it voted for.</param>
/// <param name="RootSlot">The newest slot that it holds to be final.</param>
public sealed record VoteAccount(
    Pubkey VotePubkey,
    Pubkey NodePubkey,
    Lamports ActivatedStake,
    bool EpochVoteAccount,
    ImmutableArray<ImmutableArray<ulong>> EpochCredits,
    byte Commission,
    Slot LastVote,
    Slot RootSlot);

/// <summary>The answer of <c>getInflationGovernor</c>: fractions of the supply, and years.</summary>
/// <param name="Initial">At genesis.</param>
/// <param name="Terminal">In the end.</param>
/// <param name="Taper">By how much it falls in a year.</param>
/// <param name="Foundation">The foundation's part.</param>
/// <param name="FoundationTerm">For how long.</param>
public sealed record InflationGovernor(double Initial, double Terminal, double Taper, double Foundation, double FoundationTerm);

/// <summary>The answer of <c>getInflationRate</c>: fractions of the supply.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Validator">The producers' part.</param>
/// <param name="Foundation">The foundation's part.</param>
/// <param name="Epoch">The epoch.</param>
public sealed record InflationRate(double Total, double Validator, double Foundation, ulong Epoch);

/// <summary>The answer of <c>getBlockCommitment</c>.</summary>
/// <param name="Commitment">The stake that voted for the block at each depth; null if nobody's votes are counted.</param>
/// <param name="TotalStake">All stake.</param>
public sealed record BlockCommitment(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ImmutableArray<ulong>? Commitment, Lamports TotalStake);
