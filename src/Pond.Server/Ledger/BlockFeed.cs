using System.Threading.Channels;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>Tells everybody who listens of each new block, in order.</summary>
internal sealed class BlockFeed
{
    /// <summary>How many blocks a listener may be behind; then it is cut off, so that a slow one costs neither memory nor time of others.</summary>
    internal const int MaxBehind = 1024;

    private readonly List<Channel<Block>> _listeners = [];
    private bool _isComplete;

    /// <summary>Starts to listen: every block published after this call is in the channel.</summary>
    /// <returns>The blocks; the channel ends when the ledger does, with a <see cref="PondException"/> for a listener that was cut off.</returns>
    internal ChannelReader<Block> Listen()
    {
        var channel = Channel.CreateBounded<Block>(new BoundedChannelOptions(MaxBehind) { SingleWriter = true });
        lock (_listeners)
        {
            if (_isComplete)
            {
                channel.Writer.Complete();
            }
            else
            {
                _listeners.Add(channel);
            }
        }

        return channel.Reader;
    }

    /// <summary>Stops listening.</summary>
    internal void Leave(ChannelReader<Block> listener)
    {
        lock (_listeners)
        {
            _ = _listeners.RemoveAll(channel => channel.Reader == listener);
        }
    }

    internal void Publish(Block block)
    {
        lock (_listeners)
        {
            _ = _listeners.RemoveAll(channel => !channel.Writer.TryWrite(block) && channel.Writer.TryComplete(new PondException(
                "block-listener-behind",
                $"A listener was more than {MaxBehind} blocks behind the ledger at slot {block.Slot} and was cut off.",
                "Take blocks as they come and do long work elsewhere.")));
        }
    }

    internal void Complete()
    {
        lock (_listeners)
        {
            _isComplete = true;
            _listeners.ForEach(channel => channel.Writer.TryComplete());
            _listeners.Clear();
        }
    }
}
