using System.Buffers;
using System.Net.WebSockets;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.PubSub;

/// <summary>One socket: answers what comes in, one message after the other, and sends what its subscriptions bring.</summary>
internal sealed class PubSubConnection(PubSubHub hub, JsonRpcDispatcher dispatcher, WebSocket socket, PubSubOptions options, AnswerBudget budget, SharedRoom room, TimeProvider time)
{
    private const int UsualMessageBytes = 512;

    private readonly Lock _gate = new();
    private readonly Outbox _outbox = new(options.MaxQueuedMessages, options.MaxQueuedBytes, room);
    private readonly Dictionary<ulong, Subscription> _subscriptions = [];
    private readonly List<Subscription> _unannounced = [];
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocketCloseStatus? _closeStatus;
    private string? _closeReason;
    private bool _isDropped;

    /// <summary>What is known of who opened the socket.</summary>
    internal RpcCaller Caller { get; init; }

    /// <summary>Serves the socket until either side has closed it.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var receiving = ReceiveAllAsync(cancellationToken);
        var sending = SendAllAsync(cancellationToken);
        await _closing.Task;

        var ended = Task.WhenAll(receiving, sending);
        await ended.WaitAsync(options.CloseTimeout, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Does nothing to a socket that is closed. One that does not answer, or does not even take what is being sent, is cut off.
        socket.Abort();
        await ended;
        _outbox.Abandon();
    }

    /// <summary>Takes a subscription. Its notifications begin after the answer to the message that asked for it.</summary>
    /// <exception cref="Contracts.Rpc.RpcException">There are too many.</exception>
    internal ulong Subscribe(Topic topic)
    {
        lock (_gate)
        {
            if (_subscriptions.Count >= options.MaxSubscriptionsPerConnection)
            {
                throw PubSubErrors.TooManySubscriptions("Connection");
            }

            var subscription = new Subscription(hub.Reserve(), topic, this);
            _subscriptions.Add(subscription.Id, subscription);
            _unannounced.Add(subscription);
            return subscription.Id;
        }
    }

    /// <summary>Ends a subscription; false if there is none with the id.</summary>
    internal bool Unsubscribe(ulong id)
    {
        Subscription? subscription;
        lock (_gate)
        {
            if (!_subscriptions.Remove(id, out subscription))
            {
                return false;
            }

            _ = _unannounced.Remove(subscription);
        }

        hub.Remove(subscription);
        return true;
    }

    /// <summary>Sends a message when those before it are sent. A client that is too far behind is dropped instead.</summary>
    internal void Send(OutgoingMessage message)
    {
        if (!_outbox.TryAdd(message))
        {
            Drop();
        }
    }

    /// <summary>Closes the socket after what waits to be sent.</summary>
    internal void Close(WebSocketCloseStatus status, string? reason)
    {
        lock (_gate)
        {
            if (_closeStatus is null)
            {
                (_closeStatus, _closeReason) = (status, reason);
            }
        }

        _outbox.Complete();
        _ = _closing.TrySetResult();
    }

    // What waits is not sent any more: the client is not taking it, and to it a gap is no better than an end.
    private void Drop()
    {
        Volatile.Write(ref _isDropped, true);
        Close(WebSocketCloseStatus.PolicyViolation, "messages were not taken fast enough");
    }

    private async Task ReceiveAllAsync(CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualMessageBytes);
        try
        {
            while (await ReceiveAsync(buffer, cancellationToken))
            {
                var answer = new ArrayBufferWriter<byte>();
                using var lease = budget.Rent();
                await dispatcher.AnswerAsync(buffer.WrittenMemory, answer, this, Caller with { Lease = lease }, cancellationToken);
                if (answer.WrittenCount > 0)
                {
                    Send(new OutgoingMessage(answer.WrittenMemory));
                }

                Announce();
                buffer.ResetWrittenCount();
                if (buffer.Capacity > 16 * UsualMessageBytes)
                {
                    buffer = new ArrayBufferWriter<byte>(UsualMessageBytes);
                }
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The client is gone, or broke the protocol, which the socket has told it.
        }
        finally
        {
            Close(WebSocketCloseStatus.EndpointUnavailable, reason: null);
            Forget();
        }
    }

    // Reads one message; false if the socket is closed or has to be.
    private async ValueTask<bool> ReceiveAsync(ArrayBufferWriter<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.GetMemory(UsualMessageBytes), cancellationToken);
            buffer.Advance(received.Count);
            if (received.MessageType is WebSocketMessageType.Close)
            {
                Close(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription);
                return false;
            }

            if (_closing.Task.IsCompleted)
            {
                // We have said goodbye; only the client's own is still of interest.
                buffer.ResetWrittenCount();
            }
            else if (received.MessageType is WebSocketMessageType.Binary)
            {
                Close(WebSocketCloseStatus.InvalidMessageType, "messages are text");
            }
            else if (buffer.WrittenCount > options.MaxMessageBytes)
            {
                Close(WebSocketCloseStatus.MessageTooBig, $"a message may have {options.MaxMessageBytes} bytes");
            }
            else if (received.EndOfMessage)
            {
                return true;
            }
        }
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _outbox.WaitAsync(cancellationToken))
            {
                while (_outbox.TryTake(out var message))
                {
                    if (!Volatile.Read(ref _isDropped))
                    {
                        await SendAsync(message, cancellationToken);
                    }
                }
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(_closeStatus!.Value, _closeReason, cancellationToken);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            Close(WebSocketCloseStatus.EndpointUnavailable, reason: null);
        }
    }

    private async ValueTask SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(message.MaxSizeBytes);
        try
        {
            var size = message.Write(bytes);
            await socket.SendAsync(bytes.AsMemory(0, size), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Announce()
    {
        Subscription[] ready;
        lock (_gate)
        {
            if (_unannounced.Count == 0)
            {
                return;
            }

            ready = [.. _unannounced];
            _unannounced.Clear();
        }

        foreach (var subscription in ready)
        {
            hub.Add(subscription);
        }
    }

    private void Forget()
    {
        Subscription[] left;
        lock (_gate)
        {
            left = [.. _subscriptions.Values];
            _subscriptions.Clear();
            _unannounced.Clear();
        }

        Array.ForEach(left, hub.Remove);
    }

    private static bool IsEnd(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException;
}
