namespace Pond.Server.Ledger.Rpc;

/// <summary>What callers may take of a ledger's time and memory, over HTTP and over sockets. What is beyond is refused with 429 or -32005.</summary>
public sealed record RpcLimits
{
    /// <summary>How many connections may be open on the ports; further ones are closed at once. Default 20,000: all sockets that may
    /// subscribe, and some thousand callers.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>How many calls one connection may make in a second, each of a batch counted. Default 10,000: more than a program gets
    /// answered one after the other, and too few to keep a ledger busy alone.</summary>
    public int CallsPerSecond { get; init; } = 10_000;

    /// <summary>How many bytes the making of one answer may take. Default 128 MiB: an account's bytes count four times, as they are
    /// encoded, and written.</summary>
    public long MaxAnswerBytes { get; init; } = 128L << 20;

    /// <summary>How many bytes all bodies and answers together may take that are under way. Default 512 MiB.</summary>
    public long MaxBytesInFlight { get; init; } = 512L << 20;

    /// <summary>How many accounts are looked through for one question that no index answers. Default 100,000: the ledger stands still for them, about
    /// a tenth of a second.</summary>
    public int MaxScannedAccounts { get; init; } = 100_000;

    /// <summary>Refuses limits that would let nobody in.</summary>
    /// <exception cref="InvalidOperationException">A limit is not positive.</exception>
    internal void Validate()
    {
        if (MaxConnections < 1 || CallsPerSecond < 1 || MaxAnswerBytes < 1 || MaxBytesInFlight < 1 || MaxScannedAccounts < 1)
        {
            throw new InvalidOperationException($"Every limit of {nameof(RpcLimits)} must be more than nothing.");
        }
    }
}
