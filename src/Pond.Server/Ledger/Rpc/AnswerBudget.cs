using Pond.Contracts.Rpc;

namespace Pond.Server.Ledger.Rpc;

/// <summary>How much memory bodies and answers may take that are under way: some bytes of a question can ask for megabytes. Safe for several threads.</summary>
internal sealed class AnswerBudget(RpcLimits limits)
{
    private long _taken;

    /// <summary>How many bytes are taken.</summary>
    internal long TakenBytes => Volatile.Read(ref _taken);

    /// <summary>A share of it, for one body and its answer.</summary>
    internal Lease Rent() => new(this);

    /// <summary>What one body and its answer have taken; given back at its end. Used by one thread at a time.</summary>
    internal sealed class Lease(AnswerBudget budget) : IDisposable
    {
        private long _bytes;

        /// <summary>What callers may take.</summary>
        internal RpcLimits Limits => budget.Limits;

        /// <summary>Takes some bytes; false if there is no room now.</summary>
        internal bool TryTake(long bytes)
        {
            if (Interlocked.Add(ref budget._taken, bytes) > budget.Limits.MaxBytesInFlight)
            {
                _ = Interlocked.Add(ref budget._taken, -bytes);
                return false;
            }

            _bytes += bytes;
            return true;
        }

        /// <summary>Takes some bytes.</summary>
        /// <exception cref="RpcException">The answer would be too long, now or at any time.</exception>
        internal void Take(long bytes)
        {
            if (_bytes + bytes > budget.Limits.MaxAnswerBytes)
            {
                throw RpcErrors.AnswerTooLong(budget.Limits.MaxAnswerBytes);
            }

            if (!TryTake(bytes))
            {
                throw RpcErrors.Busy("too many long answers are under way");
            }
        }

        public void Dispose()
        {
            _ = Interlocked.Add(ref budget._taken, -_bytes);
            _bytes = 0;
        }
    }

    private RpcLimits Limits => limits;
}
