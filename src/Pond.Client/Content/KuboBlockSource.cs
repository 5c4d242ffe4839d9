using Pond.Primitives;
using Pond.Store;

namespace Pond.Client.Content;

/// <summary>Blocks of an IPFS node that the operator runs besides this one, by Kubo's RPC. Each is hashed before it is believed.</summary>
public sealed class KuboBlockSource : IBlockSource, IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly IBlockStore _store;
    private readonly TimeSpan _timeout;

    /// <summary>Makes a source.</summary>
    /// <param name="endpoint">The RPC's base address, such as <c>http://127.0.0.1:5001</c>. The operator's own word, so any address will do.</param>
    /// <param name="store">Given every block that is fetched.</param>
    /// <param name="timeout">How long the node may search the network for one block.</param>
    public KuboBlockSource(Uri endpoint, IBlockStore store, TimeSpan timeout)
    {
        _endpoint = endpoint;
        _store = store;
        _timeout = timeout;
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
        {
            Timeout = timeout,
            // One byte more than any block has is enough to see that it is none.
            MaxResponseContentBufferSize = Block.MaxSizeBytes + 1,
        };
    }

    /// <inheritdoc/>
    /// <remarks>A node that fails has not got the block: whoever asks has others to turn to.</remarks>
    public async ValueTask<ReadOnlyMemory<byte>?> GetBlockAsync(Cid cid, CancellationToken cancellationToken)
    {
        if (!cid.Hash.IsVerifiable)
        {
            return null;
        }

        try
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, new Uri(_endpoint, $"/api/v0/block/get?arg={cid}&timeout={(long)_timeout.TotalMilliseconds}ms"));
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                return null;
            }

            var block = Block.Verify(cid, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            _store.Put(block);
            return block.Data;
        }
        catch (PondException failure) when (failure.Code is "block-mismatch" or "block-too-large")
        {
            return null;
        }
        catch (Exception cause) when (cause is HttpRequestException
            || (cause is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
