using Pond.Primitives;

namespace Pond.Contracts.Operator;

/// <summary>What a task is to be run with: the body of <c>PUT /tasks/{id}</c>, or of <c>/tasks/{id}/money</c> where anything is given. What is null stays as it was.</summary>
/// <param name="Stake">The stake to have at least.</param>
/// <param name="RestakeFrom">From how much on earnings are staked again by themselves; 0 for never.</param>
/// <param name="MaxSpending">How much of the operator's money the task's own calls may move in all.</param>
/// <param name="HasConsent">Whether the operator hands a JavaScript task its own staking key.</param>
public sealed record TaskStart(Lamports? Stake = null, Lamports? RestakeFrom = null, Lamports? MaxSpending = null, bool? HasConsent = null);
