using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Mime;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Pond.Server.Ledger.Powers;

namespace Pond.Server.Ledger.Rpc;

/// <summary>JSON-RPC over HTTP as clients of K2 expect it: any path, POST only, errors inside a 200.</summary>
internal sealed class JsonRpcHttp(
    JsonRpcDispatcher dispatcher, Func<string> readHealth, int maxRequestsInFlight, RpcLimits limits, AnswerBudget budget, CallerGate gate, LedgerMetrics metrics, TimeProvider time)
{
    /// <summary>The longest body. Batches of history queries are longer than upstream's 50 KiB.</summary>
    internal const int MaxBodyBytes = 1 << 20;

    private const string WrongMethod = "Used HTTP Method is not allowed. POST or OPTIONS is required";
    private const string WrongType = "Supplied content type is not allowed. Content-Type: application/json is required";

    private const int FirstAnswerBytes = 1024;
    private const int MaxKeptAnswerBytes = 16 * 1024;

    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _answers = [];
    private int _inFlight;

    /// <summary>Answers one HTTP request.</summary>
    internal async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (HttpMethods.IsOptions(request.Method))
        {
            AllowCrossOrigin(context);
            return;
        }

        if (HttpMethods.IsGet(request.Method) && request.Path.Equals("/health", StringComparison.Ordinal))
        {
            // 200 in all cases: probes of K2 read the text.
            await WriteTextAsync(context, StatusCodes.Status200OK, readHealth());
            return;
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            await WriteTextAsync(context, StatusCodes.Status405MethodNotAllowed, WrongMethod);
            return;
        }

        if (!IsJson(request.ContentType))
        {
            await WriteTextAsync(context, StatusCodes.Status415UnsupportedMediaType, WrongType);
            return;
        }

        if (Interlocked.Increment(ref _inFlight) > maxRequestsInFlight)
        {
            _ = Interlocked.Decrement(ref _inFlight);
            await RefuseAsync(context, "Too many requests at once. Try again in a second.");
            return;
        }

        metrics.RequestBegan();
        try
        {
            using var lease = budget.Rent();
            var rate = RateOf(context);
            if (!rate.HasRoom)
            {
                await RefuseAsync(context, $"This connection makes more than {limits.CallsPerSecond} calls a second. Try again in a second.");
            }
            else if (!lease.TryTake(context.Request.ContentLength ?? MaxBodyBytes))
            {
                await RefuseAsync(context, "Too many long requests and answers at once. Try again in a second.");
            }
            else
            {
                await AnswerAsync(context, gate.CallerOf(context.Request) with { Rate = rate, Lease = lease });
            }
        }
        finally
        {
            metrics.RequestEnded();
            _ = Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task AnswerAsync(HttpContext context, RpcCaller caller)
    {
        var reader = context.Request.BodyReader;
        ReadOnlySequence<byte> body;
        try
        {
            body = await ReadBodyAsync(reader, context.RequestAborted);
        }
        catch (BadHttpRequestException exception)
        {
            await WriteTextAsync(context, exception.StatusCode, exception.Message);
            return;
        }

        // Written apart from the response, so that a failure half-way sends nothing instead of half an answer.
        var answer = _answers.TryTake(out var used) ? used : new ArrayBufferWriter<byte>(FirstAnswerBytes);
        try
        {
            using var activity = LedgerTraces.Request(context.Request);
            // Nearly every body lies in one piece, and is read where it lies.
            await dispatcher.AnswerAsync(body.IsSingleSegment ? body.First : body.ToArray(), answer, connection: null, caller, context.RequestAborted);
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        if (answer.WrittenCount > 0)
        {
            answer.Write("\n"u8);
        }

        context.Response.ContentLength = answer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(answer.WrittenMemory, context.RequestAborted);
        if (answer.Capacity <= MaxKeptAnswerBytes)
        {
            answer.ResetWrittenCount();
            _answers.Add(answer);
        }
    }

    private CallRate RateOf(HttpContext context)
    {
        var items = context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items;
        if (items.TryGetValue(this, out var known))
        {
            return (CallRate)known!;
        }

        var rate = new CallRate(limits.CallsPerSecond, time);
        items[this] = rate;
        return rate;
    }

    private Task RefuseAsync(HttpContext context, string why)
    {
        metrics.RequestRefused();
        context.Response.Headers.RetryAfter = "1";
        return WriteTextAsync(context, StatusCodes.Status429TooManyRequests, why);
    }

    private static async ValueTask<ReadOnlySequence<byte>> ReadBodyAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static void AllowCrossOrigin(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "POST, OPTIONS";
        // Whatever is asked for: clients name themselves in headers of their own, and a fixed list would lock them out.
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders is { Count: > 0 } asked
            ? asked
            : new StringValues("content-type");
        headers.AccessControlMaxAge = "86400";
    }

    private static bool IsJson(string? contentType) =>
        contentType is MediaTypeNames.Application.Json || IsParsedJson(contentType);

    private static bool IsParsedJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Task WriteTextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
