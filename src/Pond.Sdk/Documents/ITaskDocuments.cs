namespace Pond.Sdk.Documents;

/// <summary>The task's document store: collections of JSON objects that survive a restart, as Koii's tasks know it from <c>getDb</c>.</summary>
public interface ITaskDocuments
{
    /// <summary>A collection; it begins to exist with its first document.</summary>
    /// <param name="name">1 to 64 letters, digits, hyphens and underscores.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    ITaskDocumentSet Collection(string name);
}
