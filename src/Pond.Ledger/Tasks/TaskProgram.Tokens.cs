using Pond.Ledger.Programs;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tasks;

internal sealed partial class TaskProgram
{
    /// <summary>Moves tokens; with a vault, its authority signs by its seed.</summary>
    private static InstructionError? TransferTokens(
        InstructionContext context, AccountMeta from, AccountMeta to, Pubkey owner, Lamports amount, TokenVault? signer) =>
        Invoke(context, new TokenInstruction.Transfer(amount.Value).ToInstruction(from.Key, to.Key, owner), signer);

    private static InstructionError? OpenVault(
        InstructionContext context, TaskAccounts accounts, AccountMeta pot, AccountMeta authority, TokenVault vault)
    {
        if (authority.Key != vault.Authority)
        {
            return RefuseTokens(context, $"{authority.Key} is not the authority of the vault {pot.Key}");
        }

        // Wrapped lamports can't be burnt, and a KOII task does the same without wrapping.
        if (vault.Mint == ProgramIds.NativeMint)
        {
            return RefuseTokens(context, "a task that pays in lamports is a KOII task");
        }

        // The vault is a fresh key that signs here, once; from then on only the program moves what it holds.
        return context.Invoke(new SystemInstruction.CreateAccount(
                Rent.MinimumFor(TokenAccount.SizeBytes), TokenAccount.SizeBytes, ProgramIds.Token).ToInstruction(accounts.Actor.Key, pot.Key))
            ?? context.Invoke(new TokenInstruction.InitializeAccount3(vault.Authority).ToInstruction(pot.Key, vault.Mint));
    }

    /// <summary>Gives the bounty to the manager's token account, burns what is owed to nobody, and closes the vault.</summary>
    private static InstructionError? CloseVault(TaskCall call)
    {
        var (context, task) = (call.Context, call.Task);
        var vault = task.Vault!;
        if (FindAuthorityError(call) is { } authorityError)
        {
            return authorityError;
        }

        if (call.Accounts.Mint.Key != vault.Mint)
        {
            return RefuseTokens(context, $"the task pays in {vault.Mint}, not in {call.Accounts.Mint.Key}");
        }

        var target = call.Accounts.Rest.FirstOrDefault(meta => IsTokenAccountOf(context, meta.Key, task.Manager, vault.Mint));
        if (task.Bounty > Lamports.Zero && target.Key.IsZero)
        {
            return RefuseTokens(context, $"what is left of the bounty needs a token account of {task.Manager} for {vault.Mint} after the other accounts");
        }

        var surplus = TokenVault.BalanceOf(context.Overlay.Get(task.StakePot)) - task.Bounty;
        return (task.Bounty == Lamports.Zero ? null : TransferTokens(context, call.Accounts.Pot, target, vault.Authority, task.Bounty, vault))
            ?? (surplus == Lamports.Zero ? null : Invoke(
                context, new TokenInstruction.Burn(surplus.Value).ToInstruction(task.StakePot, vault.Mint, vault.Authority), vault))
            ?? Invoke(context, new TokenInstruction.CloseAccount().ToInstruction(task.StakePot, task.Manager, vault.Authority), vault);
    }

    private static InstructionError? FindAuthorityError(TaskCall call) =>
        call.Accounts.Authority.Key == call.Task.Vault!.Authority
            ? null
            : RefuseTokens(call.Context, $"{call.Accounts.Authority.Key} is not the authority of this task's vault");

    private static bool IsTokenAccountOf(InstructionContext context, Pubkey key, Pubkey owner, Pubkey mint)
    {
        var account = context.Overlay.Get(key);
        return account.Owner == ProgramIds.Token && TokenAccount.TryParse(account.Content.Render(context.Slot).AsSpan(), out var tokens)
            && tokens.Owner == owner && tokens.Mint == mint;
    }

    private static InstructionError? Invoke(InstructionContext context, Instruction call, TokenVault? signer) => signer is null
        ? context.Invoke(call)
        : context.Invoke(call, [signer.Seed.ToArray(), [signer.Bump]]);

    private static InstructionError RefuseTokens(InstructionContext context, string reason) =>
        Refuse(context, TaskErrorCode.WrongTokenAccount, reason);
}
