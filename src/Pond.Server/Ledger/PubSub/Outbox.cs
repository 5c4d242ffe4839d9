using System.Threading.Channels;

namespace Pond.Server.Ledger.PubSub;

/// <summary>The messages that wait for one socket, up to a bound of its own and one that all share. Several may add, one takes.</summary>
internal sealed class Outbox(int maxMessages, long maxBytes, SharedRoom room)
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
        if ((waiting <= maxBytes || waiting == size) && room.TryTake(size))
        {
            if (_messages.Writer.TryWrite(message))
            {
                return true;
            }

            room.GiveBack(size);
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
        room.GiveBack(message.MaxSizeBytes);
        return true;
    }

    /// <summary>Lets go of what waits; nobody will take it any more.</summary>
    internal void Abandon()
    {
        Complete();
        while (TryTake(out _))
        {
            // Its room is free again.
        }
    }
}

/// <summary>How many bytes may wait for all sockets together. Safe for several threads.</summary>
internal sealed class SharedRoom(long maxBytes)
{
    private long _bytes;

    internal bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= maxBytes)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    internal void GiveBack(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
