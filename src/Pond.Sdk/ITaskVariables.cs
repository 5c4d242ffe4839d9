using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>What the operator has paired with the task: settings and secrets, such as an API key. They never leave the node.</summary>
public interface ITaskVariables
{
    /// <summary>A variable's value; null if the operator has paired none of that name.</summary>
    string? Get(string name);

    /// <summary>A variable's value.</summary>
    /// <exception cref="PondException"><c>variable-missing</c>: the operator has paired none of that name.</exception>
    string Require(string name) =>
        Get(name) ?? throw new PondException(
            "variable-missing",
            $"The task needs the variable {name}, and the operator has not set it.",
            $"Set {name} for this task and start it again.");
}
