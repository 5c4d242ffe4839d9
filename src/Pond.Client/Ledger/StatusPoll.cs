using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Client.Ledger;

/// <summary>Asks for the statuses of all transactions that somebody waits for, together and while anybody waits.</summary>
internal sealed class StatusPoll(LedgerClient ledger, TimeProvider time, TimeSpan interval) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private List<Waiter> _waiting = [];
    private Task _polling = Task.CompletedTask;
    private bool _isPolling;

    /// <summary>Whether nobody can wait any more.</summary>
    internal bool IsClosed => _closing.IsCancellationRequested;

    /// <summary>The next look at a transaction; it begins after this call.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up, or the poll was closed.</exception>
    internal async Task<Observation> NextAsync(Signature id, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(id);
        lock (_gate)
        {
            if (IsClosed)
            {
                throw new OperationCanceledException("The poll was closed.");
            }

            _waiting.Add(waiter);
            if (!_isPolling)
            {
                _isPolling = true;
                _polling = PollAsync(_closing.Token);
            }
        }

        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Next.TrySetCanceled(token), waiter);
        return await waiter.Next.Task;
    }

    /// <summary>Ends the poll; whoever still waits is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (IsClosed)
            {
                return;
            }

            // Inside the lock, so that nobody begins to wait after the last look round.
            _closing.Cancel();
        }

        await _polling;
        _waiting.ForEach(waiter => waiter.Next.TrySetCanceled(_closing.Token));
        _closing.Dispose();
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            List<Waiter> waiters = [];
            try
            {
                await Task.Delay(interval, time, cancellationToken);
                lock (_gate)
                {
                    // Who comes from here on waits for the next look, which begins after they came.
                    (waiters, _waiting) = (_waiting, []);
                    _ = waiters.RemoveAll(waiter => waiter.Next.Task.IsCompleted);
                    if (waiters.Count == 0)
                    {
                        _isPolling = false;
                        return;
                    }
                }

                await LookAsync(waiters, cancellationToken);
            }
            catch (Exception exception) when (exception is PondException or RpcException)
            {
                // Nothing was seen. Those who wait have deadlines of their own.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                waiters.ForEach(waiter => waiter.Next.TrySetCanceled(cancellationToken));
                return;
            }

            lock (_gate)
            {
                _waiting.AddRange(waiters.Where(waiter => !waiter.Next.Task.IsCompleted));
            }
        }
    }

    private async Task LookAsync(List<Waiter> waiters, CancellationToken cancellationToken)
    {
        // The height first: a transaction unknown after the height has passed its last one can't land any more.
        var epoch = await ledger.GetEpochInfoAsync(Commitment.Finalized, cancellationToken);
        foreach (var chunk in waiters.Chunk(LedgerClient.MaxSignaturesPerCall))
        {
            ImmutableArray<Signature> ids = [.. chunk.Select(waiter => waiter.Id)];
            var answer = await ledger.GetSignatureStatusesAsync(ids, cancellationToken);
            // Behind a load balancer the second answer may come from a node that is behind the first.
            if (answer.Context.Slot >= epoch.AbsoluteSlot && answer.Value.Length == chunk.Length)
            {
                foreach (var (waiter, status) in chunk.Zip(answer.Value))
                {
                    _ = waiter.Next.TrySetResult(new Observation(epoch.BlockHeight, status));
                }
            }
        }
    }

    /// <summary>One look at a transaction.</summary>
    /// <param name="BlockHeight">The height of a block that the ledger had finalized before the look.</param>
    /// <param name="Status">What became of it; null if the ledger does not know it.</param>
    internal readonly record struct Observation(ulong BlockHeight, SignatureStatus? Status);

    private sealed class Waiter(Signature id)
    {
        internal Signature Id => id;

        // Whoever waits must not run inside the poll and hold up the others.
        internal TaskCompletionSource<Observation> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
