using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives.Encoding;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>Shows landed transactions in the encoding that a call asked for.</summary>
internal sealed class TransactionEncoder
{
    private readonly string _encoding;
    private readonly bool _isVersionKnown;

    /// <summary>Takes what a call asked for.</summary>
    /// <param name="encoding">The encoding's name; null for <c>json</c>.</param>
    /// <param name="isVersionKnown">Whether the caller knows that there are versions.</param>
    /// <exception cref="RpcException">There is no such encoding.</exception>
    internal TransactionEncoder(string? encoding, bool isVersionKnown)
    {
        _encoding = encoding switch
        {
            null => "json",
            "json" or "jsonParsed" or "base64" or "base58" or "binary" => encoding,
            var other => throw RpcErrors.InvalidParams(
                $"Invalid params: unknown variant `{other}`, expected one of `binary`, `base64`, `base58`, `json`, `jsonParsed`."),
        };
        _isVersionKnown = isVersionKnown;
    }

    /// <summary>Shows a transaction; where it stands in the chain is for the caller to add.</summary>
    /// <exception cref="RpcException">The caller does not know its version.</exception>
    internal TransactionAnswer Encode(TransactionResult result)
    {
        var version = VersionOf(result);
        return new TransactionAnswer(Body(result), Meta(result)) { Version = version };
    }

    /// <summary>Shows a transaction's accounts and what became of them.</summary>
    /// <exception cref="RpcException">The caller does not know its version.</exception>
    internal TransactionAnswer EncodeAccounts(TransactionResult result)
    {
        var version = VersionOf(result);
        var accounts = Accounts(new ResolvedMessage(result.Transaction.Message, result.Loaded));
        return new TransactionAnswer(new AccountsOfTransaction(result.Transaction.Signatures, accounts), Balances(result)) { Version = version };
    }

    private object? VersionOf(TransactionResult result)
    {
        var isLegacy = result.Transaction.Message.Version is MessageVersion.Legacy;
        if (!_isVersionKnown)
        {
            return isLegacy ? null : throw RpcErrors.UnsupportedTransactionVersion(version: 0);
        }

        return isLegacy ? "legacy" : 0;
    }

    private object Body(TransactionResult result)
    {
        var transaction = result.Transaction;
        return _encoding switch
        {
            "json" => new JsonTransaction(transaction.Signatures, JsonMessage(transaction.Message)),
            "jsonParsed" => new JsonTransaction(
                transaction.Signatures, ParsedMessage(new ResolvedMessage(transaction.Message, result.Loaded))),
            "base64" => EncodedBytes.FromBase64(transaction.Serialize()),
            "base58" => new EncodedBytes(Base58.Encode(transaction.Serialize()), _encoding),
            _ => new EncodedBytes(Base58.Encode(transaction.Serialize()), Encoding: null),
        };
    }

    private static JsonMessage JsonMessage(Message message) => new(
        new MessageHeader(message.SignerCount, message.ReadOnlySignerCount, message.ReadOnlyOtherCount),
        message.Keys,
        message.RecentBlockhash,
        [.. message.Instructions.Select(instruction => InstructionEncoder.Compiled(instruction, stackHeight: null))])
    {
        AddressTableLookups = Lookups(message),
    };

    private static ParsedMessage ParsedMessage(ResolvedMessage message) => new(
        Accounts(message),
        message.Message.RecentBlockhash,
        [.. message.Message.Instructions.Select(instruction => InstructionEncoder.Parsed(instruction, message.Keys, stackHeight: null))])
    {
        AddressTableLookups = Lookups(message.Message),
    };

    private static ImmutableArray<ParsedAccountKey> Accounts(ResolvedMessage message) =>
    [
        .. message.Accounts.Select((account, index) => new ParsedAccountKey(
            account.Key, account.IsSigner, account.IsWritable, index < message.Message.Keys.Length ? "transaction" : "lookupTable")),
    ];

    private static ImmutableArray<JsonLookup>? Lookups(Message message) => message.Version is MessageVersion.Legacy
        ? null
        :
        [
            .. message.Lookups.Select(lookup => new JsonLookup(
                lookup.Table,
                InstructionEncoder.Numbers(lookup.WritableIndexes),
                InstructionEncoder.Numbers(lookup.ReadOnlyIndexes))),
        ];

    private TransactionMeta Meta(TransactionResult result) => Balances(result) with
    {
        InnerInstructions = InstructionEncoder.Inner(result.InnerInstructions, result.Keys, _encoding is "jsonParsed"),
        LogMessages = result.Logs,
        Rewards = [],
        LoadedAddresses = _encoding is "jsonParsed" ? null : new LoadedAddressesAnswer(result.Loaded.Writable, result.Loaded.ReadOnly),
        ReturnData = InstructionEncoder.Returned(result.ReturnData),
        ComputeUnitsConsumed = result.UnitsConsumed,
    };

    private static TransactionMeta Balances(TransactionResult result)
    {
        var failure = result.Error.ToFailure();
        return new TransactionMeta(
            failure,
            new TransactionResultAnswer(failure),
            result.Fee,
            result.PreBalances,
            result.PostBalances,
            PreTokenBalances: [],
            PostTokenBalances: []);
    }
}
