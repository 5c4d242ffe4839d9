using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Server.Ledger.Rpc;

/// <summary>The settings object that most methods take last. Missing, null and unknown members mean the default.</summary>
internal readonly struct RpcSettings
{
    private readonly JsonElement? _json;

    /// <summary>Takes a settings object.</summary>
    /// <exception cref="RpcException">The value is no object.</exception>
    internal RpcSettings(JsonElement? json)
    {
        _json = json is { ValueKind: not JsonValueKind.Object } other ? throw RpcJson.InvalidType(other, "a map") : json;
    }

    /// <summary>The member <c>commitment</c>, with the names of older clients; finalized if absent.</summary>
    internal Commitment Commitment => CommitmentNamed("commitment");

    /// <summary>The member <c>minContextSlot</c>; null if absent.</summary>
    internal Slot? MinContextSlot => Member("minContextSlot") is { } value ? new Slot(RpcJson.Number(value)) : null;

    /// <summary>The member <c>encoding</c>; null if absent.</summary>
    internal string? Encoding => Text("encoding");

    /// <summary>The bytes of the member <c>dataSlice</c>, start and length; null if absent.</summary>
    internal (ulong Offset, ulong Length)? DataSlice
    {
        get
        {
            if (Member("dataSlice") is not { } value)
            {
                return null;
            }

            var slice = new RpcSettings(value);
            return (slice.RequiredNumber("offset"), slice.RequiredNumber("length"));
        }
    }

    /// <summary>Refuses the level of the open block, for methods that speak of sealed ones.</summary>
    /// <exception cref="RpcException">The level is <c>processed</c>.</exception>
    internal void RefuseProcessed()
    {
        if (Commitment is Commitment.Processed)
        {
            throw RpcErrors.InvalidParams("Method does not support commitment below `confirmed`");
        }
    }

    /// <summary>A member that is neither missing nor null.</summary>
    internal JsonElement? Member(string name) =>
        _json is { } json && json.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    internal string? Text(string name) => Member(name) is { } value ? RpcJson.Text(value) : null;

    internal bool Flag(string name) => Member(name) is { } value && RpcJson.Flag(value);

    internal ulong? Number(string name) => Member(name) is { } value ? RpcJson.Number(value) : null;

    internal ulong RequiredNumber(string name) =>
        Number(name) ?? throw RpcErrors.InvalidParams($"Invalid params: missing field `{name}`.");

    internal Commitment CommitmentNamed(string member) => Text(member) switch
    {
        null => Commitment.Finalized,
        var name when TryParseCommitment(name, out var commitment) => commitment,
        var other => throw RpcErrors.InvalidParams(
            $"Invalid params: unknown variant `{other}`, expected one of `processed`, `confirmed`, `finalized`."),
    };

    /// <summary>Reads a commitment's name, or one that older clients have for it.</summary>
    internal static bool TryParseCommitment(string name, out Commitment commitment)
    {
        Commitment? known = name switch
        {
            "finalized" or "root" or "max" => Commitment.Finalized,
            "confirmed" or "single" or "singleGossip" => Commitment.Confirmed,
            "processed" or "recent" => Commitment.Processed,
            _ => null,
        };
        commitment = known ?? default;
        return known is not null;
    }
}
