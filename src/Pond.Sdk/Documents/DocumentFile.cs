using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Contracts.Json;
using Pond.Primitives;

namespace Pond.Sdk.Documents;

/// <summary>
/// A collection in a file of JSON lines, each a document as it was after one change, or <c>{"_id":..,"$deleted":true}</c>: the form in which
/// Koii's tasks keep theirs. Opened with its first use.
/// </summary>
internal sealed class DocumentFile(string path, string name) : ITaskDocumentSet, IDisposable
{
    private const int MaxDocuments = 100_000;
    private const int MaxDocumentBytes = 1_000_000;
    private const long MaxBytes = 256_000_000;

    /// <summary>With so many lines that count no more, more than those that do, the file is written anew.</summary>
    private const int MinStaleLines = 1_000;

    private const string IdMember = "_id";
    private const string DeletedMember = "$deleted";

    private readonly SemaphoreSlim _gate = new(1);
    // In the order of insertion: an index alone would lose it when something is removed.
    private readonly Dictionary<string, LinkedListNode<Entry>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _entries = new();
    private FileStream? _file;
    private long _bytes;
    private int _staleLines;

    public void Dispose()
    {
        _file?.Dispose();
        _gate.Dispose();
    }

    public ValueTask<string> InsertAsync(JsonObject document, CancellationToken cancellationToken) => DoAsync(
        () =>
        {
            var copy = (JsonObject)document.DeepClone();
            var id = copy[IdMember] switch
            {
                null => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
                JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 0 => text,
                _ => throw Invalid($"Its {IdMember} is no text."),
            };
            copy[IdMember] = id;
            if (_byId.ContainsKey(id))
            {
                throw new PondException(
                    "document-exists", $"The collection '{name}' has a document '{id}' already.", "Update it, or choose another _id.");
            }

            Write([copy]);
            return id;
        },
        cancellationToken);

    public ValueTask<ImmutableArray<JsonObject>> FindAsync(JsonObject query, CancellationToken cancellationToken) => DoAsync(
        () => Matching(query).Select(entry => (JsonObject)entry.Document.DeepClone()).ToImmutableArray(), cancellationToken);

    public ValueTask<int> UpdateAsync(JsonObject query, JsonObject changes, CancellationToken cancellationToken) => DoAsync(
        () =>
        {
            if (changes.ContainsKey(IdMember))
            {
                throw Invalid($"The {IdMember} of a document can't be changed.");
            }

            List<JsonObject> changed = [];
            foreach (var entry in Matching(query))
            {
                var copy = (JsonObject)entry.Document.DeepClone();
                foreach (var (member, value) in changes)
                {
                    copy[member] = value?.DeepClone();
                }

                changed.Add(copy);
            }

            Write(changed);
            return changed.Count;
        },
        cancellationToken);

    public ValueTask<int> RemoveAsync(JsonObject query, CancellationToken cancellationToken) => DoAsync(
        () =>
        {
            List<JsonObject> removed = [.. Matching(query).Select(entry => new JsonObject { [IdMember] = entry.Id, [DeletedMember] = true })];
            Write(removed);
            return removed.Count;
        },
        cancellationToken);

    private async ValueTask<T> DoAsync<T>(Func<T> action, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Open();
            return action();
        }
        catch (IOException exception)
        {
            throw new PondException(
                "disk-failed",
                $"The collection '{name}' can't be read or written: {exception.Message}",
                "Check that the disk has room and is sound.",
                innerException: exception);
        }
        finally
        {
            _gate.Release();
        }
    }

    private List<Entry> Matching(JsonObject query) =>
        query[IdMember] is JsonValue value && value.TryGetValue<string>(out var id)
            ? _byId.TryGetValue(id, out var found) && Matches(found.Value.Document, query) ? [found.Value] : []
            : [.. _entries.Where(entry => Matches(entry.Document, query))];

    private static bool Matches(JsonObject document, JsonObject query) =>
        query.All(member => JsonNode.DeepEquals(Reach(document, member.Key), member.Value) && (member.Value is not null || Has(document, member.Key)));

    private static bool Has(JsonObject document, string path)
    {
        var end = path.LastIndexOf('.');
        return document.ContainsKey(path) || (end > 0 && Reach(document, path[..end]) is JsonObject parent && parent.ContainsKey(path[(end + 1)..]));
    }

    private static JsonNode? Reach(JsonObject document, string path)
    {
        if (document.TryGetPropertyValue(path, out var value))
        {
            return value;
        }

        JsonNode? current = document;
        foreach (var part in path.Split('.'))
        {
            current = current is JsonObject parent ? parent[part] : null;
        }

        return current;
    }

    private void Open()
    {
        if (_file is not null)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            file.SetLength(ReadAll(file));
            file.Position = file.Length;
            _file = file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads all whole lines.</summary>
    /// <returns>The length of what was read: the process may have died in the middle of its last line.</returns>
    private long ReadAll(FileStream file)
    {
        _byId.Clear();
        _entries.Clear();
        (_bytes, _staleLines) = (0, 0);
        using var reader = new StreamReader(file, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var text = reader.ReadToEnd();
        long length = 0;
        var begin = 0;
        int end;
        while ((end = text.IndexOf('\n', begin)) >= 0)
        {
            var line = text[begin..end];
            if (!TryParse(line, out var document))
            {
                break;
            }

            Take(document, Encoding.UTF8.GetByteCount(line));
            length += Encoding.UTF8.GetByteCount(line) + 1;
            begin = end + 1;
        }

        return length;
    }

    private static bool TryParse(string line, out JsonObject document)
    {
        try
        {
            document = JsonNode.Parse(line) as JsonObject ?? [];
            return document[IdMember] is JsonValue id && id.TryGetValue<string>(out _);
        }
        catch (JsonException)
        {
            document = [];
            return false;
        }
    }

    /// <summary>Writes documents, all or none, and then takes them.</summary>
    private void Write(List<JsonObject> documents)
    {
        if (documents.Count == 0)
        {
            return;
        }

        var lines = documents.ConvertAll(document => JsonSerializer.SerializeToUtf8Bytes(document, PondJson.Options));
        if (lines.Find(line => line.Length > MaxDocumentBytes) is { } tooLong)
        {
            throw Invalid($"It has {tooLong.Length} bytes; {MaxDocumentBytes} is the most.");
        }

        var added = documents.Zip(lines).Where(pair => !pair.First.ContainsKey(DeletedMember)).ToList();
        if (_bytes + added.Sum(pair => (long)pair.Second.Length) > MaxBytes
            || _entries.Count + added.Count(pair => !_byId.ContainsKey(IdOf(pair.First))) > MaxDocuments)
        {
            throw new PondException(
                "collection-full",
                $"The collection '{name}' has {_entries.Count} documents of {_bytes} bytes; {MaxDocuments} and {MaxBytes} are the most.",
                "Remove old documents, or use several collections.");
        }

        var before = _file!.Length;
        try
        {
            foreach (var line in lines)
            {
                _file.Write(line);
                _file.WriteByte((byte)'\n');
            }

            _file.Flush(flushToDisk: true);
        }
        catch
        {
            _file.SetLength(before);
            throw;
        }

        foreach (var (document, line) in documents.Zip(lines))
        {
            Take(document, line.Length);
        }

        if (_staleLines > MinStaleLines && _staleLines > _entries.Count)
        {
            Compact();
        }
    }

    private void Take(JsonObject document, int size)
    {
        var id = IdOf(document);
        _byId.TryGetValue(id, out var old);
        _bytes -= old?.Value.Size ?? 0;
        _staleLines += old is null ? 0 : 1;
        if (document.ContainsKey(DeletedMember))
        {
            _staleLines++;
            if (old is not null)
            {
                _entries.Remove(old);
                _byId.Remove(id);
            }
        }
        else
        {
            _bytes += size;
            var entry = new Entry(id, document, size);
            if (old is not null)
            {
                old.Value = entry;
            }
            else
            {
                _byId[id] = _entries.AddLast(entry);
            }
        }
    }

    private void Compact()
    {
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            foreach (var entry in _entries)
            {
                JsonSerializer.Serialize(file, entry.Document, PondJson.Options);
                file.WriteByte((byte)'\n');
            }

            file.Flush(flushToDisk: true);
        }

        _file!.Dispose();
        _file = null;
        File.Move(temporary, path, overwrite: true);
        Open();
    }

    private static string IdOf(JsonObject document) => document[IdMember]!.GetValue<string>();

    private PondException Invalid(string reason) => new(
        "document-invalid", $"The collection '{name}' does not take the document. {reason}", "A document is a JSON object of at most 1 MB.");

    private sealed record Entry(string Id, JsonObject Document, int Size);
}
