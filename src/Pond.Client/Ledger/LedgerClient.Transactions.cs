using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Client.Ledger;

/// <content>Transactions. To send one and know how it ended, use <see cref="TransactionSender"/>.</content>
public sealed partial class LedgerClient
{
    /// <summary>How many signatures one call of <see cref="GetSignatureStatusesAsync"/> may ask about.</summary>
    public const int MaxSignaturesPerCall = 256;

    /// <summary>Hands over a transaction. That it was taken does not mean that it will land.</summary>
    /// <param name="transaction">A signed transaction.</param>
    /// <param name="skipPreflight">Whether to send it on without trying it out; then a bad one vanishes without a word.</param>
    /// <param name="commitment">The state that it is tried out against.</param>
    /// <param name="cancellationToken">Gives up waiting; the transaction may land nevertheless.</param>
    /// <exception cref="RpcException">It failed when tried out and was not sent on; the exception has the error and the logs.</exception>
    public Task<Signature> SendTransactionAsync(
        Transaction transaction, bool skipPreflight, Commitment commitment, CancellationToken cancellationToken) =>
        CallAsync<Signature>(
            "sendTransaction",
            [
                Convert.ToBase64String(transaction.Serialize()),
                new { encoding = EncodedBytes.Base64, skipPreflight, preflightCommitment = commitment },
            ],
            cancellationToken);

    /// <summary>Tries out a transaction and changes nothing; its signatures are not checked.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="replaceBlockhash">Whether to try it with the newest blockhash instead of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SimulationAnswer> SimulateTransactionAsync(
        Transaction transaction, bool replaceBlockhash, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<SimulationAnswer>>(
            "simulateTransaction",
            [
                Convert.ToBase64String(transaction.Serialize()),
                new
                {
                    encoding = EncodedBytes.Base64,
                    replaceRecentBlockhash = replaceBlockhash,
                    commitment = Commitment.Processed,
                },
            ],
            cancellationToken)).Value;

    /// <summary>What became of transactions, in the order asked for; null for one that the ledger does not know.</summary>
    /// <param name="signatures">The transactions' ids, at most <see cref="MaxSignaturesPerCall"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Contextual<ImmutableArray<SignatureStatus?>>> GetSignatureStatusesAsync(
        ImmutableArray<Signature> signatures, CancellationToken cancellationToken) =>
        CallAsync<Contextual<ImmutableArray<SignatureStatus?>>>(
            "getSignatureStatuses", [signatures, new { searchTransactionHistory = true }], cancellationToken);

    /// <summary>What a message's transaction costs; null if its blockhash is unknown or expired.</summary>
    public async Task<Lamports?> GetFeeForMessageAsync(Message message, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<Lamports?>>(
            "getFeeForMessage",
            [Convert.ToBase64String(message.Serialize()), At(Commitment.Processed)],
            cancellationToken)).Value;

    /// <summary>Asks a local network's faucet for lamports. It answers before they are there: wait for the signature.</summary>
    public Task<Signature> RequestAirdropAsync(Pubkey account, Lamports amount, CancellationToken cancellationToken) =>
        CallAsync<Signature>("requestAirdrop", [account, amount], cancellationToken);
}
