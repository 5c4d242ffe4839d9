using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>Signs data with the staking key, and verifies what other nodes have signed for the same task.</summary>
/// <remarks>What is signed is never a transaction: a prefix and the task's id come before the data.</remarks>
public interface ITaskSigning
{
    /// <summary>Has the node sign data.</summary>
    ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Whether <paramref name="signer"/>'s node has signed that data for this task.</summary>
    bool Verify(Pubkey signer, ReadOnlySpan<byte> data, Signature signature);
}
