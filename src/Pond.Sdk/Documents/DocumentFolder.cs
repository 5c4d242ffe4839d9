using System.Collections.Concurrent;

namespace Pond.Sdk.Documents;

/// <summary>Collections as files of a folder, one each.</summary>
internal sealed class DocumentFolder(string folder) : ITaskDocuments, IDisposable
{
    private const int MaxNameLength = 64;

    private readonly ConcurrentDictionary<string, DocumentFile> _collections = new(StringComparer.Ordinal);

    public ITaskDocumentSet Collection(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Length <= MaxNameLength && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? _collections.GetOrAdd(name, key => new DocumentFile(Path.Combine(folder, key + ".jsonl"), key))
            : throw new ArgumentException(
                $"'{name}' is no collection's name: 1 to {MaxNameLength} letters, digits, hyphens and underscores.", nameof(name));
    }

    public void Dispose()
    {
        foreach (var collection in _collections.Values)
        {
            collection.Dispose();
        }
    }
}
