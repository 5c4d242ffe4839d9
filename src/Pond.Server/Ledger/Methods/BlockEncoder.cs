using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>Shows blocks with as much of their transactions as a call asked for.</summary>
internal sealed class BlockEncoder
{
    private readonly TransactionEncoder _transactions;
    private readonly string _details;
    private readonly bool _showRewards;

    /// <summary>Reads what a call asked for.</summary>
    /// <param name="settings">The call's settings.</param>
    /// <param name="transactions">How the transactions are to be shown.</param>
    /// <param name="rewardsMember">The name of the setting that turns rewards off; subscriptions have another one than calls.</param>
    /// <exception cref="RpcException">A setting is unknown.</exception>
    internal BlockEncoder(RpcSettings settings, TransactionEncoder transactions, string rewardsMember)
    {
        _transactions = transactions;
        _details = settings.Text("transactionDetails") switch
        {
            null => "full",
            "full" or "accounts" or "signatures" or "none" => settings.Text("transactionDetails")!,
            var other => throw RpcErrors.InvalidParams(
                $"Invalid params: unknown variant `{other}`, expected one of `full`, `signatures`, `none`, `accounts`."),
        };
        _showRewards = settings.Member(rewardsMember) is not { } value || RpcJson.Flag(value);
    }

    /// <summary>Shows a block.</summary>
    /// <exception cref="RpcException">It has a transaction of a version that the caller does not know.</exception>
    internal BlockAnswer Encode(Block block) =>
        new(block.Hash, block.ParentHash, block.ParentSlot, block.Time.ToUnixTimeSeconds(), block.Height)
        {
            Transactions = _details switch
            {
                "full" => [.. block.Transactions.Select(_transactions.Encode)],
                "accounts" => [.. block.Transactions.Select(_transactions.EncodeAccounts)],
                _ => null,
            },
            Signatures = _details is "signatures" ? [.. block.Transactions.Select(result => result.Transaction.Id)] : null,
            // Fees are burnt, and nothing else is paid for a block.
            Rewards = _showRewards ? [] : null,
        };
}
