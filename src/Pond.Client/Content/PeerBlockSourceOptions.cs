namespace Pond.Client.Content;

/// <summary>How blocks are fetched from peers.</summary>
public sealed record PeerBlockSourceOptions
{
    /// <summary>How long one peer has for one block. Default 30 s: 2 MiB at 70 kB/s.</summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long without an answer a further peer is asked as well. Default 2 s.</summary>
    public TimeSpan HedgeDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many peers are asked for one block at one time. Default 3.</summary>
    public int MaxPeersAtOnce { get; init; } = 3;

    /// <summary>For how long a peer is believed that it wants to be left alone (<c>Retry-After</c>). Default 5 minutes.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether peers may have loopback and private addresses. Default false: addresses come from strangers, who must not be able
    /// to send this node's requests to machines behind its firewall. True only on networks whose genesis is local.
    /// </summary>
    public bool AllowsPrivateAddresses { get; init; }
}
