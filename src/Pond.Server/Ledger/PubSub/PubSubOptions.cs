namespace Pond.Server.Ledger.PubSub;

/// <summary>What subscribers may take of a ledger's memory. The defaults carry 10,000 of them.</summary>
public sealed record PubSubOptions
{
    /// <summary>How many sockets may be open; further ones are answered with 503. Default 16,384: an open one takes some 30 kB.</summary>
    public int MaxConnections { get; init; } = 16_384;

    /// <summary>How many subscriptions one socket may have. Default 1,000.</summary>
    public int MaxSubscriptionsPerConnection { get; init; } = 1_000;

    /// <summary>How many subscriptions there may be. Default 100,000.</summary>
    public int MaxSubscriptions { get; init; } = 100_000;

    /// <summary>The longest message that a client may send, in bytes. Default 128 KiB: a batch of fifty transactions.</summary>
    public int MaxMessageBytes { get; init; } = 128 * 1024;

    /// <summary>How many messages may wait for one socket; a client that is further behind is dropped. Default 4,096.</summary>
    public int MaxQueuedMessages { get; init; } = 4_096;

    /// <summary>How many bytes of messages may wait for one socket, a single longer message excepted. Default 4 MiB.</summary>
    public int MaxQueuedBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many bytes of messages may wait for all sockets together; whoever is behind then is dropped. Default 512 MiB.</summary>
    public long MaxQueuedBytesInAll { get; init; } = 512L * 1024 * 1024;

    /// <summary>How long a client has to answer a close before it is cut off. Default two seconds.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often an idle socket is pinged, and how long the answer may take. Default 30 seconds.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Refuses limits that would let nobody in.</summary>
    /// <exception cref="InvalidOperationException">A limit is not positive.</exception>
    internal void Validate()
    {
        var limits = new[]
        {
            MaxConnections, MaxSubscriptionsPerConnection, MaxSubscriptions, MaxMessageBytes, MaxQueuedMessages, MaxQueuedBytes,
        };
        if (Array.Exists(limits, limit => limit < 1) || MaxQueuedBytesInAll < 1 || CloseTimeout <= TimeSpan.Zero || KeepAlive <= TimeSpan.Zero)
        {
            throw new InvalidOperationException($"Every limit of {nameof(PubSubOptions)} must be more than nothing.");
        }
    }
}
