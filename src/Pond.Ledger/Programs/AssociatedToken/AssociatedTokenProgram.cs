using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs.AssociatedToken;

/// <summary>Gives each wallet one well-known account per mint. All it does, it does by calling the System and the token program.</summary>
internal sealed partial class AssociatedTokenProgram : IProgram
{
    private const uint InvalidOwner = 0;
    private const ulong UnitsPerDerivation = 1_500;

    // GetAccountDataSize asks for the size with an owner that can't change (extension 7); the token program ignores the wish.
    private static readonly byte[] AccountSizeCall = [.. new TokenInstruction.GetAccountDataSize().Encode(), 7, 0];

    public Pubkey Id => ProgramIds.AssociatedToken;

    public string Name => "spl_associated_token_account";

    public ulong Units => 6_000;

    public bool IsLogged => true;

    public bool IsBuiltin => false;

    public InstructionError? Execute(InstructionContext context)
    {
        if (!AssociatedTokenInstruction.TryParse(context.Data.AsSpan(), out var instruction))
        {
            return new(InstructionErrorKind.InvalidInstructionData);
        }

        context.Log(instruction.GetType().Name);
        var accounts = new BorrowedAccounts(context);
        return instruction is AssociatedTokenInstruction.RecoverNested
            ? RecoverNested(context, accounts)
            : Create(context, accounts, isIdempotent: instruction is AssociatedTokenInstruction.CreateIdempotent);
    }

    private static InstructionError? Create(InstructionContext context, BorrowedAccounts accounts, bool isIdempotent)
    {
        if (!accounts.TryTake(out var payer) || !accounts.TryTake(out var account) || !accounts.TryTake(out var wallet)
            || !accounts.TryTake(out var mint) || !accounts.TryTake(out _) || !accounts.TryTake(out var token))
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        if (Derive(context, wallet.Key, mint.Key, token.Key, "Associated address", account.Key, out var seeds) is { } seedError)
        {
            return seedError;
        }

        if (isIdempotent && account.Owner == token.Key
            && TokenAccount.TryParse(account.Data, out var state) && state.State is not TokenAccountState.Uninitialized)
        {
            return state.Owner != wallet.Key
                ? Refuse(context, InvalidOwner, "Associated token account owner does not match address derivation")
                : state.Mint != mint.Key ? new(InstructionErrorKind.InvalidAccountData)
                : null;
        }

        if (account.Owner != ProgramIds.System)
        {
            return new(InstructionErrorKind.IllegalOwner);
        }

        if (token.Key != ProgramIds.Token)
        {
            return new(InstructionErrorKind.IncorrectProgramId);
        }

        if ((context.Invoke(new(token.Key, [AccountMeta.ReadOnly(mint.Key)], [.. AccountSizeCall]))
            ?? CreateAccount(context, payer.Key, account, seeds)) is { } createError)
        {
            return createError;
        }

        context.Log("Initialize the associated token account");
        return context.Invoke(new TokenInstruction.InitializeImmutableOwner().ToInstruction(account.Key))
            ?? context.Invoke(new TokenInstruction.InitializeAccount3(wallet.Key).ToInstruction(account.Key, mint.Key));
    }

    // Somebody may have sent lamports to the address before, and must not be able to stop the account by that.
    private static InstructionError? CreateAccount(InstructionContext context, Pubkey payer, BorrowedAccount account, byte[][] seeds)
    {
        var rent = Rent.MinimumFor(TokenAccount.SizeBytes);
        if (account.Lamports == Lamports.Zero)
        {
            return context.Invoke(
                new SystemInstruction.CreateAccount(rent, TokenAccount.SizeBytes, ProgramIds.Token).ToInstruction(payer, account.Key), seeds);
        }

        if (account.Lamports < rent
            && context.Invoke(new SystemInstruction.Transfer(rent - account.Lamports).ToInstruction(payer, account.Key)) is { } error)
        {
            return error;
        }

        return context.Invoke(new SystemInstruction.Allocate(TokenAccount.SizeBytes).ToInstruction(account.Key), seeds)
            ?? context.Invoke(new SystemInstruction.Assign(ProgramIds.Token).ToInstruction(account.Key), seeds);
    }

    private static InstructionError? Derive(
        InstructionContext context, Pubkey wallet, Pubkey mint, Pubkey token, string name, Pubkey named, out byte[][] seeds)
    {
        byte[][] start = [wallet.ToArray(), token.ToArray(), mint.ToArray()];
        var (address, bump) = ProgramAddress.Find(start, ProgramIds.AssociatedToken);
        seeds = [.. start, [bump]];
        if (context.Consume(UnitsPerDerivation * (ulong)(byte.MaxValue - bump + 1)) is { } exhausted)
        {
            return exhausted;
        }

        return address == named ? null : Refuse(context, InstructionErrorKind.InvalidSeeds, $"Error: {name} does not match seed derivation");
    }

    private static InstructionError Refuse(InstructionContext context, InstructionErrorKind kind, string reason)
    {
        context.Log(reason);
        return new(kind);
    }

    private static InstructionError Refuse(InstructionContext context, uint code, string reason)
    {
        context.Log(reason);
        return new(InstructionErrorKind.Custom, code);
    }
}
