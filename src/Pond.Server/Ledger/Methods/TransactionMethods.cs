using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Powers;
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
        // A transaction that is taken is run at once, so that there is nothing to retry.
        _ = settings.Number("maxRetries");
        _ = _engine.Answer(settings, _ => true);

        using var activity = LedgerTraces.Transaction(transaction.Id);
        var skippedSigners = 0U;
        var isSigned = _engine.Metrics.Verify(transaction)
            || (!call.Caller.IsForeign && Impersonation.TryComplete(_engine.Impersonated, ref transaction, out skippedSigners));
        if (!skipPreflight)
        {
            RefuseUnverified(transaction, isSigned);
        }
        else if (!isSigned)
        {
            // The sender has asked not to be told; it vanishes, as on any K2 node.
            return transaction.Id;
        }

        return _engine.Submit(transaction, skipPreflight, skippedSigners) is { Error: { } error } trial
            ? throw new RpcException(
                RpcErrorCodes.PreflightFailure,
                $"Transaction simulation failed: {error.Message}",
                new SimulationAnswer(error.ToFailure(), trial.Logs, Accounts: null, trial.UnitsConsumed)
                {
                    ReturnData = InstructionEncoder.Returned(trial.ReturnData),
                })
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

            RefuseUnverified(transaction, transaction.VerifySignatures());
        }

        var wanted = ReadWantedAccounts(settings, out var encoder);
        var withInner = settings.Flag("innerInstructions");
        var (context, (result, accounts, lastValidHeight)) = _engine.Answer(settings, bank =>
        {
            var trial = bank.Simulate(transaction, replaceBlockhash, withAccounts: wanted is not null);
            return (
                trial,
                wanted is { } keys ? AccountsAfter(bank, trial, transaction.Message, keys, encoder) : (ImmutableArray<ReadAccount?>?)null,
                trial.ReplacementBlockhash is { } hash ? bank.LastValidBlockHeight(hash) : 0);
        });

        return new Contextual<SimulationAnswer>(context, new SimulationAnswer(
            result.Error.ToFailure(),
            result.Logs,
            accounts is { } after ? [.. after.Select(encoder.Encode)] : null,
            result.UnitsConsumed)
        {
            ReturnData = InstructionEncoder.Returned(result.ReturnData),
            InnerInstructions = withInner
                ? InstructionEncoder.Inner(result.InnerInstructions, KeysOf(result, transaction.Message), isParsed: true)
                : null,
            ReplacementBlockhash = result.ReplacementBlockhash is { } replacement
                ? new LatestBlockhash(replacement, lastValidHeight)
                : null,
        });
    }

    // The transaction's own signatures, and those that its instructions carry.
    private static void RefuseUnverified(Transaction transaction, bool isSigned)
    {
        if (!isSigned)
        {
            throw RpcErrors.SignatureFailure();
        }

        if (Bank.FindPrecompileError(transaction.Message) is { } error)
        {
            throw RpcErrors.PrecompileFailure(error);
        }
    }

    private static ImmutableArray<Pubkey>? ReadWantedAccounts(RpcSettings settings, out AccountEncoder encoder)
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
        return [.. RpcJson.List(addresses, Message.MaxAccounts).Select(item => RpcJson.Pubkey(RpcJson.Text(item)))];
    }

    // Null for accounts that the transaction does not name, and for all of them if it would fail.
    private static ImmutableArray<ReadAccount?> AccountsAfter(
        Bank bank, SimulationResult result, Message message, ImmutableArray<Pubkey> wanted, AccountEncoder encoder)
    {
        var keys = KeysOf(result, message);
        if (wanted.Length > keys.Length)
        {
            throw RpcErrors.InvalidParams($"Too many accounts provided; max {keys.Length}");
        }

        return
        [
            .. wanted.Select(key => keys.IndexOf(key) is >= 0 and var index && result.Error is null && index < result.Accounts.Length
                && result.Accounts[index] is { } account
                    ? encoder.Read(bank, key, account)
                    : null),
        ];
    }

    private static ImmutableArray<Pubkey> KeysOf(SimulationResult result, Message message) =>
        [.. message.Keys, .. result.Loaded.Writable, .. result.Loaded.ReadOnly];

    private object GetSignatureStatuses(RpcCall call)
    {
        var ids = RpcJson.List(call.Value(0), MaxSignaturesPerCall)
            .Select(item => RpcJson.Signature(RpcJson.Text(item))).ToImmutableArray();
        _ = call.Settings(1).Flag("searchTransactionHistory");
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
        return _engine.Answer(call.Settings(1), bank => bank.GetFee(message));
    }

    private object RequestAirdrop(RpcCall call)
    {
        var (account, amount) = (call.Pubkey(0), new Lamports(call.Number(1)));
        _ = call.Settings(2).Commitment;
        CallerGate.RefuseForeign(call);
        if (_options.Faucet is not { } faucet || !_options.Genesis.IsLocal)
        {
            throw RpcErrors.InvalidRequest();
        }

        var result = _engine.Airdrop(faucet, account, amount);
        return result.IsSuccess
            ? result.Transaction.Id
            : throw new RpcException(RpcErrorCodes.InternalError, $"The faucet can't pay: {result.Error}");
    }
}
