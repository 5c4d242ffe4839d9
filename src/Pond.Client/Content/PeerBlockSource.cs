using System.Net;
using System.Net.Http.Headers;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Client.Content;

/// <summary>Finds blocks in the node's own store, and else with its peers' gateways. What a peer sends is believed once it is hashed.</summary>
/// <remarks>
/// Peers are asked for <c>GET /ipfs/{cid}?format=raw</c>, nothing else and nowhere else: redirects are not followed, bodies end
/// at 2 MiB. Those that answered well are asked first, those that sent false bytes last.
/// </remarks>
public sealed partial class PeerBlockSource : IBlockSource, ILocalContent, IDisposable
{
    private readonly IBlockStore _store;
    private readonly Func<IReadOnlyList<Uri>> _peers;
    private readonly PeerBlockSourceOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpClient _http;
    private readonly PeerScores _scores;
    private readonly Dictionary<Cid, Flight> _flights = [];
    private readonly Lock _flightGate = new();

    /// <summary>Makes a source.</summary>
    /// <param name="store">Asked first, and given every block that is fetched.</param>
    /// <param name="peers">The base addresses of the gateways that are known now, the likeliest first. Called for each block.</param>
    /// <param name="options">Timeouts and bounds.</param>
    /// <param name="timeProvider">Measures the timeouts.</param>
    public PeerBlockSource(
        IBlockStore store, Func<IReadOnlyList<Uri>> peers, PeerBlockSourceOptions options, TimeProvider timeProvider)
    {
        _store = store;
        _peers = peers;
        _options = options;
        _timeProvider = timeProvider;
        _scores = new(timeProvider, options.MaxRetryAfter);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (!options.AllowsPrivateAddresses)
        {
            handler.ConnectCallback = PublicAddresses.ConnectAsync;
        }

        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    /// <remarks>A block that has changed on disk is deleted and fetched anew.</remarks>
    public async ValueTask<ReadOnlyMemory<byte>?> GetBlockAsync(Cid cid, CancellationToken cancellationToken)
    {
        if (TryGetLocal(cid, out var local))
        {
            return local;
        }

        return cid.Hash.IsVerifiable ? await ShareFetchAsync(cid, cancellationToken) : null;
    }

    /// <inheritdoc/>
    public bool HasLocal(Cid cid) => _store.Contains(cid);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // However many want a block at one time, it is fetched once; the fetch ends early only when nobody wants it any more.
    private async Task<ReadOnlyMemory<byte>?> ShareFetchAsync(Cid cid, CancellationToken cancellationToken)
    {
        Flight? flight;
        var isFirst = false;
        lock (_flightGate)
        {
            if (!_flights.TryGetValue(cid, out flight))
            {
                flight = new();
                _flights.Add(cid, flight);
                isFirst = true;
            }

            flight.Passengers++;
        }

        if (isFirst)
        {
            _ = FlyAsync(cid, flight);
        }

        try
        {
            return await flight.Landing.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            bool isLast;
            lock (_flightGate)
            {
                isLast = --flight.Passengers == 0;
                if (isLast)
                {
                    _flights.Remove(cid);
                }
            }

            if (isLast)
            {
                await flight.Stop.CancelAsync();
                await flight.Ended.Task;
                flight.Stop.Dispose();
            }
        }
    }

    // Nothing is thrown from here: how it went, the passengers learn from the landing.
    private async Task FlyAsync(Cid cid, Flight flight)
    {
        try
        {
            var block = await AskPeersAsync(cid, flight.Stop.Token);
            if (block is not null)
            {
                _store.Put(block);
            }

            flight.Landing.TrySetResult(block?.Data);
        }
        catch (OperationCanceledException)
        {
            flight.Landing.TrySetCanceled(flight.Stop.Token);
        }
        catch (PondException failure)
        {
            flight.Landing.TrySetException(failure);
        }
        finally
        {
            flight.Ended.SetResult();
        }
    }

    private bool TryGetLocal(Cid cid, out ReadOnlyMemory<byte> data)
    {
        try
        {
            return cid.TryGetInlineData(out data) || _store.TryGet(cid.Hash, out data);
        }
        catch (PondException corrupt) when (corrupt.Code is "block-corrupt")
        {
            _store.Delete(cid.Hash);
            data = default;
            return false;
        }
    }

    private async Task<Block?> AskPeersAsync(Cid cid, CancellationToken cancellationToken)
    {
        int others;
        lock (_flightGate)
        {
            others = _flights.Count - 1;
        }

        var peers = _scores.BestFirst(_peers(), Math.Max(others, 0));
        var asked = 0;
        var running = new List<Task<Block?>>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (asked < peers.Count || running.Count > 0)
            {
                if (asked < peers.Count && running.Count < _options.MaxPeersAtOnce)
                {
                    running.Add(AskAsync(peers[asked++], cid, stop.Token));
                }

                var first = Task.WhenAny(running);
                if (asked < peers.Count && running.Count < _options.MaxPeersAtOnce && !await EndsSoonAsync(first, stop.Token))
                {
                    continue;
                }

                var answered = await first;
                running.Remove(answered);
                if (await answered is { } block)
                {
                    return block;
                }
            }

            return null;
        }
        finally
        {
            // The others are not needed any more; they are seen to end, so that no request outlives its caller.
            await stop.CancelAsync();
            await Task.WhenAll(running).ContinueWith(
                static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<bool> EndsSoonAsync(Task task, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = await Task.WhenAny(task, Task.Delay(_options.HedgeDelay, _timeProvider, wait.Token)) == task;
        await wait.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return ended;
    }

    /// <summary>Asks one peer for one block; null if it does not have it or failed, which only the caller's cancelling does not count as.</summary>
    private async Task<Block?> AskAsync(Uri peer, Cid cid, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.BlockTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(peer, $"/ipfs/{cid}?format=raw"));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.ipld.raw"));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                return null;
            }

            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                && response.Headers.RetryAfter is { } wait)
            {
                // Not a fault: it says itself when it wants to be asked again.
                _scores.Postpone(peer, wait);
                return null;
            }

            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentEncoding.Count > 0)
            {
                _scores.PenaliseFailure(peer);
                return null;
            }

            var data = await ReadBodyAsync(response.Content, either.Token);
            var block = Block.Verify(cid, data);
            _scores.Reward(peer);
            return block;
        }
        catch (PondException)
        {
            _scores.PenaliseLie(peer);
            return null;
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException
            || (cause is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _scores.PenaliseFailure(peer);
            return null;
        }
    }

    // Never more than one byte above the limit, which then says that the block is too large.
    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[64 * 1024];
        var length = 0;
        int read;
        while ((read = await body.ReadAsync(bytes.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
            if (length > Block.MaxSizeBytes)
            {
                break;
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(bytes.Length * 2, Block.MaxSizeBytes + 1));
            }
        }

        return bytes.AsMemory(0, length);
    }

    private sealed class Flight
    {
        internal int Passengers { get; set; }

        internal CancellationTokenSource Stop { get; } = new();

        internal TaskCompletionSource<ReadOnlyMemory<byte>?> Landing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
