using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Contracts.Json;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>The addresses by which a boxed bundle knows other nodes: each one of 127.128.0.0/9, which leads to the node's door.</summary>
/// <remarks>
/// A box has no network, and a bundle builds its questions to others from the addresses that it finds in the registry and in the task's state. So it finds
/// addresses of its own loopback there; the door sees by the host that a question names which node is meant. An address keeps its number from start to start,
/// as far as no other has taken it. Safe for use by several threads.
/// </remarks>
/// <param name="own">How others reach this node: that one leads to the node itself.</param>
public sealed class PeerAddresses(Uri own)
{
    /// <summary>The port of the door in a box.</summary>
    internal const int Port = 30017;

    /// <summary>More nodes than any task has; what comes later is left as it is, and can't be reached.</summary>
    private const int MaxAddresses = 200_000;

    private static readonly byte[] ListMember = "ip_address_list"u8.ToArray();

    private readonly ConcurrentDictionary<string, string> _locals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _registered = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The registered address for which a local one stands; null if it stands for none.</summary>
    /// <param name="host">The host that a request names, without its port.</param>
    internal string? Find(string host) => _registered.GetValueOrDefault(host);

    /// <summary>The local address that stands for a registered one.</summary>
    internal string LocalOf(string address)
    {
        if (string.Equals(address.TrimEnd('/'), own.ToString().TrimEnd('/'), StringComparison.Ordinal))
        {
            return $"http://127.0.0.1:{Port}";
        }

        if (_locals.TryGetValue(address, out var known))
        {
            return known;
        }

        lock (_gate)
        {
            if (_locals.Count >= MaxAddresses)
            {
                return address;
            }

            var number = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(address)));
            while (true)
            {
                var host = new IPAddress(unchecked([127, (byte)(128 | (number >> 16)), (byte)(number >> 8), (byte)number])).ToString();
                if (_registered.TryAdd(host, address))
                {
                    return _locals[address] = $"http://{host}:{Port}";
                }

                number = unchecked(number + 1);
            }
        }
    }

    /// <summary>The registry of a task with local addresses.</summary>
    internal ReadOnlyMemory<byte> InRegistry(ReadOnlyMemory<byte> json)
    {
        if (JsonNode.Parse(json.Span) is not JsonArray entries)
        {
            return json;
        }

        foreach (var data in entries.Select(entry => (entry as JsonObject)?["data"] as JsonObject))
        {
            if (data?["url"] is JsonValue url && url.TryGetValue(out string? address))
            {
                data["url"] = LocalOf(address);
            }
        }

        return Encoding.UTF8.GetBytes(entries.ToJsonString(PondJson.Options));
    }

    /// <summary>A task's state with local addresses; every other byte stays as it is, for clients hash what they read.</summary>
    internal ReadOnlyMemory<byte> InState(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        while (reader.Read())
        {
            if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } || !reader.ValueTextEquals(ListMember))
            {
                continue;
            }

            reader.Read();
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                continue;
            }

            var from = (int)reader.TokenStartIndex;
            var list = new JsonObject();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                reader.Read();
                list[key] = reader.TokenType is JsonTokenType.String ? LocalOf(reader.GetString()!) : null;
                reader.TrySkip();
            }

            var until = (int)reader.BytesConsumed;
            return (byte[])[.. json.Span[..from], .. Encoding.UTF8.GetBytes(list.ToJsonString(PondJson.Options)), .. json.Span[until..]];
        }

        return json;
    }
}
