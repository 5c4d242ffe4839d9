using System.Diagnostics;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.Token;

/// <summary>SPL Token: mints, balances, delegates, multisigs. The order of each instruction's checks is SPL Token's, so that a client
/// sees the same reason for the same refusal: docs/protocol/ledger.md.</summary>
internal sealed partial class TokenProgram : IProgram
{
    public Pubkey Id => ProgramIds.Token;

    public string Name => "spl_token";

    // Each instruction has its own price.
    public ulong Units => 0;

    public bool IsLogged => true;

    public bool IsBuiltin => false;

    public InstructionError? Execute(InstructionContext context)
    {
        if (!TokenInstruction.TryParse(context.Data.AsSpan(), out var instruction))
        {
            return context.Consume(UnitsToParse) ?? Explain(context, Fail(TokenErrorCode.InvalidInstruction));
        }

        if (context.Consume(UnitsFor(instruction)) is { } exhausted)
        {
            return exhausted;
        }

        context.Log($"Instruction: {instruction.GetType().Name}");
        var accounts = new BorrowedAccounts(context);
        var error = Execute(context, accounts, instruction);
        return error is null ? accounts.Return() : Explain(context, error);
    }

    private static InstructionError? Execute(InstructionContext context, BorrowedAccounts accounts, TokenInstruction instruction) => instruction switch
    {
        TokenInstruction.InitializeMint mint =>
            InitializeMint(accounts, mint.Decimals, mint.MintAuthority, mint.FreezeAuthority, hasRentAccount: true),
        TokenInstruction.InitializeMint2 mint =>
            InitializeMint(accounts, mint.Decimals, mint.MintAuthority, mint.FreezeAuthority, hasRentAccount: false),
        TokenInstruction.InitializeAccount => InitializeAccount(accounts, owner: null, hasRentAccount: true),
        TokenInstruction.InitializeAccount2 account => InitializeAccount(accounts, account.Owner, hasRentAccount: true),
        TokenInstruction.InitializeAccount3 account => InitializeAccount(accounts, account.Owner, hasRentAccount: false),
        TokenInstruction.InitializeMultisig multisig => InitializeMultisig(accounts, multisig.Required, hasRentAccount: true),
        TokenInstruction.InitializeMultisig2 multisig => InitializeMultisig(accounts, multisig.Required, hasRentAccount: false),
        TokenInstruction.InitializeImmutableOwner => InitializeImmutableOwner(context, accounts),
        TokenInstruction.Transfer transfer => Transfer(accounts, transfer.Amount, decimals: null),
        TokenInstruction.TransferChecked transfer => Transfer(accounts, transfer.Amount, transfer.Decimals),
        TokenInstruction.MintTo mint => MintTo(accounts, mint.Amount, decimals: null),
        TokenInstruction.MintToChecked mint => MintTo(accounts, mint.Amount, mint.Decimals),
        TokenInstruction.Burn burn => Burn(accounts, burn.Amount, decimals: null),
        TokenInstruction.BurnChecked burn => Burn(accounts, burn.Amount, burn.Decimals),
        TokenInstruction.Approve approve => Approve(accounts, approve.Amount, decimals: null),
        TokenInstruction.ApproveChecked approve => Approve(accounts, approve.Amount, approve.Decimals),
        TokenInstruction.Revoke => Revoke(accounts),
        TokenInstruction.SetAuthority set => SetAuthority(accounts, set.Type, set.NewAuthority),
        TokenInstruction.FreezeAccount => SetFrozen(accounts, isFrozen: true),
        TokenInstruction.ThawAccount => SetFrozen(accounts, isFrozen: false),
        TokenInstruction.CloseAccount => CloseAccount(accounts),
        TokenInstruction.SyncNative => SyncNative(accounts),
        TokenInstruction.GetAccountDataSize => GetAccountDataSize(context, accounts),
        TokenInstruction.AmountToUiAmount amount => AmountToUiAmount(context, accounts, amount.Amount),
        TokenInstruction.UiAmountToAmount amount => UiAmountToAmount(context, accounts, amount.Text),
        _ => throw new UnreachableException($"No case for {instruction}."),
    };

    private static InstructionError Fail(TokenErrorCode code) => new(InstructionErrorKind.Custom, (uint)code);

    private static InstructionError MissingAccount() => new(InstructionErrorKind.NotEnoughAccountKeys);

    private static InstructionError Explain(InstructionContext context, InstructionError error)
    {
        context.Log("Error: " + (error.Custom is { } code ? TextOf((TokenErrorCode)code) : error.Kind.ToString()));
        return error;
    }

    private static string TextOf(TokenErrorCode code) => code switch
    {
        TokenErrorCode.NotRentExempt => "Lamport balance below rent-exempt threshold",
        TokenErrorCode.InsufficientFunds => "insufficient funds",
        TokenErrorCode.InvalidMint => "Invalid Mint",
        TokenErrorCode.MintMismatch => "Account not associated with this Mint",
        TokenErrorCode.OwnerMismatch => "owner does not match",
        TokenErrorCode.FixedSupply => "the total supply of this token is fixed",
        TokenErrorCode.AlreadyInUse => "account or token already in use",
        TokenErrorCode.InvalidNumberOfProvidedSigners => "Invalid number of provided signers",
        TokenErrorCode.InvalidNumberOfRequiredSigners => "Invalid number of required signers",
        TokenErrorCode.UninitializedState => "State is uninitialized",
        TokenErrorCode.NativeNotSupported => "Instruction does not support native tokens",
        TokenErrorCode.NonNativeHasBalance => "Non-native account can only be closed if its balance is zero",
        TokenErrorCode.InvalidInstruction => "Invalid instruction",
        TokenErrorCode.InvalidState => "Invalid account state for operation",
        TokenErrorCode.Overflow => "Operation overflowed",
        TokenErrorCode.AuthorityTypeNotSupported => "Account does not support specified authority type",
        TokenErrorCode.MintCannotFreeze => "This token mint cannot freeze accounts",
        TokenErrorCode.AccountFrozen => "Account is frozen",
        TokenErrorCode.MintDecimalsMismatch => "decimals different from the Mint decimals",
        TokenErrorCode.NonNativeNotSupported => "Instruction does not support non-native tokens",
        _ => throw new UnreachableException($"No text for {code}."),
    };
}
