using System.Threading.Channels;

namespace Pond.Server.Ledger.PubSub;

/// <summary>The messages that wait for one socket, up to a bound. Several may add, one takes.</summary>
internal sealed class Outbox(int maxMessages, long maxBytes)
{
    private readonly Channel<OutgoingMessage> _messages = Channel.CreateBounded<OutgoingMessage>(
        new BoundedChannelOptions(maxMessages) { SingleReader = true });

    private long _bytes;

    /// <summary>Adds a message.</summary>
    /// <returns>False if there is no room, or no more messages are taken.</returns>
    internal bool TryAdd(OutgoingMessage message)
    {
        var size = message.MaxSizeBytes;
        var waiting = Interlocked.Add(ref _bytes, size);
        // A single long answer is fine: it is there anyway, and nobody else waits behind it.
        if ((waiting <= maxBytes || waiting == size) && _messages.Writer.TryWrite(message))
        {
            return true;
        }

        _ = Interlocked.Add(ref _bytes, -size);
        return false;
    }

    /// <summary>Takes no more messages; those that wait can still be taken.</summary>
    internal void Complete() => _ = _messages.Writer.TryComplete();

    internal ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _messages.Reader.WaitToReadAsync(cancellationToken);

    internal bool TryTake(out OutgoingMessage message)
    {
        if (!_messages.Reader.TryRead(out message))
        {
            return false;
        }

        _ = Interlocked.Add(ref _bytes, -message.MaxSizeBytes);
        return true;
    }
}
