using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives.Encoding;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>Shows accounts in the encoding and slice that a call asked for.</summary>
internal sealed class AccountEncoder
{
    private const int MaxBase58Bytes = 128;
    private const string TooLongForBase58 =
        "Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.";

    private readonly string? _encoding;
    private readonly (ulong Offset, ulong Length)? _slice;

    /// <summary>Reads what a call asked for.</summary>
    /// <param name="settings">The call's settings.</param>
    /// <param name="defaultEncoding">The encoding if the call names none; null for the bare base58 text of old clients.</param>
    internal AccountEncoder(RpcSettings settings, string? defaultEncoding)
    {
        _encoding = settings.Encoding ?? defaultEncoding;
        _slice = settings.DataSlice;
    }

    /// <summary>Shows an account; null stays null.</summary>
    /// <exception cref="RpcException">The data is too long for the encoding.</exception>
    internal AccountAnswer? Encode(Account? account) =>
        account is null
            ? null
            : new AccountAnswer(
                account.Lamports,
                account.Owner,
                Encode(account.Data.AsSpan()),
                account.IsExecutable,
                RentEpoch: ulong.MaxValue,
                (ulong)account.Data.Length);

    private EncodedBytes Encode(ReadOnlySpan<byte> data)
    {
        var slice = data;
        if (_slice is var (offset, length))
        {
            slice = offset >= (ulong)data.Length ? [] : data[(int)offset..];
            slice = length < (ulong)slice.Length ? slice[..(int)length] : slice;
        }

        switch (_encoding)
        {
            case null or "binary" or "base58":
                // The whole data counts, not the slice: upstream looks at it first.
                if (data.Length > MaxBase58Bytes)
                {
                    throw new RpcException(RpcErrorCodes.InvalidRequest, TooLongForBase58);
                }

                return new EncodedBytes(Base58.Encode(slice), _encoding is "base58" ? _encoding : null);
            case "base64+zstd":
                return new EncodedBytes(Convert.ToBase64String(Zstandard.Compress(slice)), _encoding);
            case "jsonParsed":
                // No owner here has a parser, and then upstream answers with the whole data in base64.
                return EncodedBytes.FromBase64(data);
            default:
                // Koii's client may put a commitment into this place; whatever it is, base64 is what it can read.
                return EncodedBytes.FromBase64(slice);
        }
    }
}
