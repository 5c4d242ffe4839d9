using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Server.Ledger.Methods;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.PubSub;

/// <summary>What of a block a subscriber wants to see.</summary>
internal sealed class BlockView
{
    private readonly TransactionEncoder _encoder;
    private readonly string _details;
    private readonly bool _showRewards;

    /// <summary>Reads what a call asks for.</summary>
    /// <exception cref="RpcException">It asks for what there is not.</exception>
    internal BlockView(RpcSettings settings)
    {
        var encoding = settings.Encoding ?? EncodedBytes.Base64;
        var showVersion = settings.Number("maxSupportedTransactionVersion") is not null;
        if (encoding is not ("json" or "jsonParsed" or "base64" or "base58" or "binary"))
        {
            throw RpcErrors.InvalidParams($"unsupported encoding: {encoding}. Supported encodings: json, jsonParsed, base58, base64");
        }

        _details = settings.Text("transactionDetails") ?? "full";
        if (_details is not ("full" or "accounts" or "signatures" or "none"))
        {
            throw RpcErrors.InvalidParams(
                $"Invalid params: unknown variant `{_details}`, expected one of `full`, `signatures`, `none`, `accounts`.");
        }

        _showRewards = settings.Member("showRewards") is not { } flag || RpcJson.Flag(flag);
        _encoder = new TransactionEncoder(encoding, showVersion);
        Name = $"{encoding} {_details} {_showRewards} {showVersion}";
    }

    /// <summary>All that was asked for, in one text.</summary>
    internal string Name { get; }

    internal BlockAnswer Show(Block block, IReadOnlyCollection<TransactionResult> transactions) =>
        new(block.Hash, block.ParentHash, block.ParentSlot, block.Time.ToUnixTimeSeconds(), block.Height)
        {
            Transactions = _details is "full" or "accounts" ? [.. transactions.Select(_encoder.Encode)] : null,
            Signatures = _details is "signatures" ? [.. transactions.Select(result => result.Transaction.Id)] : null,
            // Fees are burnt, and nothing else is paid for a block.
            Rewards = _showRewards ? [] : null,
        };
}
