using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives.Encoding;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>Shows landed transactions in the encoding that a call asked for.</summary>
/// <param name="encoding">The encoding's name; null for <c>json</c>.</param>
/// <param name="showVersion">Whether the caller knows that there are versions.</param>
internal sealed class TransactionEncoder(string? encoding, bool showVersion)
{
    /// <summary>Shows a transaction; where it stands in the chain is for the caller to add.</summary>
    internal TransactionAnswer Encode(TransactionResult result) => new(Body(result), Meta(result))
    {
        Version = showVersion ? "legacy" : null,
    };

    private object Body(TransactionResult result)
    {
        var transaction = result.Transaction;
        switch (encoding)
        {
            case null or "json":
                var message = transaction.Message;
                return new JsonTransaction(
                    transaction.Signatures,
                    new JsonMessage(
                        new MessageHeader(message.SignerCount, message.ReadOnlySignerCount, message.ReadOnlyOtherCount),
                        message.Keys,
                        message.RecentBlockhash,
                        [.. message.Instructions.Select(instruction => new JsonInstruction(
                            instruction.ProgramIndex,
                            [.. instruction.AccountIndexes.Select(index => (int)index)],
                            Base58.Encode(instruction.Data.AsSpan())))]));
            case "base64":
                return EncodedBytes.FromBase64(transaction.Serialize());
            case "base58":
                return new EncodedBytes(Base58.Encode(transaction.Serialize()), encoding);
            case "binary":
                return new EncodedBytes(Base58.Encode(transaction.Serialize()), Encoding: null);
            default:
                throw RpcErrors.InvalidParams($"unsupported encoding: {encoding}. Supported encodings: json, base58, base64");
        }
    }

    private static TransactionMeta Meta(TransactionResult result)
    {
        var failure = result.Error.ToFailure();
        return new TransactionMeta(
            failure,
            new TransactionResultAnswer(failure),
            result.Fee,
            result.PreBalances,
            result.PostBalances,
            result.Logs,
            result.UnitsConsumed);
    }
}
