using System.Text.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Server.Tasks.Namespace;

/// <summary>The methods that a task may call, all of them. Nothing is found by reflection, so nothing else can be called.</summary>
internal interface ITaskNamespace
{
    /// <summary>What a method answers that has nothing to say: the original's undefined.</summary>
    static readonly object Nothing = new();

    /// <summary>The largest body of a call.</summary>
    int MaxRequestBytes { get; }

    /// <summary>How a failure is told to the task.</summary>
    NamespaceError Describe(PondException failure);

    /// <summary>Is told what was refused to the task because it may not have it; the operator gets to see it.</summary>
    void OnRefused(string what);

    /// <summary>Calls the method that the first argument names.</summary>
    /// <returns>Its answer; <see cref="Nothing"/> stands for undefined, a <see cref="RawJson"/> is passed on as it is.</returns>
    /// <exception cref="PondException"><c>method-unknown</c>, or what the method throws.</exception>
    ValueTask<object?> CallAsync(JsonElement args, CancellationToken cancellationToken);
}

/// <summary>An answer that is JSON text already.</summary>
/// <param name="Utf8">The text.</param>
internal sealed record RawJson(ReadOnlyMemory<byte> Utf8);
