using Pond.Primitives;

namespace Pond.Contracts.Operator;

/// <summary>What an operator wants done with his money: the body of <c>POST /money/sagas</c>.</summary>
/// <param name="Id">What it is called, at most 80 characters: who asks twice with the same id asks once.</param>
/// <param name="Kind"><c>transfer</c>, <c>stake</c>, <c>unstake</c>, <c>claim</c>, <c>restake</c> or <c>upgrade</c>.</param>
/// <param name="Task">The task; null for a transfer.</param>
/// <param name="To">Who gets a transfer; null for the others.</param>
/// <param name="Amount">How much to transfer, to stake, or to restake at most; null for all that there is, where that makes sense.</param>
public sealed record SagaRequest(string Id, string Kind, Pubkey? Task = null, Pubkey? To = null, Lamports? Amount = null);
