using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>One entry of <c>getClusterNodes</c>. Addresses are null where the node does not listen.</summary>
/// <param name="Pubkey">Its identity.</param>
/// <param name="Gossip">Where it gossips.</param>
/// <param name="Tpu">Where it takes transactions as packets.</param>
/// <param name="Rpc">Where it takes calls.</param>
/// <param name="Pubsub">Where it takes subscriptions.</param>
/// <param name="Version">The version of Solana whose interface it speaks.</param>
/// <param name="FeatureSet">Its feature set; null, since the features of a version say nothing of this ledger.</param>
/// <param name="ShredVersion">A number that follows from the genesis hash; nodes of one cluster have the same.</param>
public sealed record ClusterNode(
    Pubkey Pubkey,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Gossip,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Tpu,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Rpc,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Pubsub,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] uint? FeatureSet,
    ushort ShredVersion)
{
    /// <summary>Where it takes transactions over QUIC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? TpuQuic { get; init; }
}

/// <summary>The value of <c>getSupply</c>.</summary>
/// <param name="Total">All lamports: what there was at genesis less the fees burnt.</param>
/// <param name="Circulating">Those that somebody may spend.</param>
/// <param name="NonCirculating">Those that nobody can.</param>
/// <param name="NonCirculatingAccounts">Where those are; empty if the caller did not want the list.</param>
public sealed record Supply(
    Lamports Total, Lamports Circulating, Lamports NonCirculating, ImmutableArray<Pubkey> NonCirculatingAccounts);

/// <summary>One entry of <c>getLargestAccounts</c>.</summary>
/// <param name="Address">The account.</param>
/// <param name="Lamports">Its balance.</param>
public sealed record AccountBalance(Pubkey Address, Lamports Lamports);

/// <summary>One entry of <c>getRecentPerformanceSamples</c>.</summary>
/// <param name="Slot">The sample's last slot.</param>
/// <param name="NumTransactions">How many transactions landed.</param>
/// <param name="NumNonVoteTransactions">The same: no transaction of this ledger is a vote.</param>
/// <param name="NumSlots">How many slots passed; at least 1.</param>
/// <param name="SamplePeriodSecs">How long that took, in seconds.</param>
public sealed record PerformanceSample(
    Slot Slot, ulong NumTransactions, ulong NumNonVoteTransactions, ulong NumSlots, ushort SamplePeriodSecs);
