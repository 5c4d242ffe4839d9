using System.Diagnostics.CodeAnalysis;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Client.Ledger;

/// <summary>Hands out recent blockhashes, one call for a burst of transactions.</summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "A semaphore holds nothing to dispose until somebody asks for its wait handle.")]
internal sealed class BlockhashSource(LedgerClient ledger, TimeProvider time, TransactionSenderOptions options)
{
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private Lease? _current;
    private long _fetchedAt;

    /// <summary>A recent blockhash.</summary>
    /// <param name="unlike">A lease that did not do: the answer is another one, however long that takes; null if any does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<Lease> GetAsync(Lease? unlike, CancellationToken cancellationToken)
    {
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            var isFresh = _current is not null && time.GetElapsedTime(_fetchedAt) < options.BlockhashMaxAge;
            while (!isFresh || ReferenceEquals(_current, unlike))
            {
                var latest = (await ledger.GetLatestBlockhashAsync(Commitment.Confirmed, cancellationToken)).Value;
                _fetchedAt = time.GetTimestamp();
                // The same hash keeps its lease, which knows what has been signed with it.
                _current = _current?.Blockhash == latest.Blockhash ? _current : new Lease(latest);
                isFresh = true;
                if (ReferenceEquals(_current, unlike))
                {
                    await Task.Delay(options.PollInterval, time, cancellationToken);
                }
            }

            return _current!;
        }
        finally
        {
            _ = _fetching.Release();
        }
    }

    /// <summary>A blockhash and the transactions that were signed with it.</summary>
    internal sealed class Lease(LatestBlockhash latest)
    {
        private readonly HashSet<Signature> _used = [];

        internal Hash Blockhash => latest.Blockhash;

        internal ulong LastValidBlockHeight => latest.LastValidBlockHeight;

        /// <summary>Notes a transaction; false if the very same one was made before, which the ledger would take for a repetition.</summary>
        internal bool TryUseFor(Transaction transaction)
        {
            lock (_used)
            {
                return _used.Add(transaction.Id);
            }
        }
    }
}
