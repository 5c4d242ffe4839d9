namespace Pond.Server.Content;

/// <summary>Bounds of a gateway.</summary>
public sealed record GatewayOptions
{
    /// <summary>How many requests are answered at one time; those above get 429. Default 512: some 2 MiB of blocks each, at most.</summary>
    public int MaxParallelRequests { get; init; } = 512;
}
