using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes calls of the Token program apart.</summary>
internal static class TokenCallParser
{
    private static readonly string[] AuthorityTypes = ["mintTokens", "freezeAccount", "accountOwner", "closeAccount"];

    /// <summary>Takes a call apart; null if it is none, or has too few accounts.</summary>
    internal static ParsedInfo? Parse(InstructionView call)
    {
        var data = new LayoutReader(call.Data.AsSpan());
        var parsed = data.Byte() switch
        {
            0 => InitializeMint("initializeMint", call, ref data, hasRent: true),
            1 => Fields("initializeAccount", call, "account", "mint", "owner", "rentSysvar"),
            2 => InitializeMultisig("initializeMultisig", call, ref data, hasRent: true),
            3 => Fields("transfer", call, "source", "destination")?.With("amount", Text(data.UInt64())).Signed("authority", "multisigAuthority"),
            4 => Fields("approve", call, "source", "delegate")?.With("amount", Text(data.UInt64())).Signed("owner", "multisigOwner"),
            5 => Fields("revoke", call, "source")?.Signed("owner", "multisigOwner"),
            6 => SetAuthority(call, ref data),
            7 => Fields("mintTo", call, "mint", "account")?.With("amount", Text(data.UInt64())).Signed("mintAuthority", "multisigMintAuthority"),
            8 => Fields("burn", call, "account", "mint")?.With("amount", Text(data.UInt64())).Signed("authority", "multisigAuthority"),
            9 => Fields("closeAccount", call, "account", "destination")?.Signed("owner", "multisigOwner"),
            10 => Fields("freezeAccount", call, "account", "mint")?.Signed("freezeAuthority", "multisigFreezeAuthority"),
            11 => Fields("thawAccount", call, "account", "mint")?.Signed("freezeAuthority", "multisigFreezeAuthority"),
            12 => Fields("transferChecked", call, "source", "mint", "destination")
                ?.With("tokenAmount", Amount(ref data)).Signed("authority", "multisigAuthority"),
            13 => Fields("approveChecked", call, "source", "mint", "delegate")
                ?.With("tokenAmount", Amount(ref data)).Signed("owner", "multisigOwner"),
            14 => Fields("mintToChecked", call, "mint", "account")
                ?.With("tokenAmount", Amount(ref data)).Signed("mintAuthority", "multisigMintAuthority"),
            15 => Fields("burnChecked", call, "account", "mint")
                ?.With("tokenAmount", Amount(ref data)).Signed("authority", "multisigAuthority"),
            16 => Fields("initializeAccount2", call, "account", "mint", "rentSysvar")?.With("owner", data.Pubkey()),
            17 => Fields("syncNative", call, "account"),
            18 => Fields("initializeAccount3", call, "account", "mint")?.With("owner", data.Pubkey()),
            19 => InitializeMultisig("initializeMultisig2", call, ref data, hasRent: false),
            20 => InitializeMint("initializeMint2", call, ref data, hasRent: false),
            21 => Fields("getAccountDataSize", call, "mint"),
            22 => Fields("initializeImmutableOwner", call, "account"),
            23 => Fields("amountToUiAmount", call, "mint")?.With("amount", Text(data.UInt64())),
            24 => Fields("uiAmountToAmount", call, "mint")?.With("uiAmount", Encoding.UTF8.GetString(call.Data.AsSpan()[1..])),
            _ => null,
        };
        return data.IsGood ? parsed?.ToParsedInfo() : null;
    }

    private static Builder? InitializeMint(string type, InstructionView call, ref LayoutReader data, bool hasRent)
    {
        var (decimals, authority) = (data.Byte(), data.Pubkey());
        var builder = hasRent ? Fields(type, call, "mint", "rentSysvar") : Fields(type, call, "mint");
        _ = builder?.With("decimals", decimals).With("mintAuthority", authority);
        return OptionalKey(ref data) is { } freezeAuthority ? builder?.With("freezeAuthority", freezeAuthority) : builder;
    }

    private static Builder? InitializeMultisig(string type, InstructionView call, ref LayoutReader data, bool hasRent)
    {
        var required = data.Byte();
        var builder = hasRent ? Fields(type, call, "multisig", "rentSysvar") : Fields(type, call, "multisig");
        return builder?.With("signers", call.Accounts[(hasRent ? 2 : 1)..]).With("m", required);
    }

    private static Builder? SetAuthority(InstructionView call, ref LayoutReader data)
    {
        var kind = data.Byte();
        var authority = OptionalKey(ref data);
        return kind < AuthorityTypes.Length
            ? Fields("setAuthority", call, kind < 2 ? "mint" : "account")
                ?.With("authorityType", AuthorityTypes[kind]).With("newAuthority", authority).Signed("authority", "multisigAuthority")
            : null;
    }

    // Here a key that may be missing is a byte, and then the key only if it is there.
    private static Pubkey? OptionalKey(ref LayoutReader data) => data.Byte() == 1 ? data.Pubkey() : null;

    private static TokenAmount Amount(ref LayoutReader data)
    {
        var amount = data.UInt64();
        return TokenAmount.Of(amount, data.Byte());
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    // Null if the call has fewer accounts than names.
    private static Builder? Fields(string type, InstructionView call, params ReadOnlySpan<string> names)
    {
        if (!call.HasAccounts(names.Length))
        {
            return null;
        }

        var builder = new Builder(type, call.Accounts[names.Length..]);
        for (var index = 0; index < names.Length; index++)
        {
            _ = builder.With(names[index], call.Accounts[index]);
        }

        return builder;
    }

    private sealed class Builder(string type, ImmutableArray<Pubkey> signers)
    {
        private readonly Dictionary<string, object?> _info = new(StringComparer.Ordinal);
        private bool _isComplete = true;

        internal Builder With(string name, object? value)
        {
            _info[name] = value;
            return this;
        }

        // The authority comes after the named accounts. Accounts after it are the keys that sign for an authority of several.
        internal Builder Signed(string single, string multiple)
        {
            if (signers.IsEmpty)
            {
                _isComplete = false;
                return this;
            }

            if (signers.Length == 1)
            {
                return With(single, signers[0]);
            }

            return With(multiple, signers[0]).With("signers", signers[1..]);
        }

        internal ParsedInfo? ToParsedInfo() => _isComplete ? new ParsedInfo(type, _info) : null;
    }
}
