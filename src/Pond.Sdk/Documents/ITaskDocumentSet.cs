using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Pond.Primitives;

namespace Pond.Sdk.Documents;

/// <summary>A collection of JSON objects. Thread-safe; what a call changed is on disk when it returns.</summary>
/// <remarks>
/// <para>Each document has the member <c>_id</c>, a text that names it; an inserted one without gets one. Documents that a call returns are copies.</para>
/// <para>A query is an object: a document matches if it has each of the query's members with an equal value. A name with dots reaches into
/// objects (<c>page.host</c>); a query without members matches everything.</para>
/// <para>A collection is held in memory: at most 100,000 documents of at most 1 MB each, and 256 MB altogether.</para>
/// </remarks>
public interface ITaskDocumentSet
{
    /// <summary>Adds a document.</summary>
    /// <returns>Its <c>_id</c>.</returns>
    /// <exception cref="PondException">
    /// <c>document-exists</c>: there is one of that <c>_id</c>. <c>document-invalid</c>: its <c>_id</c> is no text. <c>collection-full</c>.
    /// </exception>
    ValueTask<string> InsertAsync(JsonObject document, CancellationToken cancellationToken);

    /// <summary>The documents that match, in the order in which they were inserted.</summary>
    ValueTask<ImmutableArray<JsonObject>> FindAsync(JsonObject query, CancellationToken cancellationToken);

    /// <summary>Sets members of all documents that match; <c>_id</c> can't be changed.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="PondException"><c>document-invalid</c>: the changes name an <c>_id</c>. <c>collection-full</c>.</exception>
    ValueTask<int> UpdateAsync(JsonObject query, JsonObject changes, CancellationToken cancellationToken);

    /// <summary>Removes all documents that match.</summary>
    /// <returns>How many there were.</returns>
    ValueTask<int> RemoveAsync(JsonObject query, CancellationToken cancellationToken);
}
