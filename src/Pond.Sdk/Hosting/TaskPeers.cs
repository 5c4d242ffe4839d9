using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Hosting;

/// <summary>Reads who else runs a task off the ledger's facts.</summary>
internal static class TaskPeers
{
    /// <summary>The stakers with an address that is one, without <paramref name="self"/>.</summary>
    internal static ImmutableArray<TaskPeer> Of(TaskInfo task, Pubkey self) =>
    [
        .. task.Addresses
            .Where(entry => entry.Key != self)
            .Select(entry => Uri.TryCreate(entry.Value, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
                ? new TaskPeer(entry.Key, address)
                : null)
            .OfType<TaskPeer>(),
    ];
}
