using Pond.Primitives;
using Pond.Store;
using Pond.Store.Dag;

namespace Pond.Client.Content;

/// <summary>Reading content from a source as one reads it from a local store.</summary>
public static class BlockSourceReading
{
    /// <summary>The block's bytes.</summary>
    /// <exception cref="PondException"><c>block-missing</c>: no source has it.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(
        this IBlockSource source, Cid cid, CancellationToken cancellationToken) =>
        await source.GetBlockAsync(cid, cancellationToken) ?? throw new PondException(
            "block-missing",
            $"Block {cid} was found neither here nor with any peer that was asked.",
            "Try again when a node that has the content is online, or add the content again.",
            isTransient: true);

    /// <summary>Supplies blocks to a walk until it needs none.</summary>
    /// <returns><paramref name="walk"/> itself.</returns>
    /// <exception cref="PondException"><c>block-missing</c>, or what <see cref="IDagWalk.Supply"/> throws.</exception>
    public static async Task<TWalk> RunAsync<TWalk>(this TWalk walk, IBlockSource source, CancellationToken cancellationToken)
        where TWalk : IDagWalk
    {
        while (walk.Needed is { } cid)
        {
            walk.Supply(await source.ReadAsync(cid, cancellationToken));
        }

        return walk;
    }

    /// <summary>Brings a root and everything below it to where the source keeps what it fetches, each block once.</summary>
    /// <param name="source">A <see cref="PeerBlockSource"/>, usually. What is local already is not fetched, so a fetch resumes.</param>
    /// <param name="root">What to bring.</param>
    /// <param name="limits">Where to stop.</param>
    /// <param name="cancellationToken">Stops at once; what was fetched stays in the store.</param>
    /// <exception cref="PondException">
    /// <c>block-missing</c>, <c>dag-too-large</c>, <c>dag-too-deep</c>, <c>block-malformed</c>, or the store cannot be written.
    /// </exception>
    public static async Task<FetchedDag> FetchDagAsync(
        this IBlockSource source, Cid root, DagFetchLimits limits, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var seen = new HashSet<Cid> { root };
        var pending = new Stack<(Cid Cid, int Depth)>([(root, 0)]);
        var running = new List<Task<(Cid Cid, int Depth, ReadOnlyMemory<byte> Block)>>();
        var bytes = 0L;
        try
        {
            while (pending.Count > 0 || running.Count > 0)
            {
                while (running.Count < limits.Parallelism && pending.TryPop(out var next))
                {
                    running.Add(FetchAsync(source, next.Cid, next.Depth, stop.Token));
                }

                var done = await Task.WhenAny(running);
                running.Remove(done);
                var (cid, depth, block) = await done;
                bytes += block.Length;
                var links = DagLinks.Of(cid, block);
                if (links.Count > 0 && depth == DagWalk.MaxDepth)
                {
                    throw new PondException(
                        "dag-too-deep",
                        $"Content {root} has more than {DagWalk.MaxDepth} levels.",
                        "Ask its author to add it again with more links in each node.");
                }

                foreach (var link in links.Reverse().Where(seen.Add))
                {
                    pending.Push((link, depth + 1));
                }

                if (bytes > limits.MaxBytes || seen.Count > limits.MaxBlocks)
                {
                    throw new PondException(
                        "dag-too-large",
                        $"Content {root} has more than {limits.MaxBytes} bytes or {limits.MaxBlocks} blocks.",
                        "Raise the limits if you trust its author.");
                }
            }
        }
        finally
        {
            // Nobody else waits for these, so they are ended and seen to end here.
            await stop.CancelAsync();
            await Task.WhenAll(running).ContinueWith(
                static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        return new(seen.Count, bytes);
    }

    private static async Task<(Cid Cid, int Depth, ReadOnlyMemory<byte> Block)> FetchAsync(
        IBlockSource source, Cid cid, int depth, CancellationToken cancellationToken) =>
        (cid, depth, await source.ReadAsync(cid, cancellationToken));
}
