using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Contracts.Json;

namespace Pond.Sdk.Documents;

/// <summary>Documents as types of the task's own: <c>FindAsync&lt;Page&gt;(new { host = "example.org" }, token)</c>.</summary>
/// <remarks>Members are named in camel case; keys, hashes, slots and rounds are written as on the ledger's wire.</remarks>
public static class TaskDocumentSetExtensions
{
    /// <summary>Adds a document.</summary>
    /// <inheritdoc cref="ITaskDocumentSet.InsertAsync"/>
    public static ValueTask<string> InsertAsync<T>(this ITaskDocumentSet collection, T document, CancellationToken cancellationToken)
        where T : notnull => collection.InsertAsync(ToJson(document), cancellationToken);

    /// <summary>The documents that match, in the order in which they were inserted.</summary>
    /// <param name="collection">Where to look.</param>
    /// <param name="query">An object whose members a document must have; an anonymous one, as a rule.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JsonException">A document that matches is no <typeparamref name="T"/>.</exception>
    public static async ValueTask<ImmutableArray<T>> FindAsync<T>(
        this ITaskDocumentSet collection, object query, CancellationToken cancellationToken) =>
        [.. (await collection.FindAsync(ToJson(query), cancellationToken)).Select(document => document.Deserialize<T>(PondJson.Options)!)];

    /// <summary>The first document that matches; default if none does.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public static async ValueTask<T?> FindOneAsync<T>(this ITaskDocumentSet collection, object query, CancellationToken cancellationToken) =>
        (await collection.FindAsync<T>(query, cancellationToken)).FirstOrDefault();

    /// <summary>Sets members of all documents that match.</summary>
    /// <inheritdoc cref="ITaskDocumentSet.UpdateAsync"/>
    public static ValueTask<int> UpdateAsync(this ITaskDocumentSet collection, object query, object changes, CancellationToken cancellationToken) =>
        collection.UpdateAsync(ToJson(query), ToJson(changes), cancellationToken);

    /// <summary>Removes all documents that match.</summary>
    /// <inheritdoc cref="ITaskDocumentSet.RemoveAsync"/>
    public static ValueTask<int> RemoveAsync(this ITaskDocumentSet collection, object query, CancellationToken cancellationToken) =>
        collection.RemoveAsync(ToJson(query), cancellationToken);

    private static JsonObject ToJson(object value) =>
        value as JsonObject
        ?? JsonSerializer.SerializeToNode(value, value.GetType(), PondJson.Options) as JsonObject
        ?? throw new ArgumentException($"A {value.GetType().Name} is no JSON object.", nameof(value));
}
