using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

/// <content>What creators and the network's managers send besides CreateTask.</content>
public abstract partial record TaskInstruction
{
    /// <summary>
    /// Moves a task to a new account, with other settings and what is left of the bounty (index 14, in token tasks 13). Rounds that are open
    /// are paid by the old account.
    /// </summary>
    /// <param name="Settings">The new settings; the total bounty does not travel and is zero.</param>
    public sealed record UpdateTask(CreateTask Settings) : TaskInstruction
    {
        /// <summary>The call. The account of <paramref name="newTask"/> must have been created before, owned by the program.</summary>
        public Instruction ToInstruction(Pubkey manager, Pubkey task, Pubkey pot, Pubkey newTask, Pubkey newPot) => Call(
            AccountMeta.Signer(manager),
            AccountMeta.Writable(task),
            AccountMeta.Writable(pot),
            AccountMeta.ReadOnly(ProgramIds.Clock),
            AccountMeta.Signer(newTask),
            AccountMeta.Writable(newPot));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) =>
            Settings.EncodeSettings(new Writer(kind, kind is TaskKind.Koii ? (byte)14 : (byte)13), hasTotal: false);
    }

    /// <summary>Ends a task and gives its manager what is left (index 15, in token tasks 14).</summary>
    public sealed record DeleteTask : TaskInstruction
    {
        /// <summary>The call of the task's manager.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey manager, Pubkey pot) => Call(
            AccountMeta.Writable(task),
            AccountMeta.Signer(manager),
            AccountMeta.Writable(pot),
            AccountMeta.Writable(ProgramIds.Burn),
            AccountMeta.ReadOnly(ProgramAddress.TaskManagers));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, kind is TaskKind.Koii ? (byte)15 : (byte)14).ToArray();
    }

    /// <summary>Changes who the network's managers are (index 16, in token tasks 15).</summary>
    /// <param name="Operation">What to do; a change needs two managers' signatures.</param>
    public sealed record HandleManagerAccounts(ManagerOperation Operation) : TaskInstruction
    {
        /// <summary>The call that adds or removes <paramref name="target"/>.</summary>
        public Instruction ToInstruction(Pubkey signer, Pubkey otherSigner, Pubkey target) => Call(
            AccountMeta.Writable(ProgramAddress.TaskManagers),
            AccountMeta.Signer(signer),
            AccountMeta.Signer(otherSigner),
            AccountMeta.ReadOnly(target));

        /// <summary>The call that makes the list.</summary>
        public Instruction ToInstruction(Pubkey payer) =>
            Call(AccountMeta.Writable(ProgramAddress.TaskManagers), AccountMeta.Signer(payer));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, kind is TaskKind.Koii ? (byte)16 : (byte)15)
            .Text(Operation.ToString().ToLowerInvariant(), NameSizeBytes).ToArray();
    }
}
