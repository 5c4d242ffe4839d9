using System.Text.Json;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Nodes;

/// <summary>What a node reads in a task's metadata.</summary>
/// <param name="Storage">The pinning service in which the task wants its proofs; null if it names none.</param>
/// <param name="AsksForInternet">
/// Whether the task says that it needs the internet: an entry of <c>requirementsTags</c> of type <c>NETWORK</c>, or the add-on <c>REQUIRE_INTERNET</c>.
/// </param>
internal sealed record TaskMetadata(string? Storage, bool AsksForInternet)
{
    /// <summary>The file in the folder that is a task's metadata.</summary>
    internal const string FileName = "metadata.json";

    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a task's metadata.</summary>
    /// <param name="metadata">Its CID: a JSON file, or a folder with one.</param>
    /// <param name="source">Fetches it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if it can't be had from anybody, or is no metadata.</returns>
    internal static async Task<TaskMetadata?> ReadAsync(string metadata, IBlockSource source, CancellationToken cancellationToken)
    {
        if (!Cid.TryParse(metadata, out var cid))
        {
            return null;
        }

        try
        {
            var block = await source.ReadAsync(cid, cancellationToken);
            if (UnixFsNode.Parse(cid, block).IsDirectory && ContentPath.TryCreate(cid, [FileName], out var path))
            {
                var found = await new PathResolution(path).RunAsync(source, cancellationToken);
                if (found.MissingSegment is not null)
                {
                    return null;
                }

                cid = found.Target;
            }

            using var document = JsonDocument.Parse(await ReadFileAsync(cid, source, cancellationToken));
            return document.RootElement.ValueKind is JsonValueKind.Object ? Read(document.RootElement) : null;
        }
        catch (Exception cause) when (cause is JsonException or PondException
            {
                Code: "block-missing" or "block-malformed" or "codec-unsupported" or "not-a-file" or "not-a-directory" or "metadata-too-large",
            })
        {
            return null;
        }
    }

    private static TaskMetadata Read(JsonElement root) => new(
        root.TryGetProperty("storage", out var named) ? named.ValueKind is JsonValueKind.String ? named.GetString() : named.GetRawText() : null,
        root.TryGetProperty("requirementsTags", out var tags) && tags.ValueKind is JsonValueKind.Array && tags.EnumerateArray().Any(
            tag => Text(tag, "type") is "NETWORK" || (Text(tag, "type"), Text(tag, "value")) is ("ADDON", "REQUIRE_INTERNET")));

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static async Task<byte[]> ReadFileAsync(Cid cid, IBlockSource source, CancellationToken cancellationToken)
    {
        var cursor = new FileCursor(cid);
        using var bytes = new MemoryStream();
        while (true)
        {
            ReadOnlyMemory<byte> part;
            while (!cursor.TryRead(out part))
            {
                cursor.Supply(await source.ReadAsync(cursor.Needed!.Value, cancellationToken));
            }

            if (part.IsEmpty)
            {
                return bytes.ToArray();
            }

            bytes.Write(part.Span);
            cursor.Position += part.Length;
            if (bytes.Length > MaxBytes)
            {
                throw new PondException("metadata-too-large", $"Metadata has at most {MaxBytes} bytes.", "Ask the task's creator to shorten it.");
            }
        }
    }
}
