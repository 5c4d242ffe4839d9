using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Server.Ledger.Methods;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.PubSub;

/// <summary>What of a block a subscriber wants to see.</summary>
internal sealed class BlockView
{
    private readonly BlockEncoder _encoder;

    /// <summary>Reads what a call asks for.</summary>
    /// <exception cref="RpcException">It asks for what there is not.</exception>
    internal BlockView(RpcSettings settings)
    {
        var encoding = settings.Encoding ?? EncodedBytes.Base64;
        var isVersionKnown = settings.Number("maxSupportedTransactionVersion") is not null;
        _encoder = new BlockEncoder(settings, new TransactionEncoder(encoding, isVersionKnown), "showRewards");
        Name = $"{encoding} {_encoder.Name} {isVersionKnown}";
    }

    /// <summary>All that was asked for, in one text.</summary>
    internal string Name { get; }

    /// <summary>The notification of a block with some of its transactions.</summary>
    internal BlockNotification Show(Block block, ImmutableArray<TransactionResult> transactions)
    {
        try
        {
            return new BlockNotification(block.Slot, Err: null, _encoder.Encode(block with { Transactions = transactions }));
        }
        catch (RpcException exception) when (exception.Code == RpcErrorCodes.UnsupportedTransactionVersion)
        {
            return new BlockNotification(block.Slot, Err: new { UnsupportedTransactionVersion = 0 }, Block: null);
        }
    }
}
