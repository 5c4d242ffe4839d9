using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Ledger.PubSub;

namespace Pond.Server.Ledger.Rpc;

/// <summary>The parameters of one call, read by place and type. A wrong one ends the call with the wire's error text for it.</summary>
internal readonly struct RpcCall
{
    private readonly JsonElement _parameters;

    /// <summary>Takes a call's parameters.</summary>
    /// <exception cref="RpcException">The parameters are no array, or too few or too many.</exception>
    internal RpcCall(RpcMethod method, JsonElement? parameters, CancellationToken cancellationToken)
    {
        CancellationToken = cancellationToken;
        if (parameters is not { ValueKind: not JsonValueKind.Null } given)
        {
            given = default;
        }
        else if (given.ValueKind is not JsonValueKind.Array)
        {
            throw RpcErrors.InvalidParams("`params` should be an array");
        }

        _parameters = given;
        Count = given.ValueKind is JsonValueKind.Array ? given.GetArrayLength() : 0;
        if (Count > 0 && method.MaxParameters == 0)
        {
            throw RpcErrors.InvalidParams("Invalid parameters: No parameters were expected");
        }

        if (Count < method.MinParameters)
        {
            throw RpcErrors.InvalidParams($"`params` should have at least {method.MinParameters} argument(s)");
        }

        if (Count > method.MaxParameters)
        {
            throw RpcErrors.InvalidParams(
                $"Invalid parameters: Expected from {method.MinParameters} to {method.MaxParameters} parameters.",
                $"\"Got: {Count}\"");
        }
    }

    /// <summary>Ends when the caller has gone or the host stops.</summary>
    internal CancellationToken CancellationToken { get; }

    /// <summary>The socket that the call came over; null over HTTP.</summary>
    internal PubSubConnection? Connection { get; init; }

    /// <summary>What is known of who calls.</summary>
    internal RpcCaller Caller { get; init; }

    /// <summary>How many parameters were given.</summary>
    internal int Count { get; }

    /// <summary>A parameter that must be there, as it came.</summary>
    internal JsonElement Value(int index) => _parameters[index];

    /// <summary>A parameter that may be missing or null.</summary>
    internal JsonElement? Optional(int index) =>
        index < Count && _parameters[index] is { ValueKind: not JsonValueKind.Null } value ? value : null;

    /// <summary>A text.</summary>
    internal string Text(int index) => RpcJson.Text(Value(index));

    /// <summary>A whole number from 0 to 2^64 - 1.</summary>
    internal ulong Number(int index) => RpcJson.Number(Value(index));

    /// <summary>A public key.</summary>
    internal Pubkey Pubkey(int index) => RpcJson.Pubkey(Text(index));

    /// <summary>A list of public keys, at most so many.</summary>
    internal ImmutableArray<Pubkey> Pubkeys(int index, int maxCount) =>
        [.. RpcJson.List(Value(index), maxCount).Select(item => RpcJson.Pubkey(RpcJson.Text(item)))];

    /// <summary>A block's hash.</summary>
    internal Hash Hash(int index) => RpcJson.Hash(Text(index));

    /// <summary>The optional settings of a call; all at their defaults if the place is empty.</summary>
    internal RpcSettings Settings(int index) => new(Optional(index));
}
