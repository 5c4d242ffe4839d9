using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Encoding;
using Pond.Server.Ledger.Methods.Parsed;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>Shows accounts in the encoding and slice that a call asked for.</summary>
/// <remarks>Reading happens with the bank at hand, encoding afterwards: it takes longer, and needs no bank.</remarks>
internal sealed class AccountEncoder
{
    private const int MaxBase58Bytes = 128;
    private const string TooLongForBase58 =
        "Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.";

    // Encoded as text of two bytes a character, and written.
    private const int BytesPerDataByte = 4;
    private const int BytesPerAccount = 512;

    private readonly string? _encoding;
    private readonly AnswerBudget.Lease? _lease;
    private readonly (ulong Offset, ulong Length)? _slice;

    /// <summary>Reads what a call asked for.</summary>
    /// <param name="settings">The call's settings.</param>
    /// <param name="defaultEncoding">The encoding if the call names none; null for the bare base58 text of old clients.</param>
    /// <param name="lease">What the answer may take of memory; null for any.</param>
    /// <exception cref="RpcException">The encoding is unknown.</exception>
    internal AccountEncoder(RpcSettings settings, string? defaultEncoding, AnswerBudget.Lease? lease = null)
    {
        _lease = lease;
        _encoding = settings.Encoding switch
        {
            null => defaultEncoding,
            "binary" or "base58" or "base64" or "base64+zstd" or "jsonParsed" => settings.Encoding,
            // Koii's client puts a commitment into this place; base64 is what it can read.
            var name when RpcSettings.TryParseCommitment(name, out _) => EncodedBytes.Base64,
            var other => throw RpcErrors.InvalidParams(
                $"Invalid params: unknown variant `{other}`, expected one of `binary`, `base58`, `base64`, `jsonParsed`, `base64+zstd`."),
        };
        _slice = settings.DataSlice;
    }

    /// <summary>Reads an account, and what more is needed to show it; null if there is none.</summary>
    internal ReadAccount? Read(Bank bank, Pubkey key) => bank.GetAccount(key) is { } account ? Read(bank, key, account) : null;

    /// <summary>Reads what more is needed to show an account.</summary>
    /// <exception cref="RpcException">The answer gets too long.</exception>
    internal ReadAccount Read(Bank bank, Pubkey key, Account account)
    {
        _lease?.Take(BytesPerAccount + (BytesPerDataByte * (long)(_encoding is "jsonParsed" ? account.Data.Length : Slice(account.Data.AsSpan()).Length)));
        return new(key, account, _encoding is "jsonParsed" ? TokenAccounts.DecimalsOf(bank, account) : null);
    }

    /// <summary>Shows an account; null stays null.</summary>
    /// <exception cref="RpcException">The data is too long for the encoding.</exception>
    internal AccountAnswer? Encode(ReadAccount? read) =>
        read is not { Account: var account }
            ? null
            : new AccountAnswer(
                account.Lamports,
                account.Owner,
                Data(read),
                account.IsExecutable,
                RentEpoch: ulong.MaxValue,
                (ulong)account.Data.Length);

    private AccountData Data(ReadAccount read)
    {
        var data = read.Account.Data.AsSpan();
        if (_encoding is "jsonParsed")
        {
            // Where nobody knows the layout, upstream answers with the bytes in base64: all of them, since a slice has no place in this encoding.
            return AccountParser.Parse(read.Key, read.Account, read.TokenDecimals) is { } parsed
                ? parsed
                : EncodedBytes.FromBase64(data);
        }

        switch (_encoding)
        {
            case null or "binary" or "base58":
                // The whole data counts, not the slice: upstream looks at it first.
                if (data.Length > MaxBase58Bytes)
                {
                    throw new RpcException(RpcErrorCodes.InvalidRequest, TooLongForBase58);
                }

                return new EncodedBytes(Base58.Encode(Slice(data)), _encoding is "base58" ? _encoding : null);
            case "base64+zstd":
                return new EncodedBytes(Convert.ToBase64String(Zstandard.Compress(Slice(data))), _encoding);
            default:
                return EncodedBytes.FromBase64(Slice(data));
        }
    }

    private ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> data)
    {
        if (_slice is not var (offset, length))
        {
            return data;
        }

        var slice = offset >= (ulong)data.Length ? [] : data[(int)offset..];
        return length < (ulong)slice.Length ? slice[..(int)length] : slice;
    }
}

/// <summary>An account with what is needed to show it.</summary>
/// <param name="Key">Its address.</param>
/// <param name="Account">The account.</param>
/// <param name="TokenDecimals">For a token account whose fields are to be shown, its mint's decimals; else null.</param>
internal sealed record ReadAccount(Pubkey Key, Account Account, byte? TokenDecimals)
{
    /// <summary>Reads an account for whatever encoding; null if there is none.</summary>
    internal static ReadAccount? Of(Bank bank, Pubkey key) =>
        bank.GetAccount(key) is { } account ? new(key, account, TokenAccounts.DecimalsOf(bank, account)) : null;
}
