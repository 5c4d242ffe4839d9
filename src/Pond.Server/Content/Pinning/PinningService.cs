using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Pond.Client.Content;
using Pond.Contracts.Pinning;
using Pond.Primitives;

namespace Pond.Server.Content.Pinning;

/// <summary>Keeps content for others: fetches what they wish for, pins it in their name, and remembers how far it is.</summary>
/// <remarks>Wishes survive a restart. Safe for use by several threads.</remarks>
public sealed class PinningService : IAsyncDisposable
{
    private const int IdBytes = 16;

    private readonly ContentStore _store;
    private readonly PinningServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly PinRequestTable _requests;
    private readonly Dictionary<string, PinningUser> _users;
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task[] _workers;
    private readonly Lock _gate = new();
    private DateTimeOffset _lastCreated;

    /// <summary>Starts to fulfil the wishes that are on disk, and those to come.</summary>
    /// <param name="store">Where content is kept. Wishes are in its folder as well.</param>
    /// <param name="options">For whom, and within which bounds.</param>
    /// <param name="time">Says when wishes were made, and measures how long they take.</param>
    /// <exception cref="ArgumentException">Two users have one token, or one has none.</exception>
    public PinningService(ContentStore store, PinningServiceOptions options, TimeProvider time)
    {
        _store = store;
        _options = options;
        _time = time;
        _users = new(StringComparer.Ordinal);
        foreach (var user in options.Users)
        {
            if (user.Token.Length == 0 || user.Name.Length == 0 || !_users.TryAdd(DigestOf(user.Token), user))
            {
                throw new ArgumentException("Each user of a pinning service has a name, and a token of his own.", nameof(options));
            }
        }

        _requests = new(Path.Combine(store.Folder, "pinning.db"));
        _lastCreated = _requests.FindLastCreated() ?? default;
        _workers = [.. Enumerable.Range(0, options.Parallelism).Select(_ => WorkAsync(_stopping.Token))];
        _waiting.Release(options.Parallelism);
    }

    internal PinningServiceOptions Options => _options;

    /// <summary>Who has this token; null if nobody.</summary>
    /// <remarks>Looked up by its hash, so that the time it takes says nothing about the tokens that there are.</remarks>
    internal PinningUser? Authenticate(string token) => _users.GetValueOrDefault(DigestOf(token));

    internal IReadOnlyList<PinRequest> RequestsOf(PinningUser user) => _requests.Of(user.Name);

    internal PinRequest? Find(PinningUser user, string id) =>
        _requests.Find(id) is { } found && string.Equals(found.Owner, user.Name, StringComparison.Ordinal) ? found : null;

    /// <summary>Takes a wish.</summary>
    /// <exception cref="PondException"><c>quota-exceeded</c>: he has too many.</exception>
    internal PinRequest Add(PinningUser user, Pond.Store.Cid root, RemotePin pin, PinRequest? replaced)
    {
        if (replaced is null && _requests.CountOf(user.Name) >= user.MaxRequests)
        {
            throw new PondException(
                "quota-exceeded", $"You have {user.MaxRequests} pins here, and may have no more.", "Remove pins that are not needed any more.");
        }

        var request = new PinRequest(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), user.Name, root, NextCreated(), pin)
        {
            Replaces = replaced?.Id,
        };
        _requests.Add(request);
        if (replaced is not null)
        {
            // Its pin stays until the new one is there, so that what both have in common is not collected in between.
            _requests.Remove(replaced.Id);
            Stop(replaced.Id);
            UnpinReplaced(replaced);
        }

        _waiting.Release();
        return request;
    }

    /// <summary>Takes a wish back; its content goes with the next collection.</summary>
    internal void Remove(PinRequest request)
    {
        _requests.Remove(request.Id);
        Stop(request.Id);
        Unpin(request.Id, request.Root);
        UnpinReplaced(request);
    }

    /// <summary>Stops; what was being fetched begins again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_workers);
        _requests.Dispose();
        _stopping.Dispose();
        _waiting.Dispose();
    }

    // Clients read on from the oldest time that they have seen, so no two wishes may have the same.
    private DateTimeOffset NextCreated()
    {
        lock (_gate)
        {
            var now = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
            _lastCreated = now > _lastCreated ? now : _lastCreated.AddMilliseconds(1);
            return _lastCreated;
        }
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _waiting.WaitAsync(stoppingToken);
                while (_requests.Take() is { } request)
                {
                    await FulfilAsync(request, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    private async Task FulfilAsync(PinRequest request, CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var withdrawn = new CancellationTokenSource();
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, timeout.Token, withdrawn.Token);
        _running[request.Id] = withdrawn;
        string? problem = null;
        try
        {
            await FetchAndPinAsync(request, any.Token);
        }
        catch (PondException failure)
        {
            problem = $"{failure.Code}: {failure.Message}";
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            problem = $"pinning-timeout: it took longer than {_options.Timeout}.";
        }
        catch (OperationCanceledException) when (withdrawn.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            problem = "withdrawn";
        }
        finally
        {
            _running.TryRemove(request.Id, out _);
        }

        UnpinReplaced(request);
        if (!_requests.TryEnd(request.Id, problem is null ? RemotePinStates.Pinned : RemotePinStates.Failed, problem))
        {
            // Taken back while it was being pinned.
            Unpin(request.Id, request.Root);
        }
    }

    private async Task FetchAndPinAsync(PinRequest request, CancellationToken cancellationToken)
    {
        // The writer counts against the user's quota while blocks come in, and keeps them from being collected.
        using var writer = _store.BeginAdd(request.Owner);
        var sources = (request.Pin.Origins ?? [])
            .Select(origin => HttpMultiaddr.TryParse(origin, out var address) ? address : null)
            .OfType<Uri>()
            .Concat(_options.Sources)
            .ToList();
        using var source = new PeerBlockSource(writer, () => sources, _options.Fetching, _time);
        await source.FetchDagAsync(request.Root, _options.Limits, cancellationToken);
        writer.Pin(new Pin(request.Root, request.PinName));
    }

    private void Stop(string id)
    {
        if (_running.TryGetValue(id, out var withdrawn))
        {
            try
            {
                withdrawn.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended by itself.
            }
        }
    }

    private void Unpin(string id, Pond.Store.Cid root) => _store.Unpin(root, PinRequest.NameOf(id));

    private void UnpinReplaced(PinRequest request)
    {
        var name = request.Replaces is { } before ? PinRequest.NameOf(before) : null;
        foreach (var pin in _store.Pins.Where(pin => string.Equals(pin.Name, name, StringComparison.Ordinal)))
        {
            _store.Unpin(pin.Root, pin.Name);
        }
    }

    private static string DigestOf(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
