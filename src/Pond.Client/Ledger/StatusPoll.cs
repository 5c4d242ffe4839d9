using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Client.Ledger;

/// <summary>Asks for the statuses of all transactions that somebody waits for, together and while anybody waits.</summary>
internal sealed class StatusPoll(LedgerClient ledger, TimeProvider time, TimeSpan interval) : IAsyncDisposable
{
    private readonly Dictionary<Signature, TaskCompletionSource<Observation>> _waiting = [];
    private readonly CancellationTokenSource _closing = new();
    private Task _polling = Task.CompletedTask;
    private bool _isPolling;

    /// <summary>The next look at a transaction; it begins after this call.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up, or the poll was closed.</exception>
    internal Task<Observation> NextAsync(Signature id, CancellationToken cancellationToken)
    {
        TaskCompletionSource<Observation> next;
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            if (!_waiting.TryGetValue(id, out next!))
            {
                // Whoever waits must not run inside the poll, which would wait for itself if they closed it.
                next = new TaskCompletionSource<Observation>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add(id, next);
            }

            if (!_isPolling)
            {
                _isPolling = true;
                _polling = PollAsync(_closing.Token);
            }
        }

        return next.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the poll; whoever still waits is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _polling;
        lock (_waiting)
        {
            foreach (var next in _waiting.Values)
            {
                _ = next.TrySetCanceled(_closing.Token);
            }

            _waiting.Clear();
        }

        _closing.Dispose();
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, time, cancellationToken);
                ImmutableArray<Signature> ids;
                lock (_waiting)
                {
                    if (_waiting.Count == 0)
                    {
                        _isPolling = false;
                        return;
                    }

                    ids = [.. _waiting.Keys];
                }

                try
                {
                    await LookAsync(ids, cancellationToken);
                }
                catch (Exception exception) when (exception is PondException or RpcException)
                {
                    // Nothing was seen. Those who wait have deadlines of their own.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Closed.
        }
    }

    private async Task LookAsync(ImmutableArray<Signature> ids, CancellationToken cancellationToken)
    {
        // The height first: a transaction unknown after the height has passed its last one can't land any more.
        var epoch = await ledger.GetEpochInfoAsync(Commitment.Finalized, cancellationToken);
        foreach (var chunk in ids.Chunk(LedgerClient.MaxSignaturesPerCall))
        {
            var answer = await ledger.GetSignatureStatusesAsync([.. chunk], cancellationToken);
            // Behind a load balancer the second answer may come from a node that is behind the first.
            if (answer.Context.Slot < epoch.AbsoluteSlot || answer.Value.Length != chunk.Length)
            {
                continue;
            }

            lock (_waiting)
            {
                foreach (var (id, status) in chunk.Zip(answer.Value))
                {
                    if (_waiting.Remove(id, out var next))
                    {
                        _ = next.TrySetResult(new Observation(epoch.BlockHeight, status));
                    }
                }
            }
        }
    }

    /// <summary>One look at a transaction.</summary>
    /// <param name="BlockHeight">The height of a block that the ledger had finalized before the look.</param>
    /// <param name="Status">What became of it; null if the ledger does not know it.</param>
    internal readonly record struct Observation(ulong BlockHeight, SignatureStatus? Status);
}
