namespace Pond.Server.Content.Rpc;

/// <summary>Bounds of the store's RPC, which acts for the operator of the machine and for nobody else.</summary>
public sealed record StoreRpcOptions
{
    /// <summary>The pages that may call from a browser, such as <c>http://localhost:3000</c>. Default none: a page is a stranger.</summary>
    public IReadOnlyCollection<string> AllowedOrigins { get; init; } = [];

    /// <summary>How many bytes of blocks one import takes at most. Default 1 TiB; what the store may hold, its quota says.</summary>
    public long MaxImportBytes { get; init; } = 1L << 40;

    /// <summary>What <c>version</c> answers.</summary>
    public string Version { get; init; } = "0.1.0";

    /// <summary>What <c>id</c> answers: the name of this store among peers of libp2p, which it does not otherwise speak to.</summary>
    public required StoreIdentity Identity { get; init; }
}
