using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Retention;
using Pond.Store.UnixFs;

namespace Pond.Server.Nodes;

/// <summary>One task's content in its node's store: what it adds is kept for its round and some more, then released.</summary>
internal sealed class NodeTaskContent(
    NodeContent node, NodeHostOptions options, Pubkey task, Action<string> onLine, TimeProvider time) : IAsyncDisposable
{
    private readonly string _task = task.ToString();
    private readonly CancellationTokenSource _stopping = new();
    private TaskStorage? _storage;
    private Task _collection = Task.CompletedTask;
    private Round? _round;

    /// <summary>Sees that the node has access to the storage which the task's metadata names, if any; what is added goes there, too.</summary>
    /// <exception cref="PondException">See <see cref="TaskStorage.OpenAsync"/>.</exception>
    internal async Task OpenStorageAsync(string metadata, CancellationToken cancellationToken) =>
        _storage = await TaskStorage.OpenAsync(metadata, node.Source, options.PinningServices, time, cancellationToken);

    /// <summary>Adds a file or folder of the task and keeps it for the round; it counts against the task's quota.</summary>
    /// <exception cref="PondException">
    /// <c>quota-exceeded</c>, the path cannot be read, the disk failed, or the storage that the task names did not take it.
    /// </exception>
    internal async Task<Cid> AddAsync(string path, Round round, CancellationToken cancellationToken)
    {
        var name = RoundRetention.PinName(_task, round);
        // Disk work of seconds, perhaps: not on the thread that serves the task's socket.
        var root = await Task.Run(
            () =>
            {
                using var writer = node.Store.BeginAdd(_task);
                var added = FolderImporter.Import(path, writer, UnixFsProfile.V1Of2025, cancellationToken).Root;
                writer.Pin(new Pin(added, name));
                return added;
            },
            cancellationToken);
        if (_storage is { } storage)
        {
            await storage.KeepAsync(root, name, node.Address, cancellationToken);
        }

        return root;
    }

    /// <summary>Tells which round the task is in. In a new one, what no round needs any more is released and collected in the background.</summary>
    /// <remarks>Not safe for use by several threads. While one collection runs, no other begins.</remarks>
    /// <param name="round">The round.</param>
    /// <param name="lateRounds">By how many rounds a payout may be late, as one is whose lists were rejected.</param>
    internal void EnterRound(Round round, ulong lateRounds)
    {
        if (_round == round || !_collection.IsCompleted)
        {
            return;
        }

        _round = round;
        _collection = Task.Run(() => CollectAsync(round, lateRounds), CancellationToken.None);
    }

    /// <summary>Ends what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _collection;
        _storage?.Dispose();
        _stopping.Dispose();
    }

    private async Task CollectAsync(Round round, ulong lateRounds)
    {
        try
        {
            var released = node.Store.ReleaseRounds(
                _task, round, options.Retention with { RoundsPastPayout = options.Retention.RoundsPastPayout + lateRounds });
            await node.CollectGarbageAsync(_stopping.Token);
            foreach (var pin in _storage is null ? [] : released)
            {
                await _storage!.ReleaseAsync(pin.Root, pin.Name, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops; the next round of its next run collects.
        }
        catch (PondException failure)
        {
            onLine($"The content store could not be tidied: {failure.Message} {failure.Fix}");
        }
    }
}
