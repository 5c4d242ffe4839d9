using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

/// <summary>
/// The calls of the program for token tasks. Where an account is named <c>vault</c> it is the task's stake pot: a token account whose owner
/// <see cref="ProgramAddress.VaultAuthority"/> derives. <c>tokens</c> is the token account of whoever signs.
/// </summary>
public static class TokenTaskCalls
{
    /// <summary>Creates a task that pays in a token. The task's account exists; vault and task sign.</summary>
    public static Instruction Create(this TaskInstruction.CreateTask settings, Pubkey payer, Pubkey tokens, Pubkey task, Pubkey vault, Pubkey mint) => Call(
        settings with { PotSeed = ProgramAddress.VaultSeed(vault) },
        AccountMeta.Signer(payer),
        AccountMeta.Writable(tokens),
        AccountMeta.Signer(task),
        AccountMeta.Signer(vault),
        AccountMeta.Writable(ProgramAddress.VaultAuthority(vault).Address),
        AccountMeta.ReadOnly(mint),
        AccountMeta.ReadOnly(ProgramIds.Clock),
        AccountMeta.ReadOnly(ProgramIds.Rent),
        AccountMeta.ReadOnly(ProgramIds.System),
        AccountMeta.ReadOnly(ProgramIds.Token));

    /// <summary>Moves a task to a new account and a new vault, both of which sign.</summary>
    public static Instruction Update(
        this TaskInstruction.CreateTask settings, Pubkey manager, Pubkey task, Pubkey vault, Pubkey newTask, Pubkey newVault, Pubkey mint) => Call(
        new TaskInstruction.UpdateTask(settings with { PotSeed = ProgramAddress.VaultSeed(newVault) }),
        AccountMeta.Signer(manager),
        AccountMeta.Writable(task),
        AccountMeta.Writable(vault),
        AccountMeta.Writable(ProgramAddress.VaultAuthority(vault).Address),
        AccountMeta.Signer(newTask),
        AccountMeta.Signer(newVault),
        AccountMeta.Writable(ProgramAddress.VaultAuthority(newVault).Address),
        AccountMeta.ReadOnly(mint),
        AccountMeta.ReadOnly(ProgramIds.Clock),
        AccountMeta.ReadOnly(ProgramIds.Rent),
        AccountMeta.ReadOnly(ProgramIds.System),
        AccountMeta.ReadOnly(ProgramIds.Token));

    /// <summary>Deletes a task; what is left of the bounty goes to <paramref name="tokens"/>, the manager's token account.</summary>
    public static Instruction Delete(Pubkey task, Pubkey manager, Pubkey vault, Pubkey mint, Pubkey tokens) => Call(
        new TaskInstruction.DeleteTask(),
        AccountMeta.Writable(task),
        AccountMeta.Signer(manager),
        AccountMeta.Writable(vault),
        AccountMeta.ReadOnly(ProgramAddress.VaultAuthority(vault).Address),
        AccountMeta.Writable(ProgramAddress.TokenTaskManagers),
        AccountMeta.Writable(mint),
        AccountMeta.ReadOnly(ProgramIds.Token),
        AccountMeta.Writable(tokens));

    /// <summary>Adds to the bounty.</summary>
    public static Instruction Fund(Lamports amount, Pubkey task, Pubkey funder, Pubkey tokens, Pubkey vault) => Call(
        new TaskInstruction.FundTask(amount),
        AccountMeta.Writable(task),
        AccountMeta.Signer(funder),
        AccountMeta.Writable(tokens),
        AccountMeta.Writable(vault),
        AccountMeta.ReadOnly(ProgramIds.Token));

    /// <summary>Adds to a node's stake.</summary>
    public static Instruction Stake(Lamports amount, string address, Pubkey task, Pubkey staker, Pubkey tokens, Pubkey vault) => Call(
        new TaskInstruction.Stake(amount, address),
        AccountMeta.Writable(task),
        AccountMeta.Signer(staker),
        AccountMeta.Writable(tokens),
        AccountMeta.Writable(vault),
        AccountMeta.ReadOnly(ProgramIds.Token));

    /// <summary>Moves all that the claimer has earned to a token account.</summary>
    public static Instruction Claim(Pubkey task, Pubkey claimer, Pubkey vault, Pubkey beneficiary) => Call(
        new TaskInstruction.ClaimReward(),
        AccountMeta.Writable(task),
        AccountMeta.Signer(claimer),
        AccountMeta.Writable(vault),
        AccountMeta.Writable(beneficiary),
        AccountMeta.ReadOnly(ProgramAddress.VaultAuthority(vault).Address),
        AccountMeta.ReadOnly(ProgramIds.Token));

    /// <summary>Sets whether discovery shows a task. Koii's client makes the task sign too; the program does not need that.</summary>
    public static Instruction Allow(bool isAllowlisted, Pubkey task, Pubkey manager) => Call(
        new TaskInstruction.Whitelist(isAllowlisted),
        AccountMeta.Signer(manager),
        AccountMeta.Writable(ProgramAddress.TokenTaskManagers),
        AccountMeta.Writable(task));

    /// <summary>Starts or stops a task.</summary>
    public static Instruction SetActive(bool isActive, Pubkey task, Pubkey manager) => Call(
        new TaskInstruction.SetActive(isActive),
        AccountMeta.Writable(task),
        AccountMeta.Signer(manager),
        AccountMeta.ReadOnly(ProgramAddress.TokenTaskManagers));

    /// <summary>Any call whose accounts are those of the KOII program: submissions, audits, lists, payouts, withdrawals.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="koiiCall">Its call for the KOII program.</param>
    public static Instruction Same(TaskInstruction instruction, Instruction koiiCall) =>
        koiiCall with { ProgramId = ProgramIds.TokenTask, Data = [.. instruction.Encode(TaskKind.Token)] };

    private static Instruction Call(TaskInstruction instruction, params AccountMeta[] accounts) =>
        new(ProgramIds.TokenTask, [.. accounts], [.. instruction.Encode(TaskKind.Token)]);
}
