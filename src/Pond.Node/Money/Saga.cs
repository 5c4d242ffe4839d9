using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Node.Money;

/// <summary>Something that an operator does with his money, in steps that each happen once whatever fails in between.</summary>
public sealed record Saga
{
    /// <summary>What it is called: who asks twice with the same id asks once.</summary>
    public required string Id { get; init; }

    /// <summary>What it does.</summary>
    public required SagaKind Kind { get; init; }

    /// <summary>Its steps, in order.</summary>
    public required ImmutableArray<SagaStep> Steps { get; init; }

    /// <summary>How many steps are done.</summary>
    public int StepsDone { get; init; }

    /// <summary>How far it is.</summary>
    public SagaState State { get; init; } = SagaState.Running;

    /// <summary>The transaction that is under way; null if none is.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>Why it waits, was refused, or is not known: a stable code; empty otherwise.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The same in a sentence.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>The slot before which it is not tried again.</summary>
    public Slot RetryFrom { get; init; }

    /// <summary>The transactions that have landed for it, in order.</summary>
    public ImmutableArray<Signature> Landed { get; init; } = [];

    /// <summary>What they cost.</summary>
    public Lamports Fees { get; init; }

    /// <summary>The step to be done next; null once all are.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public SagaStep? Step => StepsDone < Steps.Length ? Steps[StepsDone] : null;

    /// <summary>Whether it will never change again.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOver => State is SagaState.Done or SagaState.Refused;
}
