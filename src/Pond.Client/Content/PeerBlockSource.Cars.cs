using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.Dag;

namespace Pond.Client.Content;

public sealed partial class PeerBlockSource
{
    private const int ReadBytes = 64 * 1024;

    /// <summary>Brings a root and everything below it, its branches as CARs from several peers at one time, and single blocks for the rest.</summary>
    /// <remarks>
    /// A block of a CAR is believed when it hashes to a CID that was linked before it; what a peer sends beyond that, or leaves
    /// out, ends that CAR, and the blocks are fetched one by one. What is local already is not fetched, so a fetch resumes.
    /// </remarks>
    /// <param name="root">What to bring.</param>
    /// <param name="limits">Where to stop.</param>
    /// <param name="cancellationToken">Stops at once; what was fetched stays in the store.</param>
    /// <exception cref="PondException">See <see cref="BlockSourceReading.FetchDagAsync"/>.</exception>
    public Task<FetchedDag> FetchDagByCarsAsync(Cid root, DagFetchLimits limits, CancellationToken cancellationToken) =>
        FetchDagByCarsAsync(root, limits, this, cancellationToken);

    /// <inheritdoc cref="FetchDagByCarsAsync(Cid, DagFetchLimits, CancellationToken)"/>
    /// <param name="root">What to bring.</param>
    /// <param name="limits">Where to stop.</param>
    /// <param name="rest">Where single blocks come from: this source, perhaps with others behind it that keep what they fetch in the same store.</param>
    /// <param name="cancellationToken">Stops at once; what was fetched stays in the store.</param>
    public async Task<FetchedDag> FetchDagByCarsAsync(
        Cid root, DagFetchLimits limits, IBlockSource rest, CancellationToken cancellationToken)
    {
        var branches = new ConcurrentQueue<Cid>(await FindBranchesAsync(root, rest, cancellationToken));
        var budget = new CarBudget(limits);
        var peers = _scores.BestFirst(_peers(), busy: 0).Take(_options.MaxPeersAtOnce).ToList();
        await Task.WhenAll(peers.Select(peer => TakeBranchesAsync(peer, branches, budget, cancellationToken)));
        return await rest.FetchDagAsync(root, limits, cancellationToken);
    }

    // Raw leaves come one by one anyway, so a branch is what has links itself.
    private async Task<IReadOnlyList<Cid>> FindBranchesAsync(Cid root, IBlockSource rest, CancellationToken cancellationToken)
    {
        var block = await rest.ReadAsync(root, cancellationToken);
        return [.. DagLinks.Of(root, block).Distinct().Where(link => link.Codec != Multicodec.Raw && !HasLocal(link))];
    }

    private async Task TakeBranchesAsync(Uri peer, ConcurrentQueue<Cid> branches, CarBudget budget, CancellationToken cancellationToken)
    {
        while (branches.TryDequeue(out var branch))
        {
            if (!await TryTakeBranchAsync(peer, branch, budget, cancellationToken))
            {
                // Another peer may have it; this one is done.
                branches.Enqueue(branch);
                return;
            }
        }
    }

    private async Task<bool> TryTakeBranchAsync(Uri peer, Cid branch, CarBudget budget, CancellationToken cancellationToken)
    {
        using var idle = new CancellationTokenSource(_options.BlockTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(peer, $"/ipfs/{branch}?format=car&dag-scope=all"));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.ipld.car"));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentEncoding.Count > 0)
            {
                return false;
            }

            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var decoder = new CarDecoder();
            var expected = new HashSet<Cid> { branch };
            var known = new HashSet<Cid> { branch };
            var buffer = new byte[ReadBytes];
            int read;
            while (expected.Count > 0 && (read = await body.ReadAsync(buffer, either.Token)) > 0)
            {
                decoder.Append(buffer.AsSpan(0, read));
                while (decoder.TryRead(out var block))
                {
                    if (!expected.Remove(block.Cid) || !budget.TrySpend(block.Data.Length))
                    {
                        return false;
                    }

                    foreach (var link in DagLinks.Of(block.Cid, block.Data).Where(link => !link.Hash.IsIdentity && known.Add(link)))
                    {
                        expected.Add(link);
                    }

                    _store.Put(block);
                    idle.CancelAfter(_options.BlockTimeout);
                }
            }

            if (expected.Count == 0)
            {
                _scores.Reward(peer);
                return true;
            }

            _scores.PenaliseFailure(peer);
            return false;
        }
        catch (PondException failure) when (failure.Code is "block-mismatch" or "car-malformed" or "block-too-large" or "hash-unsupported" or "block-malformed")
        {
            _scores.PenaliseLie(peer);
            return false;
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException
            || (cause is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _scores.PenaliseFailure(peer);
            return false;
        }
    }

    /// <summary>What all CARs of one fetch may bring together.</summary>
    private sealed class CarBudget(DagFetchLimits limits)
    {
        private long _bytes;
        private int _blocks;

        internal bool TrySpend(int bytes) =>
            Interlocked.Add(ref _bytes, bytes) <= limits.MaxBytes && Interlocked.Increment(ref _blocks) <= limits.MaxBlocks;
    }
}
