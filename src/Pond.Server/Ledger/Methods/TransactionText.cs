using Pond.Contracts.Rpc;
using Pond.Primitives.Encoding;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>Reads transactions and messages as clients send them, with the wire's words for what is wrong.</summary>
internal static class TransactionText
{
    // What upstream calls the types in its error texts.
    private const string TransactionType = "solana_sdk::transaction::versioned::VersionedTransaction";
    private const string MessageType = "solana_sdk::message::versions::VersionedMessage";

    // The texts of 1232 bytes.
    private const int MaxBase58Length = 1683;
    private const int MaxBase64Length = 1644;

    /// <summary>Reads a transaction.</summary>
    /// <exception cref="RpcException">The text holds no transaction.</exception>
    internal static Transaction Read(string text, string? encoding)
    {
        var bytes = Decode(text, encoding ?? "base58", TransactionType);
        return Transaction.TryRead(bytes, out var transaction, out var error)
            ? transaction!
            : throw RpcErrors.InvalidParams(IsWhole(error) ? error : $"failed to deserialize {TransactionType}: {error}");
    }

    /// <summary>Reads a message in base64.</summary>
    /// <exception cref="RpcException">The text holds no message.</exception>
    internal static Message ReadMessage(string text)
    {
        var bytes = Decode(text, EncodedBytes.Base64, MessageType);
        return Message.TryRead(bytes, out var message, out var error)
            ? message
            : throw RpcErrors.InvalidParams(IsWhole(error) ? error : $"failed to deserialize {MessageType}: {error}");
    }

    private static byte[] Decode(string text, string encoding, string type)
    {
        var (maxLength, isBase64) = encoding switch
        {
            "base58" => (MaxBase58Length, false),
            "base64" => (MaxBase64Length, true),
            _ => throw RpcErrors.InvalidParams($"unsupported encoding: {encoding}. Supported encodings: base58, base64"),
        };
        if (text.Length > maxLength)
        {
            throw RpcErrors.InvalidParams(
                $"{encoding} encoded {type} too large: {text.Length} bytes (max: encoded/raw {maxLength}/{Transaction.MaxSizeBytes})");
        }

        var bytes = Array.Empty<byte>();
        if (isBase64)
        {
            var buffer = new byte[text.Length];
            bytes = Convert.TryFromBase64String(text, buffer, out var written)
                ? buffer[..written]
                : throw RpcErrors.InvalidParams("invalid base64 encoding: InvalidByte");
        }
        else if (!Base58.TryDecode(text, MaxBase58Length, out bytes))
        {
            throw RpcErrors.InvalidParams("invalid base58 encoding: InvalidCharacter");
        }

        return bytes.Length <= Transaction.MaxSizeBytes
            ? bytes
            : throw RpcErrors.InvalidParams($"decoded {type} too large: {bytes.Length} bytes (max: {Transaction.MaxSizeBytes} bytes)");
    }

    // Some texts say all that there is to say; the others describe how the bytes end.
    private static bool IsWhole(string error) =>
        error.StartsWith("invalid transaction", StringComparison.Ordinal) || error.StartsWith("decoded ", StringComparison.Ordinal);
}
