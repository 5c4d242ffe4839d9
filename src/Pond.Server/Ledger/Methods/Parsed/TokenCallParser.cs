using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tokens;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes calls of the Token program apart.</summary>
internal static class TokenCallParser
{
    /// <summary>Takes a call apart; null if it is none, or has too few accounts.</summary>
    internal static ParsedInfo? Parse(InstructionView call)
    {
        if (!TokenInstruction.TryParse(call.Data.AsSpan(), out var instruction))
        {
            return null;
        }

        var parsed = instruction switch
        {
            TokenInstruction.InitializeMint mint => Fields("initializeMint", call, "mint", "rentSysvar")
                ?.Mint(mint.Decimals, mint.MintAuthority, mint.FreezeAuthority),
            TokenInstruction.InitializeAccount => Fields("initializeAccount", call, "account", "mint", "owner", "rentSysvar"),
            TokenInstruction.InitializeMultisig multisig => Fields("initializeMultisig", call, "multisig", "rentSysvar")
                ?.Multisig(multisig.Required),
            TokenInstruction.Transfer transfer => Fields("transfer", call, "source", "destination")
                ?.Amount(transfer.Amount).Signed("authority", "multisigAuthority"),
            TokenInstruction.Approve approve => Fields("approve", call, "source", "delegate")
                ?.Amount(approve.Amount).Signed("owner", "multisigOwner"),
            TokenInstruction.Revoke => Fields("revoke", call, "source")?.Signed("owner", "multisigOwner"),
            TokenInstruction.SetAuthority set => Fields("setAuthority", call, IsOfMint(set.Type) ? "mint" : "account")
                ?.With("authorityType", NameOf(set.Type)).With("newAuthority", set.NewAuthority).Signed("authority", "multisigAuthority"),
            TokenInstruction.MintTo mint => Fields("mintTo", call, "mint", "account")
                ?.Amount(mint.Amount).Signed("mintAuthority", "multisigMintAuthority"),
            TokenInstruction.Burn burn => Fields("burn", call, "account", "mint")?.Amount(burn.Amount).Signed("authority", "multisigAuthority"),
            TokenInstruction.CloseAccount => Fields("closeAccount", call, "account", "destination")?.Signed("owner", "multisigOwner"),
            TokenInstruction.FreezeAccount => Fields("freezeAccount", call, "account", "mint")
                ?.Signed("freezeAuthority", "multisigFreezeAuthority"),
            TokenInstruction.ThawAccount => Fields("thawAccount", call, "account", "mint")
                ?.Signed("freezeAuthority", "multisigFreezeAuthority"),
            TokenInstruction.TransferChecked transfer => Fields("transferChecked", call, "source", "mint", "destination")
                ?.Amount(transfer.Amount, transfer.Decimals).Signed("authority", "multisigAuthority"),
            TokenInstruction.ApproveChecked approve => Fields("approveChecked", call, "source", "mint", "delegate")
                ?.Amount(approve.Amount, approve.Decimals).Signed("owner", "multisigOwner"),
            TokenInstruction.MintToChecked mint => Fields("mintToChecked", call, "mint", "account")
                ?.Amount(mint.Amount, mint.Decimals).Signed("mintAuthority", "multisigMintAuthority"),
            TokenInstruction.BurnChecked burn => Fields("burnChecked", call, "account", "mint")
                ?.Amount(burn.Amount, burn.Decimals).Signed("authority", "multisigAuthority"),
            TokenInstruction.InitializeAccount2 account => Fields("initializeAccount2", call, "account", "mint", "rentSysvar")
                ?.With("owner", account.Owner),
            TokenInstruction.SyncNative => Fields("syncNative", call, "account"),
            TokenInstruction.InitializeAccount3 account => Fields("initializeAccount3", call, "account", "mint")?.With("owner", account.Owner),
            TokenInstruction.InitializeMultisig2 multisig => Fields("initializeMultisig2", call, "multisig")?.Multisig(multisig.Required),
            TokenInstruction.InitializeMint2 mint => Fields("initializeMint2", call, "mint")
                ?.Mint(mint.Decimals, mint.MintAuthority, mint.FreezeAuthority),
            TokenInstruction.GetAccountDataSize => Fields("getAccountDataSize", call, "mint"),
            TokenInstruction.InitializeImmutableOwner => Fields("initializeImmutableOwner", call, "account"),
            TokenInstruction.AmountToUiAmount amount => Fields("amountToUiAmount", call, "mint")?.Amount(amount.Amount),
            TokenInstruction.UiAmountToAmount amount => Fields("uiAmountToAmount", call, "mint")?.With("uiAmount", amount.Text),
            _ => throw new UnreachableException($"No case for {instruction}."),
        };
        return parsed?.ToParsedInfo();
    }

    private static bool IsOfMint(AuthorityType type) => type is AuthorityType.MintTokens or AuthorityType.FreezeAccount;

    private static string NameOf(AuthorityType type) => type switch
    {
        AuthorityType.MintTokens => "mintTokens",
        AuthorityType.FreezeAccount => "freezeAccount",
        AuthorityType.AccountOwner => "accountOwner",
        AuthorityType.CloseAccount => "closeAccount",
        _ => throw new UnreachableException($"No name for {type}."),
    };

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

    private sealed class Builder(string type, ImmutableArray<Pubkey> rest)
    {
        private readonly Dictionary<string, object?> _info = new(StringComparer.Ordinal);
        private bool _isComplete = true;

        internal Builder With(string name, object? value)
        {
            _info[name] = value;
            return this;
        }

        internal Builder Amount(ulong amount) => With("amount", amount.ToString(CultureInfo.InvariantCulture));

        internal Builder Amount(ulong amount, byte decimals) => With("tokenAmount", TokenAmountAnswer.Of(amount, decimals));

        internal Builder Mint(byte decimals, Pubkey authority, Pubkey? freezeAuthority)
        {
            _ = With("decimals", decimals).With("mintAuthority", authority);
            return freezeAuthority is { } key ? With("freezeAuthority", key) : this;
        }

        internal Builder Multisig(byte required) => With("signers", rest).With("m", required);

        // The authority comes after the named accounts. Accounts after it are the keys that sign for an authority of several.
        internal Builder Signed(string single, string multiple)
        {
            if (rest.IsEmpty)
            {
                _isComplete = false;
                return this;
            }

            if (rest.Length == 1)
            {
                return With(single, rest[0]);
            }

            return With(multiple, rest[0]).With("signers", rest[1..]);
        }

        internal ParsedInfo? ToParsedInfo() => _isComplete ? new ParsedInfo(type, _info) : null;
    }
}
