using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Pond.Server.Tests.Ledger.PubSub;

/// <summary>A socket to a ledger, and what came over it, in order.</summary>
internal sealed class PubSubClient : IAsyncDisposable
{
    // Nothing here waits for a time; this only turns a hang into a failure.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonElement> _passed = [];
    private int _lastId;

    internal ClientWebSocket Socket => _socket;

    internal static async Task<PubSubClient> ConnectAsync(Uri endpoint, Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new PubSubClient();
        configure?.Invoke(client._socket.Options);
        await client._socket.ConnectAsync(new UriBuilder(endpoint) { Scheme = "ws" }.Uri, CancellationToken.None).WaitAsync(Patience);
        return client;
    }

    internal Task SendAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>Calls a method and returns its result.</summary>
    internal async Task<JsonElement> CallAsync(string method, string parameters = "[]")
    {
        var answer = await AnswerAsync(method, parameters);
        return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.GetRawText());
    }

    /// <summary>Calls a method that must fail, and returns its code and text.</summary>
    internal async Task<(int Code, string? Message)> FailAsync(string method, string parameters = "[]")
    {
        var error = (await AnswerAsync(method, parameters)).GetProperty("error");
        return (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString());
    }

    internal async Task<ulong> SubscribeAsync(string kind, string parameters = "[]") =>
        (await CallAsync($"{kind}Subscribe", parameters)).GetUInt64();

    /// <summary>The next notification of a subscription; others wait for whoever asks for them.</summary>
    internal async Task<JsonElement> NextAsync(ulong subscription)
    {
        var message = await TakeAsync(candidate => candidate.TryGetProperty("params", out var parameters)
            && parameters.GetProperty("subscription").GetUInt64() == subscription);
        return message.GetProperty("params").GetProperty("result");
    }

    /// <summary>The next message, whatever it is; null if the server has closed.</summary>
    internal async Task<JsonElement?> ReadAsync()
    {
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
            if (received.MessageType is WebSocketMessageType.Close)
            {
                return null;
            }

            text.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return JsonDocument.Parse(text.ToArray()).RootElement;
            }
        }
    }

    /// <summary>Reads on until the server closes, and returns its code.</summary>
    internal async Task<WebSocketCloseStatus?> ReadCloseAsync()
    {
        while (await ReadAsync() is not null)
        {
            // What was on its way.
        }

        return _socket.CloseStatus;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement> AnswerAsync(string method, string parameters)
    {
        var id = ++_lastId;
        await SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");
        return await TakeAsync(candidate =>
            candidate.TryGetProperty("id", out var given) && given.ValueKind is JsonValueKind.Number && given.GetInt32() == id);
    }

    private async Task<JsonElement> TakeAsync(Predicate<JsonElement> isIt)
    {
        if (_passed.FindIndex(isIt) is >= 0 and var index)
        {
            var found = _passed[index];
            _passed.RemoveAt(index);
            return found;
        }

        while (true)
        {
            var message = await ReadAsync() ?? throw new InvalidOperationException($"The server closed with {_socket.CloseStatus}.");
            if (isIt(message))
            {
                return message;
            }

            _passed.Add(message);
        }
    }
}
