using System.Collections.Concurrent;
using System.Net.WebSockets;
using Pond.Server.Ledger.Powers;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.PubSub;

/// <summary>Takes sockets on whatever path and port they come, up to a limit, and closes them all when the ledger stops.</summary>
internal sealed class PubSubServer
{
    private readonly ConcurrentDictionary<PubSubConnection, Task> _connections = new();
    private readonly PubSubHub _hub;
    private readonly JsonRpcDispatcher _dispatcher;
    private readonly PubSubOptions _options;
    private readonly RpcLimits _limits;
    private readonly AnswerBudget _budget;
    private readonly SharedRoom _room;
    private readonly TimeProvider _time;
    private int _count;
    private volatile bool _isStopping;

    internal PubSubServer(PubSubHub hub, JsonRpcDispatcher dispatcher, PubSubOptions options, RpcLimits limits, AnswerBudget budget, TimeProvider time)
    {
        (_hub, _dispatcher, _options, _limits, _budget, _time) = (hub, dispatcher, options, limits, budget, time);
        _room = new SharedRoom(options.MaxQueuedBytesInAll);
        _hub.OnGap = () => CloseAll(WebSocketCloseStatus.InternalServerError, "notifications were lost");
    }

    /// <summary>How many sockets are open.</summary>
    internal int ConnectionCount => Volatile.Read(ref _count);

    /// <summary>Serves a request that asks to become a socket, until the socket is closed.</summary>
    internal async Task HandleAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _count) > _options.MaxConnections || _isStopping)
        {
            _ = Interlocked.Decrement(ref _count);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return;
        }

        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var connection = new PubSubConnection(_hub, _dispatcher, socket, _options, _budget, _room, _time)
            {
                Caller = CallerGate.OfSocket(context.Request) with { Rate = new CallRate(_limits.CallsPerSecond, _time) },
            };
            var running = connection.RunAsync(CancellationToken.None);
            _ = _connections.TryAdd(connection, running);
            if (_isStopping)
            {
                // It came between the last look and the list.
                Stop(connection);
            }

            await running;
            _ = _connections.TryRemove(connection, out _);
        }
        finally
        {
            _ = Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Closes every socket so that its client looks for the ledger again, and takes no more.</summary>
    internal async Task StopAsync()
    {
        _isStopping = true;
        var running = _connections.ToArray();
        Array.ForEach(running, pair => Stop(pair.Key));
        await Task.WhenAll(running.Select(pair => pair.Value));
    }

    // "Going away": on a normal closure Koii's client would stay silent for ever.
    private static void Stop(PubSubConnection connection) => connection.Close(WebSocketCloseStatus.EndpointUnavailable, "the ledger is stopping");

    private void CloseAll(WebSocketCloseStatus status, string reason)
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Close(status, reason);
        }
    }
}
