using System.Collections.Immutable;
using Pond.Client.Content;
using Pond.Contracts.Pinning;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Nodes;

/// <summary>The storage in which a task wants its proofs: a pinning service that its metadata names, and to which the node has access.</summary>
internal sealed class TaskStorage : IDisposable
{
    private readonly PinningServiceClient _client;

    private TaskStorage(PinningServiceClient client) => _client = client;

    /// <summary>Sees what storage a task names, and that the node has access to it. Called before the node stakes.</summary>
    /// <param name="metadata">The CID of the task's metadata: a JSON file, or a folder with one.</param>
    /// <param name="source">Fetches it.</param>
    /// <param name="tokens">The services to which the node has access, each with its token.</param>
    /// <param name="timeProvider">Measures timeouts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the task names none, or its metadata cannot be had from anybody.</returns>
    /// <exception cref="PondException">
    /// <c>storage-invalid</c>: what it names is no address. <c>storage-access-missing</c>: the node has no token for it.
    /// <c>storage-access-refused</c>: the service does not know the token. <c>pinning-unreachable</c>.
    /// </exception>
    internal static async Task<TaskStorage?> OpenAsync(
        string metadata,
        IBlockSource source,
        ImmutableDictionary<Uri, string> tokens,
        TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        if ((await TaskMetadata.ReadAsync(metadata, source, cancellationToken))?.Storage is not { } name)
        {
            return null;
        }

        if (!Uri.TryCreate(name, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new PondException(
                "storage-invalid",
                $"The task's metadata names '{name}' as the storage of its proofs, which is no address of a pinning service.",
                "Ask the task's creator to correct its metadata. Nothing was staked.");
        }

        if (tokens.FirstOrDefault(token => SameService(token.Key, address)).Value is not { } secret)
        {
            throw new PondException(
                "storage-access-missing",
                $"The task wants its proofs in the storage {address}, and this node has no access to it.",
                "Get a token from that pinning service and give it to the node, or run another task. Nothing was staked.");
        }

        var client = new PinningServiceClient(address, secret, timeProvider);
        try
        {
            await client.ListAsync(new() { Limit = 1 }, cancellationToken);
            return new(client);
        }
        catch (PondException refused) when (refused.Code is "pinning-denied")
        {
            client.Dispose();
            throw new PondException(
                "storage-access-refused",
                $"The task wants its proofs in the storage {address}, which refuses this node's token.",
                "Get a token that is good from that pinning service. Nothing was staked.",
                innerException: refused);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Asks the storage to keep content of this node.</summary>
    internal Task KeepAsync(Cid root, string name, Uri gateway, CancellationToken cancellationToken) => _client.AddAsync(
        new RemotePin { Cid = root.ToString(), Name = name, Origins = [HttpMultiaddr.Of(gateway)] }, cancellationToken);

    /// <summary>Tells the storage that it need not keep content under a name any more.</summary>
    /// <exception cref="PondException"><c>pinning-unreachable</c>, <c>pinning-denied</c>, or what else the service answers.</exception>
    internal async Task ReleaseAsync(Cid root, string name, CancellationToken cancellationToken)
    {
        var kept = await _client.ListAsync(
            new() { Cids = [root.ToString()], Name = name, Statuses = RemotePinStates.All }, cancellationToken);
        foreach (var pin in kept.Results)
        {
            await _client.RemoveAsync(pin.RequestId, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    private static bool SameService(Uri left, Uri right) =>
        string.Equals(left.AbsoluteUri.TrimEnd('/'), right.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal);
}
