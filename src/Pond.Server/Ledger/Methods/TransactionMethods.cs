using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>Sending, trying out and following transactions.</summary>
internal sealed class TransactionMethods
{
    private const int MaxSignaturesPerCall = 256;

    private readonly LedgerEngine _engine;
    private readonly LedgerHostOptions _options;

    private TransactionMethods(LedgerEngine engine, LedgerHostOptions options)
    {
        _engine = engine;
        _options = options;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine, LedgerHostOptions options)
    {
        var methods = new TransactionMethods(engine, options);
        return
        [
            Method("sendTransaction", 1, 2, methods.SendTransaction),
            Method("simulateTransaction", 1, 2, methods.SimulateTransaction),
            Method("getSignatureStatuses", 1, 2, methods.GetSignatureStatuses),
            Method("getFeeForMessage", 1, 2, methods.GetFeeForMessage),
            Method("requestAirdrop", 2, 3, methods.RequestAirdrop),
        ];
    }

    private object SendTransaction(RpcCall call)
    {
        var settings = call.Settings(1);
        var transaction = TransactionText.Read(call.Text(0), settings.Encoding);
        var skipPreflight = settings.Flag("skipPreflight");
        _ = settings.CommitmentNamed("preflightCommitment");
        _ = _engine.Answer(settings, _ => true);

        if (!transaction.VerifySignatures())
        {
            // Without preflight the sender has asked not to be told; it vanishes, as on any K2 node.
            return skipPreflight ? transaction.Id : throw SignatureFailure();
        }

        return _engine.Submit(transaction, skipPreflight) is { Error: { } error } trial
            ? throw new RpcException(
                RpcErrorCodes.PreflightFailure,
                $"Transaction simulation failed: {error.Message}",
                new SimulationAnswer(error.ToFailure(), trial.Logs, Accounts: null, trial.UnitsConsumed))
            : transaction.Id;
    }

    private object SimulateTransaction(RpcCall call)
    {
        var settings = call.Settings(1);
        var transaction = TransactionText.Read(call.Text(0), settings.Encoding);
        var replaceBlockhash = settings.Flag("replaceRecentBlockhash");
        if (settings.Flag("sigVerify"))
        {
            if (replaceBlockhash)
            {
                throw RpcErrors.InvalidParams("sigVerify may not be used with replaceRecentBlockhash");
            }

            if (!transaction.VerifySignatures())
            {
                throw SignatureFailure();
            }
        }

        var wanted = ReadWantedAccounts(settings, transaction.Message, out var encoder);
        var (context, (result, lastValidHeight)) = _engine.Answer(settings, bank =>
        {
            var trial = bank.Simulate(transaction, replaceBlockhash);
            return (trial, trial.ReplacementBlockhash is { } hash ? bank.LastValidBlockHeight(hash) : 0);
        });

        return new Contextual<SimulationAnswer>(context, new SimulationAnswer(
            result.Error.ToFailure(),
            result.Logs,
            wanted is { } addresses
                ? [.. addresses.Select(key => encoder.Encode(AccountAfter(result, transaction.Message, key)))]
                : null,
            result.UnitsConsumed)
        {
            ReplacementBlockhash = result.ReplacementBlockhash is { } replacement
                ? new LatestBlockhash(replacement, lastValidHeight)
                : null,
        });
    }

    private static ImmutableArray<Pubkey>? ReadWantedAccounts(RpcSettings settings, Message message, out AccountEncoder encoder)
    {
        var accounts = new RpcSettings(settings.Member("accounts"));
        encoder = new AccountEncoder(accounts, EncodedBytes.Base64);
        if (settings.Member("accounts") is null)
        {
            return null;
        }

        if (accounts.Encoding is "base58" or "binary")
        {
            throw RpcErrors.InvalidParams("base58 encoding not supported");
        }

        var addresses = accounts.Member("addresses")
            ?? throw RpcErrors.InvalidParams("Invalid params: missing field `addresses`.");
        var keys = RpcJson.List(addresses).Select(item => RpcJson.Pubkey(RpcJson.Text(item))).ToImmutableArray();
        return keys.Length <= message.Keys.Length
            ? keys
            : throw RpcErrors.InvalidParams($"Too many accounts provided; max {message.Keys.Length}");
    }

    private static Account? AccountAfter(SimulationResult result, Message message, Pubkey key) =>
        message.Keys.IndexOf(key) is >= 0 and var index && index < result.Accounts.Length ? result.Accounts[index] : null;

    private object GetSignatureStatuses(RpcCall call)
    {
        var ids = RpcJson.List(call.Value(0)).Select(item => RpcJson.Signature(RpcJson.Text(item))).ToImmutableArray();
        if (ids.Length > MaxSignaturesPerCall)
        {
            throw RpcErrors.InvalidParams($"Too many inputs provided; max {MaxSignaturesPerCall}");
        }

        // The history is searched whether or not that was asked for, and outside of the bank's lock.
        var (slot, confirmed, statuses) = _engine.Read((bank, history) => (bank.Slot, history.Latest.Slot, Array.ConvertAll([.. ids], bank.GetStatus)));
        return new Contextual<ImmutableArray<SignatureStatus?>>(
            new AnswerContext(slot, ApiVersion),
            [.. ids.Select((id, index) => StatusOf(statuses[index], confirmed, id))]);
    }

    private SignatureStatus? StatusOf(TransactionStatus? known, Slot confirmed, Signature id)
    {
        var status = known ?? (_engine.History.Find(id) is { } place ? new TransactionStatus(place.Block.Slot, place.Result.Error) : null);
        if (status is null)
        {
            return null;
        }

        var isConfirmed = status.Slot <= confirmed;
        return new SignatureStatus(
            status.Slot,
            isConfirmed ? null : 0,
            status.Error.ToFailure(),
            isConfirmed ? Commitment.Finalized : Commitment.Processed);
    }

    private object GetFeeForMessage(RpcCall call)
    {
        var message = TransactionText.ReadMessage(call.Text(0));
        return _engine.Answer<Lamports?>(call.Settings(1), bank =>
            bank.IsBlockhashRecent(message.RecentBlockhash) ? Bank.FeePerSignature * message.SignerCount : null);
    }

    private object RequestAirdrop(RpcCall call)
    {
        var (account, amount) = (call.Pubkey(0), new Lamports(call.Number(1)));
        _ = call.Settings(2).Commitment;
        if (_options.Faucet is not { } faucet || !_options.Genesis.IsLocal)
        {
            throw RpcErrors.InvalidRequest();
        }

        var result = _engine.Airdrop(faucet, account, amount);
        return result.IsSuccess
            ? result.Transaction.Id
            : throw new RpcException(RpcErrorCodes.InternalError, $"The faucet can't pay: {result.Error}");
    }

    private static RpcException SignatureFailure() =>
        new(RpcErrorCodes.SignatureVerificationFailure, "Transaction signature verification failure");
}
