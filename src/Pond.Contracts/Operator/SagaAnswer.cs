using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Contracts.Operator;

/// <summary>How far something is that an operator wanted done with his money.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Kind">What it does.</param>
/// <param name="State"><c>running</c>, <c>waiting</c>, <c>done</c>, <c>refused</c> or <c>unknown</c>.</param>
/// <param name="Reason">Why it waits, was refused or is not known: a stable code; empty otherwise.</param>
/// <param name="Sentence">The same in a sentence.</param>
/// <param name="StepsDone">How many of its steps are done.</param>
/// <param name="Steps">How many it has.</param>
/// <param name="Task">The task that its next or last step is about; null for a transfer.</param>
/// <param name="Amount">How much that step moves; nothing for all that there is.</param>
/// <param name="Fees">What its transactions have cost.</param>
/// <param name="Transactions">Those that have landed, in order.</param>
/// <param name="UnderWay">The one that is under way; null if none is.</param>
public sealed record SagaAnswer(
    string Id,
    string Kind,
    string State,
    string Reason,
    string Sentence,
    int StepsDone,
    int Steps,
    Pubkey? Task,
    Lamports Amount,
    Lamports Fees,
    ImmutableArray<Signature> Transactions,
    Signature? UnderWay);
