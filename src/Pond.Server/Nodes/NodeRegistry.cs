using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Encoding;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <summary>Which nodes run a task and where they are reached, in the form in which Koii's nodes tell each other.</summary>
/// <remarks>
/// <para>The ledger is believed first: who stakes says there where it is reached. What nodes tell of themselves is believed only with a good
/// signature of the key that it names, and for a staker of the task.</para>
/// <para>Safe for use by several threads. Bounded: one entry for each staker.</para>
/// </remarks>
internal sealed class NodeRegistry(Keypair owner, TimeProvider time)
{
    /// <summary>The longest entry that is taken.</summary>
    internal const int MaxEntryBytes = 4096;

    private const int MaxAddressLength = 200;

    private readonly ConcurrentDictionary<(Pubkey Task, Pubkey Submitter), Entry> _told = new();

    /// <summary>The entry of this node for a task, signed.</summary>
    internal JsonObject OwnEntry(Pubkey task, Pubkey stakingKey, Uri address)
    {
        var data = new JsonObject
        {
            ["url"] = address.ToString().TrimEnd('/'),
            ["timestamp"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ["taskId"] = task.ToString(),
        };
        var message = Encoding.UTF8.GetBytes(data.ToJsonString(PondJson.Options));
        var signed = new byte[Signature.SizeBytes + message.Length];
        owner.Sign(message).CopyTo(signed);
        message.CopyTo(signed, Signature.SizeBytes);
        return new()
        {
            ["data"] = data,
            ["signature"] = Base58.Encode(signed),
            ["owner"] = owner.PublicKey.ToString(),
            ["submitterPubkey"] = stakingKey.ToString(),
            ["tasks"] = new JsonArray(task.ToString()),
        };
    }

    /// <summary>Takes what a node tells of itself.</summary>
    /// <returns>Whether it is news: false for what is no good, or older than what is known.</returns>
    internal bool TryRegister(TaskInfo task, JsonElement told)
    {
        if (Entry.TryRead(told, task.Task) is not { } entry || !task.Stakes.ContainsKey(entry.Submitter))
        {
            return false;
        }

        var isNews = false;
        _told.AddOrUpdate(
            (task.Task, entry.Submitter),
            _ =>
            {
                isNews = true;
                return entry;
            },
            (_, known) =>
            {
                isNews = entry.Timestamp > known.Timestamp;
                return isNews ? entry : known;
            });
        return isNews;
    }

    /// <summary>The registry of a task as JSON text: what was told, and for the other stakers what the ledger says.</summary>
    internal ReadOnlyMemory<byte> Read(TaskInfo task)
    {
        var entries = new JsonArray();
        foreach (var (staker, address) in task.Addresses)
        {
            entries.Add(_told.TryGetValue((task.Task, staker), out var told)
                ? JsonNode.Parse(told.Json)
                : new JsonObject
                {
                    ["data"] = new JsonObject { ["url"] = address, ["timestamp"] = 0, ["taskId"] = task.Task.ToString() },
                    ["signature"] = "",
                    ["owner"] = staker.ToString(),
                    ["submitterPubkey"] = staker.ToString(),
                    ["tasks"] = new JsonArray(task.Task.ToString()),
                });
        }

        return Encoding.UTF8.GetBytes(entries.ToJsonString(PondJson.Options));
    }

    private sealed record Entry(Pubkey Submitter, long Timestamp, string Json)
    {
        /// <summary>Null unless it is whole, for that task, and its signature opens to the very data that it shows.</summary>
        internal static Entry? TryRead(JsonElement told, Pubkey task)
        {
            var json = told.GetRawText();
            if (json.Length > MaxEntryBytes || told.ValueKind is not JsonValueKind.Object
                || Text(told, "owner") is not { } ownerText || !Pubkey.TryParse(ownerText, out var owner)
                || !Pubkey.TryParse(Text(told, "submitterPubkey"), out var submitter)
                || !told.TryGetProperty("data", out var data) || data.ValueKind is not JsonValueKind.Object
                || Text(data, "url") is not { Length: > 0 and <= MaxAddressLength } url
                || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
                || Text(data, "taskId") != task.ToString()
                || !data.TryGetProperty("timestamp", out var time) || !time.TryGetInt64(out var timestamp)
                || Text(told, "signature") is not { } signature
                || !Base58.TryDecode(signature, MaxEntryBytes, out var signed) || signed.Length <= Signature.SizeBytes)
            {
                return null;
            }

            var message = signed.AsSpan(Signature.SizeBytes);
            return message.SequenceEqual(Encoding.UTF8.GetBytes(data.GetRawText()))
                && Ed25519.Verify(owner, message, new Signature(signed.AsSpan(0, Signature.SizeBytes)))
                    ? new(submitter, timestamp, json)
                    : null;
        }

        private static string? Text(JsonElement parent, string name) =>
            parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
    }
}
