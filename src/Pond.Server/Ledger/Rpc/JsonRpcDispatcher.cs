using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Pond.Contracts.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Ledger.PubSub;

namespace Pond.Server.Ledger.Rpc;

/// <summary>Turns the body of a JSON-RPC 2.0 request, single or batch, into the body of its answer. Knows no transport.</summary>
/// <remarks>Whatever the bytes are, the answer is well formed: a method's unforeseen failure is logged and answered as an internal error.
/// Safe to use from several threads.</remarks>
internal sealed partial class JsonRpcDispatcher(RpcMethodTable methods, ILogger<JsonRpcDispatcher> logger)
{
    /// <summary>How many requests one body may hold, so that a megabyte of tiny ones cannot keep the server busy for long.</summary>
    internal const int MaxBatchSize = 1000;

    /// <summary>How long the answer of a batch may grow before the rest of it is refused: a few bytes can ask for megabytes.</summary>
    internal const int MaxBatchAnswerBytes = 32 << 20;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = PondJson.Options.Encoder,
        // What is written here is fixed but for ids, which were parsed before, and results, which the serializer writes.
        SkipValidation = true,
    };

    /// <summary>Answers a body.</summary>
    /// <param name="body">What the client sent.</param>
    /// <param name="output">Gets the answer; nothing if the body held notifications only.</param>
    /// <param name="cancellationToken">Gives up; what has been written so far is no answer.</param>
    internal ValueTask AnswerAsync(ReadOnlyMemory<byte> body, IBufferWriter<byte> output, CancellationToken cancellationToken) =>
        AnswerAsync(body, output, connection: null, caller: default, cancellationToken);

    /// <summary>Answers a body of which more is known: the socket that it came over, and who sent it.</summary>
    internal async ValueTask AnswerAsync(
        ReadOnlyMemory<byte> body, IBufferWriter<byte> output, PubSubConnection? connection, RpcCaller caller, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(output, WriterOptions);
        using var document = Parse(body);
        switch (document?.RootElement)
        {
            case null:
                WriteError(writer, id: null, RpcErrors.ParseError().Error);
                break;
            case { ValueKind: JsonValueKind.Array } batch when batch.GetArrayLength() is 0 or > MaxBatchSize:
                WriteError(writer, id: null, RpcErrors.InvalidRequest().Error);
                break;
            case { ValueKind: JsonValueKind.Array } batch:
                // One after the other: clients rely on the order, and one client's batch must not take every core.
                var hasAnswer = false;
                foreach (var request in batch.EnumerateArray())
                {
                    var isTooLong = writer.BytesCommitted + writer.BytesPending > MaxBatchAnswerBytes;
                    if ((isTooLong ? Refuse(request) : await CallAsync(request, connection, caller, cancellationToken)) is { } answer)
                    {
                        if (!hasAnswer)
                        {
                            writer.WriteStartArray();
                            hasAnswer = true;
                        }

                        Write(writer, answer, caller);
                    }
                }

                if (hasAnswer)
                {
                    writer.WriteEndArray();
                }

                break;
            case { } request:
                if (await CallAsync(request, connection, caller, cancellationToken) is { } only)
                {
                    Write(writer, only, caller);
                }

                break;
        }
    }

    // Null if the bytes are no JSON text.
    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Utf8.IsValid(body.Span) && HasTextsOnly(body.Span) ? JsonDocument.Parse(body) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The parser decodes a string only when it is read, and would fail then, in the middle of a method: half of a surrogate pair, written
    // as an escape, is no text.
    private static bool HasTextsOnly(ReadOnlySpan<byte> body)
    {
        if (!body.Contains((byte)'\\'))
        {
            return true;
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader is { ValueIsEscaped: true, TokenType: JsonTokenType.String or JsonTokenType.PropertyName })
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // Null for a notification, which is not answered.
    private async ValueTask<Answer?> CallAsync(JsonElement request, PubSubConnection? connection, RpcCaller caller, CancellationToken cancellationToken)
    {
        JsonElement? id = null;
        try
        {
            if (request.ValueKind is not JsonValueKind.Object)
            {
                throw RpcErrors.InvalidRequest();
            }

            var hasId = request.TryGetProperty("id", out var givenId);
            if (hasId && givenId.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null))
            {
                throw RpcErrors.InvalidRequest();
            }

            id = hasId ? givenId : null;
            if (!request.TryGetProperty("method", out var name) || name.ValueKind is not JsonValueKind.String)
            {
                throw RpcErrors.InvalidRequest();
            }

            if (!request.TryGetProperty("jsonrpc", out var version)
                || version.ValueKind is not JsonValueKind.String || !version.ValueEquals("2.0"u8))
            {
                throw RpcErrors.UnsupportedProtocol();
            }

            var result = await InvokeAsync(request, name, connection, caller, cancellationToken);
            return hasId ? new Answer(givenId, result, Error: null) : null;
        }
        catch (RpcException exception) when (id is not null || !IsNotification(request))
        {
            return new Answer(id, Result: null, exception.Error);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private async ValueTask<object?> InvokeAsync(
        JsonElement request, JsonElement name, PubSubConnection? connection, RpcCaller caller, CancellationToken cancellationToken)
    {
        try
        {
            var method = methods.Find(RpcJson.Text(name)) ?? throw RpcErrors.MethodNotFound();
            if (caller.Rate?.TryTake() is false)
            {
                throw RpcErrors.Busy("this connection makes too many calls");
            }

            using var activity = LedgerTraces.Call(method.Name);
            return await method.Handler(new RpcCall(
                method, request.TryGetProperty("params", out var parameters) ? parameters : null, cancellationToken)
            {
                Connection = connection,
                Caller = caller,
            });
        }
        catch (PondException exception) when (exception.Code is "ledger-stopped" or "block-full")
        {
            throw RpcErrors.Stopped(exception);
        }
        catch (Exception exception) when (exception is not (RpcException or OperationCanceledException))
        {
            // The outermost loop of this shell: one request's failure is not the ledger's.
            LogFailure(logger, name.GetRawText(), exception);
            throw RpcErrors.InternalError();
        }
    }

    private static Answer? Refuse(JsonElement request) => IsNotification(request)
        ? null
        : new Answer(
            request.ValueKind is JsonValueKind.Object && request.TryGetProperty("id", out var id)
                && id.ValueKind is JsonValueKind.String or JsonValueKind.Number ? id : null,
            Result: null,
            RpcErrors.BatchTooLong().Error);

    // A request that names a method and has no id. Anything else that has no id is answered: its sender has lost track.
    private static bool IsNotification(JsonElement request) =>
        request.ValueKind is JsonValueKind.Object
        && !request.TryGetProperty("id", out _)
        && request.TryGetProperty("method", out var name) && name.ValueKind is JsonValueKind.String;

    private static void Write(Utf8JsonWriter writer, Answer answer, RpcCaller caller)
    {
        var before = writer.BytesCommitted + writer.BytesPending;
        Write(writer, answer);
        // Too late to refuse this one, which is there; the next of the batch is.
        _ = caller.Lease?.TryTake(writer.BytesCommitted + writer.BytesPending - before);
    }

    private static void Write(Utf8JsonWriter writer, Answer answer)
    {
        if (answer.Error is { } error)
        {
            WriteError(writer, answer.Id, error);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("result"u8);
        if (answer.Result is IWrittenAnswer written)
        {
            written.WriteTo(writer);
        }
        else
        {
            JsonSerializer.Serialize(writer, answer.Result, PondJson.Options);
        }

        WriteId(writer, answer.Id);
        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, JsonElement? id, RpcError error)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("error"u8);
        JsonSerializer.Serialize(writer, error, PondJson.Options);
        WriteId(writer, id);
        writer.WriteEndObject();
    }

    // As it came, in type and in text: some clients compare texts, some insist on the type.
    private static void WriteId(Utf8JsonWriter writer, JsonElement? id)
    {
        writer.WritePropertyName("id"u8);
        writer.WriteRawValue(id?.GetRawText() ?? "null", skipInputValidation: true);
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "The method {Method} failed.")]
    private static partial void LogFailure(ILogger logger, string method, Exception exception);

    private readonly record struct Answer(JsonElement? Id, object? Result, RpcError? Error);
}
