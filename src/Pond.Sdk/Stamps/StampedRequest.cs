using Pond.Primitives;

namespace Pond.Sdk.Stamps;

/// <summary>A question that wants a stamped answer.</summary>
public sealed record StampedRequest
{
    /// <summary>How long a nonce is, in bytes.</summary>
    public const int NonceSizeBytes = 32;

    /// <summary>The method: <c>GET</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query as they are sent, without <c>/task/{id}</c>: <c>/status?full=1</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The body; empty if there is none.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Who asks: a staking key.</summary>
    public required Pubkey Asker { get; init; }

    /// <summary>The asker's slot when he asked.</summary>
    public required Slot Slot { get; init; }

    /// <summary>Random bytes, never used twice: no answer that was made before can fit.</summary>
    public required byte[] Nonce { get; init; }
}
