using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Contracts.Operator;

/// <summary>Where every token of an operator is: the answer of <c>GET /money</c>.</summary>
/// <param name="Schema">The answer's version: 1.</param>
/// <param name="Slot">The slot in which it was looked at.</param>
/// <param name="MainKey">The main key.</param>
/// <param name="Main">What is on it.</param>
/// <param name="Tasks">What is on each task, by its id.</param>
/// <param name="Total">All of it together.</param>
/// <param name="Open">What is being done with it, oldest first.</param>
/// <param name="Last">What was asked for last, newest first.</param>
public sealed record MoneyAnswer(
    int Schema,
    Slot Slot,
    Pubkey MainKey,
    Lamports Main,
    ImmutableArray<StakePlace> Tasks,
    Lamports Total,
    ImmutableArray<SagaAnswer> Open,
    ImmutableArray<SagaAnswer> Last);

/// <summary>What an operator has on one task under one staking key.</summary>
/// <param name="Task">The task.</param>
/// <param name="Name">Its name.</param>
/// <param name="Token">What it pays in; null for KOII. Amounts of tokens are not in the total.</param>
/// <param name="StakingKey">The key.</param>
/// <param name="IsShared">Whether it is an old one that several tasks share.</param>
/// <param name="Staked">What is staked.</param>
/// <param name="Claimable">What can be claimed.</param>
/// <param name="LockedUntil">The first slot in which the stake can be taken back; null if it can be now. Disputes may take longer.</param>
/// <param name="Rent">What lies on the key's own account: the rent that keeps it. Counted once for a key that several tasks share.</param>
public sealed record StakePlace(
    Pubkey Task, string Name, Pubkey? Token, Pubkey StakingKey, bool IsShared, Lamports Staked, Lamports Claimable, Slot? LockedUntil, Lamports Rent);
