using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Ledger.Tasks;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Server.Nodes.Money;

/// <summary>A ledger by its RPC, as sagas see it. Safe for use by several threads.</summary>
/// <param name="anyClient">The ledger.</param>
/// <param name="main">The main key.</param>
/// <param name="reserve">What transfers and stakes leave on it.</param>
internal sealed class MoneyLedger(LedgerClient anyClient, Pubkey main, Lamports reserve) : IMoneyLedger
{
    private (Lamports Wallet, Lamports Staking)? _rents;

    public async Task<MoneyFacts> ReadAsync(Saga saga, CancellationToken cancellationToken)
    {
        // What one endpoint does not know, another's longer history does not prove.
        var client = anyClient.OnOneEndpoint();
        // The height first: a transaction unknown after the height has passed its last one can't land any more.
        var epoch = await client.GetEpochInfoAsync(Commitment.Finalized, cancellationToken);
        var slot = await client.GetSlotAsync(Commitment.Confirmed, cancellationToken);
        var facts = new MoneyFacts { Slot = slot, FinalizedHeight = epoch.BlockHeight, Main = main };
        if (saga.Attempt is { } attempt)
        {
            var answer = await client.GetSignatureStatusesAsync([attempt.Id], cancellationToken);
            if (answer.Context.Slot < epoch.AbsoluteSlot || answer.Value.Length != 1)
            {
                // Behind a load balancer the second answer may come from a node that is behind the first.
                throw new PondException("ledger-behind", $"The ledger at {client.Endpoint} answers from two states.", "Ask again.", isTransient: true);
            }

            facts = facts with { Status = Describe(attempt, answer.Value[0]) };
            if (facts.Status is null)
            {
                return facts.FinalizedHeight <= attempt.LastValidBlockHeight
                    ? facts
                    : facts with { HistoryFrom = await client.CallAsync<Slot>("getFirstAvailableBlock", [], cancellationToken) };
            }
        }

        return saga.Step is { } step ? await ReadAsync(client, facts, step, cancellationToken) : facts;
    }

    public async Task<(Hash Blockhash, ulong LastValidBlockHeight, Slot Slot)> GetBlockhashAsync(CancellationToken cancellationToken)
    {
        var answer = await anyClient.GetLatestBlockhashAsync(Commitment.Confirmed, cancellationToken);
        // The block of that hash may be the one of this slot: what is signed with it lands after it.
        return (answer.Value.Blockhash, answer.Value.LastValidBlockHeight, answer.Context.Slot);
    }

    public async Task<Refusal?> TryAsync(Message message, CancellationToken cancellationToken)
    {
        var unsigned = new Transaction([.. Enumerable.Repeat(default(Signature), message.SignerCount)], message);
        var answer = await anyClient.SimulateTransactionAsync(unsigned, replaceBlockhash: false, cancellationToken);
        return answer.Err is { } failure ? ToRefusal(failure, answer.Logs) : null;
    }

    public async Task SendAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            // Tried out before; what becomes of it is asked for by its signature alone.
            _ = await anyClient.SendTransactionAsync(transaction, skipPreflight: true, Commitment.Confirmed, cancellationToken);
        }
        catch (RpcException refused)
        {
            throw new PondException(
                "ledger-refused", $"The ledger at {anyClient.Endpoint} did not take {transaction.Id}: {refused.Message}", "It is sent again until it has landed or expired.", isTransient: true, refused);
        }
    }

    private async Task<MoneyFacts> ReadAsync(LedgerClient client, MoneyFacts facts, SagaStep step, CancellationToken cancellationToken)
    {
        _rents ??= (
            await client.GetMinimumBalanceForRentExemptionAsync(0, cancellationToken),
            await client.GetMinimumBalanceForRentExemptionAsync(StakingAccounts.RentedBytes, cancellationToken) + StakingAccounts.Margin);
        var task = step.Task is { } id ? await client.GetTaskAsync(id, Commitment.Confirmed, cancellationToken) : null;
        var accounts = await client.GetMultipleAccountsAsync([main, step.StakingKey ?? step.To ?? main], Commitment.Confirmed, cancellationToken);
        return facts with
        {
            Task = task,
            Balance = accounts[0]?.Lamports ?? Lamports.Zero,
            Account = accounts[1] is { } account ? new MoneyAccount(account.Owner, account.Lamports) : null,
            FeePerSignature = Bank.FeePerSignature,
            WalletRent = _rents.Value.Wallet,
            StakingRent = _rents.Value.Staking,
            Reserve = reserve,
        };
    }

    private static AttemptStatus? Describe(Attempt attempt, SignatureStatus? status) => status is null ? null : new(
        status.Slot,
        status.ConfirmationStatus is not Commitment.Processed,
        // The first byte of a transaction is how many signatures it has; priority is never paid for.
        Bank.FeePerSignature * (ulong)attempt.Bytes[0],
        status.Err is { } failure ? ToRefusal(failure, []) : null);

    private static Refusal ToRefusal(TransactionFailure failure, IEnumerable<string> logs)
    {
        var kind = (TaskErrorCode?)failure.CustomCode switch
        {
            TaskErrorCode.StakeInUse => RefusalKind.StakeInUse,
            TaskErrorCode.NotStaked or TaskErrorCode.NothingToClaim => RefusalKind.Outdated,
            TaskErrorCode.CannotPay => RefusalKind.OutOfFunds,
            null => failure.Name switch
            {
                "BlockhashNotFound" or "AccountInUse" or "AlreadyProcessed" => RefusalKind.Outdated,
                "InsufficientFundsForFee" or "InsufficientFundsForRent" or "AccountNotFound" => RefusalKind.OutOfFunds,
                _ => RefusalKind.Final,
            },
            _ => RefusalKind.Final,
        };
        var words = logs.LastOrDefault(line => line.StartsWith("Program log: ", StringComparison.Ordinal));
        return new(kind, words is null ? failure.ToString()! : words["Program log: ".Length..]);
    }
}
