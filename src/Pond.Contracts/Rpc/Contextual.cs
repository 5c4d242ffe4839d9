using System.Text.Json.Serialization;
using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>An answer together with the slot whose state it was read from.</summary>
/// <param name="Context">The slot.</param>
/// <param name="Value">The answer; null where the method's doc says what that means.</param>
public sealed record Contextual<T>(
    AnswerContext Context,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] T Value);

/// <summary>Which state an answer was read from.</summary>
/// <param name="Slot">The state's slot.</param>
/// <param name="ApiVersion">The version of the server's interface; null if it does not say.</param>
public sealed record AnswerContext(Slot Slot, string? ApiVersion = null);
