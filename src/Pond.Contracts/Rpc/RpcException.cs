using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Json;

namespace Pond.Contracts.Rpc;

/// <summary>A JSON-RPC call was answered with an error. Servers throw it to answer so, clients when they are answered so.</summary>
public sealed class RpcException : Exception
{
    /// <summary>Wraps an error object.</summary>
    public RpcException(RpcError error)
        : base(error.Message)
    {
        Error = error;
    }

    /// <summary>Makes an error.</summary>
    /// <param name="code">One of <see cref="RpcErrorCodes"/>.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="data">Details that are written as JSON; null for none.</param>
    public RpcException(int code, string message, object? data = null)
        : this(new RpcError(code, message, data is null ? null : JsonSerializer.SerializeToElement(data, PondJson.Options)))
    {
    }

    /// <summary>The error object.</summary>
    public RpcError Error { get; }

    /// <summary>The error's code.</summary>
    public int Code => Error.Code;

    /// <summary>Why the transaction failed its preflight; null if this is about something else.</summary>
    public TransactionFailure? Failure => TryReadData<TransactionFailure>("err");

    /// <summary>What the transaction's programs logged in its preflight; empty if this is about something else.</summary>
    public ImmutableArray<string> Logs => TryReadData<string[]>("logs") is { } logs ? [.. logs] : [];

    // The data came over the network: a shape that we do not know is no details, and not a second failure.
    private T? TryReadData<T>(string name)
        where T : class
    {
        if (Error.Data is not { ValueKind: JsonValueKind.Object } data || !data.TryGetProperty(name, out var member))
        {
            return null;
        }

        try
        {
            return member.Deserialize<T>(PondJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
