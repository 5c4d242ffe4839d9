using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;

namespace Pond.Client.Ledger;

/// <summary>Signs transactions, sends them and stays with them until it is known how they ended.</summary>
/// <remarks>
/// A transaction has its effect at most once: only identical bytes are sent again, which the ledger executes once, and it is signed anew only
/// when the last form's blockhash has expired and the ledger, asked afterwards, does not know it. Safe to use from several threads; a thousand
/// transactions under way cost four calls per poll.
/// </remarks>
public sealed class TransactionSender : IAsyncDisposable
{
    // For how many blocks K2 promises to remember a status: transaction lifetime, MAX_PROCESSING_AGE.
    private const ulong StatusLifeBlocks = 150;

    private readonly LedgerClient _ledger;
    private readonly TimeProvider _time;
    private readonly TransactionSenderOptions _options;
    private readonly BlockhashSource _blockhashes;
    private readonly StatusPoll _statuses;

    /// <summary>Makes a sender.</summary>
    /// <param name="ledger">Where to.</param>
    /// <param name="time">Measures intervals and timeouts.</param>
    /// <param name="options">How the sender behaves.</param>
    public TransactionSender(LedgerClient ledger, TimeProvider time, TransactionSenderOptions options)
    {
        _ledger = ledger;
        _time = time;
        _options = options;
        _blockhashes = new BlockhashSource(ledger, time, options);
        _statuses = new StatusPoll(ledger, time, options.PollInterval);
    }

    /// <summary>Sends some instructions as one transaction.</summary>
    /// <param name="feePayer">Signs first and pays.</param>
    /// <param name="instructions">The calls, run in order; if one fails, none has happened.</param>
    /// <param name="otherSigners">The other keys that the instructions need.</param>
    /// <param name="cancellationToken">Gives up; the transaction may land nevertheless.</param>
    /// <exception cref="PondException">The ledger could not be reached before anything was sent.</exception>
    /// <exception cref="ArgumentException">A key is missing, or the transaction is too long.</exception>
    public async Task<TransactionOutcome> SendAsync(
        Keypair feePayer,
        ImmutableArray<Instruction> instructions,
        ImmutableArray<Keypair> otherSigners,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_statuses.IsClosed, this);
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        Transaction? sent = null;
        try
        {
            BlockhashSource.Lease? spent = null;
            TransactionOutcome? lastFailure = null;
            for (var signing = 0; signing < _options.MaxSignings; signing++)
            {
                var lease = await _blockhashes.GetAsync(spent, either.Token);
                var transaction = Transaction.Sign(feePayer, lease.Blockhash, instructions, [.. otherSigners]);
                while (!lease.TryUseFor(transaction))
                {
                    lease = await _blockhashes.GetAsync(unlike: lease, either.Token);
                    transaction = Transaction.Sign(feePayer, lease.Blockhash, instructions, [.. otherSigners]);
                }

                sent = transaction;
                var end = await new Delivery(this, transaction, lease.LastValidBlockHeight).RunAsync(either.Token);
                if (end.Outcome is not null)
                {
                    return end.Outcome;
                }

                (sent, spent, lastFailure) = (null, lease, end.Refusal);
            }

            return lastFailure ?? new TransactionOutcome.Failed(
                $"It was signed {_options.MaxSignings} times, and each time its blockhash expired before it landed.",
                Failure: null,
                Logs: []);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && sent is not null)
        {
            return new TransactionOutcome.Unknown(
                sent.Id,
                timeout.IsCancellationRequested
                    ? $"It was neither confirmed nor expired within {_options.Timeout.TotalSeconds:0.###} s."
                    : "The sender was closed while the transaction was under way.");
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PondException(
                "no-new-blockhash",
                $"The ledger at {_ledger.Endpoint} gave no new blockhash within {_options.Timeout.TotalSeconds:0.###} s.",
                "Check that the ledger produces blocks.",
                isTransient: true,
                exception);
        }
    }

    /// <summary>Waits for a transaction that somebody else has sent, such as an airdrop, until it is confirmed or the timeout ends.</summary>
    /// <param name="id">The transaction's first signature.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TransactionOutcome> WaitAsync(Signature id, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_statuses.IsClosed, this);
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            while (true)
            {
                var look = await _statuses.NextAsync(id, either.Token);
                if (OutcomeOf(id, look.Status) is { } outcome)
                {
                    return outcome;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new TransactionOutcome.Unknown(id, $"It was not seen within {_options.Timeout.TotalSeconds:0.###} s.");
        }
    }

    /// <summary>Ends the polling. Sends that are under way end as unknown.</summary>
    public ValueTask DisposeAsync() => _statuses.DisposeAsync();

    // Null while it can still change.
    private static TransactionOutcome? OutcomeOf(Signature id, SignatureStatus? status) => status switch
    {
        null or { ConfirmationStatus: Commitment.Processed } => null,
        { Err: { } error } => new TransactionOutcome.Failed($"It landed in slot {status.Slot} and failed: {error}.", error, []),
        _ => new TransactionOutcome.Confirmed(status.Slot, id),
    };

    /// <summary>One form of a transaction on its way: the same bytes until they have landed or expired.</summary>
    private sealed class Delivery(TransactionSender owner, Transaction transaction, ulong lastValidBlockHeight)
    {
        private bool _isAccepted;
        private bool _mayHaveArrived;
        private TransactionOutcome.Failed? _refusal;

        /// <summary>Delivers it.</summary>
        /// <returns>The outcome; or none if it provably never landed and never will, with the ledger's last word on it.</returns>
        internal async Task<(TransactionOutcome? Outcome, TransactionOutcome? Refusal)> RunAsync(CancellationToken cancellationToken)
        {
            await TrySendAsync(cancellationToken);
            if (_refusal is not null && !_mayHaveArrived)
            {
                return EndUnlanded();
            }

            var sentAt = owner._time.GetTimestamp();
            ulong? lastHeight = null;
            while (true)
            {
                var look = await owner._statuses.NextAsync(transaction.Id, cancellationToken);
                if (OutcomeOf(transaction.Id, look.Status) is { } outcome)
                {
                    return (outcome with { PaidSignatures = transaction.Signatures.Length }, null);
                }

                if (look.Status is null && look.BlockHeight > lastValidBlockHeight)
                {
                    return Expire(look.BlockHeight, lastHeight);
                }

                lastHeight = look.BlockHeight;
                if (look.Status is null && owner._time.GetElapsedTime(sentAt) >= owner._options.ResendInterval)
                {
                    await TrySendAsync(cancellationToken);
                    sentAt = owner._time.GetTimestamp();
                }
            }
        }

        private (TransactionOutcome? Outcome, TransactionOutcome? Refusal) Expire(ulong height, ulong? lastHeight)
        {
            // Whoever looks away for as long as a status is remembered can have missed it: that is not "never landed".
            var hasWatched = height - (lastHeight ?? (lastValidBlockHeight - Math.Min(lastValidBlockHeight, StatusLifeBlocks))) <= StatusLifeBlocks;
            if (!hasWatched)
            {
                return (new TransactionOutcome.Unknown(
                    transaction.Id, "The ledger was out of sight for so long that it may have forgotten the transaction."), null);
            }

            return EndUnlanded();
        }

        // A hash that the ledger does not know is the one refusal that a new signature cures.
        private (TransactionOutcome? Outcome, TransactionOutcome? Refusal) EndUnlanded() =>
            _refusal is null || string.Equals(_refusal.Failure?.Name, "BlockhashNotFound", StringComparison.Ordinal)
                ? (null, _refusal)
                : (_refusal, null);

        private async Task TrySendAsync(CancellationToken cancellationToken)
        {
            try
            {
                // Once accepted, it is only carried on: trying it out again would find that it has been executed.
                _ = await owner._ledger.SendTransactionAsync(
                    transaction, skipPreflight: _isAccepted, Commitment.Confirmed, cancellationToken);
                (_isAccepted, _mayHaveArrived, _refusal) = (true, true, null);
            }
            catch (RpcException exception) when (string.Equals(exception.Failure?.Name, "AlreadyProcessed", StringComparison.Ordinal))
            {
                (_isAccepted, _mayHaveArrived, _refusal) = (true, true, null);
            }
            catch (RpcException exception) when (exception.Code is RpcErrorCodes.InternalError or RpcErrorCodes.NodeUnhealthy)
            {
                // How far it got is not known.
                _mayHaveArrived = true;
            }
            catch (RpcException exception)
            {
                _refusal = new TransactionOutcome.Failed(exception.Message, exception.Failure, exception.Logs);
            }
            catch (PondException)
            {
                _mayHaveArrived = true;
            }
        }
    }
}
