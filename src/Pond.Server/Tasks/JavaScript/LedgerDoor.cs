using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pond.Contracts.Json;
using Pond.Server.Nodes.Routes;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>The ledger as a boxed bundle sees it: a Unix socket that passes on questions, and nothing that changes anything.</summary>
/// <remarks>What is passed on is written anew from what was judged, so that no two readers of the same text can differ about its method.</remarks>
internal sealed class LedgerDoor : IAsyncDisposable
{
    private const int MaxRequestBytes = 1 << 20;
    private const int MaxCalls = 100;
    private const int MaxConnections = 128;

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _http;

    private LedgerDoor(WebApplication app, HttpMessageInvoker http) => (_app, _http) = (app, http);

    /// <summary>Listens; when this returns, questions are passed on.</summary>
    /// <param name="socket">Where.</param>
    /// <param name="ledger">The ledger's RPC address.</param>
    /// <param name="onRefused">Is told the name of a method that was refused.</param>
    /// <param name="time">Measures.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<LedgerDoor> StartAsync(
        string socket, Uri ledger, Action<string> onRefused, TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        });
        var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        var forwarder = new Forwarder(http, new TaskRoutesOptions { MaxRequestBytes = MaxRequestBytes }, time);
        var app = builder.Build();
        app.Run(context => HandleAsync(context, ledger, forwarder, onRefused));
        var door = new LedgerDoor(app, http);
        try
        {
            await app.StartAsync(cancellationToken);
            return door;
        }
        catch
        {
            await door.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a method only reads.</summary>
    internal static bool IsQuestion(string method) =>
        method is "isBlockhashValid" or "minimumLedgerSlot"
        || (method.StartsWith("get", StringComparison.Ordinal) && method.All(char.IsAsciiLetterOrDigit));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private static async Task HandleAsync(HttpContext context, Uri ledger, Forwarder forwarder, Action<string> onRefused)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await RefuseAsync(context, id: null, "The ledger is asked by POST with JSON-RPC.");
            return;
        }

        byte[] body;
        try
        {
            using var sent = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            var isBatch = sent.RootElement.ValueKind is JsonValueKind.Array;
            JsonElement[] calls = isBatch ? [.. sent.RootElement.EnumerateArray().Take(MaxCalls + 1)] : [sent.RootElement];
            if (calls.Length is 0 or > MaxCalls)
            {
                await RefuseAsync(context, id: null, $"A batch has 1 to {MaxCalls} calls.");
                return;
            }

            foreach (var call in calls)
            {
                var method = Text(call, "method");
                if (method is null || !IsQuestion(method))
                {
                    onRefused(method ?? "nothing");
                    await RefuseAsync(
                        context,
                        call.ValueKind is JsonValueKind.Object && call.TryGetProperty("id", out var id) ? id : null,
                        $"A task in a box only reads from the ledger: '{method}' is refused. What it hands over goes through its node.");
                    return;
                }
            }

            body = isBatch ? JsonSerializer.SerializeToUtf8Bytes(calls.Select(Again), PondJson.Options) : JsonSerializer.SerializeToUtf8Bytes(Again(calls[0]), PondJson.Options);
        }
        catch (JsonException exception)
        {
            await RefuseAsync(context, id: null, $"The body is no JSON: {exception.Message}");
            return;
        }

        context.Request.Body = new MemoryStream(body);
        context.Request.ContentLength = body.Length;
        await forwarder.ForwardAsync(context, ledger, keepsIdentity: false);
    }

    private static Dictionary<string, object?> Again(JsonElement call)
    {
        var again = new Dictionary<string, object?>(StringComparer.Ordinal) { ["jsonrpc"] = "2.0", ["method"] = Text(call, "method") };
        foreach (var name in (string[])["id", "params"])
        {
            if (call.TryGetProperty(name, out var value))
            {
                again[name] = value;
            }
        }

        return again;
    }

    private static string? Text(JsonElement call, string name) =>
        call.ValueKind is JsonValueKind.Object && call.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static Task RefuseAsync(HttpContext context, JsonElement? id, string message) =>
        context.Response.WriteAsJsonAsync(new { jsonrpc = "2.0", id, error = new { code = -32601, message } }, PondJson.Options, context.RequestAborted);
}
