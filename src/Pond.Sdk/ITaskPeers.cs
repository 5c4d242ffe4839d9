using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>The same task on other nodes.</summary>
public interface ITaskPeers
{
    /// <summary>The task's stakers that have an address on the ledger, this node left out, in the order of their keys.</summary>
    /// <remarks>Strangers wrote the addresses: whether somebody is there shows when he is asked.</remarks>
    ValueTask<ImmutableArray<TaskPeer>> GetAsync(CancellationToken cancellationToken);

    /// <summary>Asks the routes of the same task on another node: <c>GetStringAsync("/status")</c>.</summary>
    /// <remarks>
    /// Nothing that comes back is verified; <see cref="Stamps.TaskStamps.AskAsync"/> has the answer signed. A peer that has no address is an
    /// answer with status 404, one that can't be reached 502, one that takes too long 504. An answer that is read as a whole has at
    /// most 16 MiB.
    /// </remarks>
    /// <param name="peer">Its staking key.</param>
    HttpClient HttpFor(Pubkey peer);
}

/// <summary>A node that runs the same task.</summary>
/// <param name="StakingKey">Who it is.</param>
/// <param name="Address">Where it says it can be reached.</param>
public sealed record TaskPeer(Pubkey StakingKey, Uri Address);
