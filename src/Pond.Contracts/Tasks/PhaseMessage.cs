using System.Text.Json.Serialization;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Contracts.Tasks;

/// <summary>What a node tells a task to do: one line of JSON. A task ignores a function that it does not know.</summary>
/// <param name="FunctionCall">A phase by its wire name, or <see cref="Cancel"/>.</param>
/// <param name="RoundNumber">The round of the work, not the one that is running.</param>
/// <param name="IsPreviousRoundFailed">Whether the payout of the round before failed.</param>
/// <param name="Id">Names the call in <see cref="NamespaceMethod.PhaseCompleted"/>; a JavaScript bundle ignores it.</param>
public sealed record PhaseMessage(
    [property: JsonPropertyOrder(0)] string FunctionCall,
    [property: JsonPropertyOrder(1)] Round RoundNumber,
    [property: JsonPropertyOrder(2)] bool IsPreviousRoundFailed,
    [property: JsonPropertyOrder(3)] long Id)
{
    /// <summary>The function that asks the task to give up the phase of that id; Pond's own.</summary>
    public const string Cancel = "cancelPhase";

    /// <summary>The function that only asks for an answer, which shows that the task lives; Pond's own.</summary>
    public const string Ping = "ping";

    /// <summary>A phase's name on the wire.</summary>
    public static string NameOf(TaskPhase phase) => phase switch
    {
        TaskPhase.Execute => "executeTask",
        TaskPhase.Submit => "submitPayload",
        TaskPhase.Audit => "auditPayload",
        TaskPhase.Distribute => "generateAndSubmitDistributionList",
        TaskPhase.AuditDistribution => "distributionListAudit",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "No such phase."),
    };

    /// <summary>The phase that the message asks for; null for every other function.</summary>
    public TaskPhase? GetPhase() => FunctionCall switch
    {
        "executeTask" => TaskPhase.Execute,
        "submitPayload" => TaskPhase.Submit,
        "auditPayload" => TaskPhase.Audit,
        "generateAndSubmitDistributionList" => TaskPhase.Distribute,
        "distributionListAudit" => TaskPhase.AuditDistribution,
        _ => null,
    };
}
