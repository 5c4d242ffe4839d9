using System.Diagnostics;
using Pond.Ledger.Consensus;
using Pond.Ledger.Programs;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tasks;

/// <summary>
/// The two task programs, which differ in what they pay in and in how they write it down. docs/protocol/tasks.md lists each
/// instruction's checks in the order they are made here.
/// </summary>
internal sealed partial class TaskProgram(Genesis genesis, BeaconHistory beacons, TaskKind kind) : IProgram
{
    public Pubkey Id => kind is TaskKind.Koii ? ProgramIds.Task : ProgramIds.TokenTask;

    public string Name => kind is TaskKind.Koii ? "koii_task_program" : "kpl_task_program";

    public ulong Units => 2_000;

    public bool IsLogged => true;

    private Pubkey ManagersKey => kind is TaskKind.Koii ? ProgramAddress.TaskManagers : ProgramAddress.TokenTaskManagers;

    public InstructionError? Execute(InstructionContext context)
    {
        if (!TaskInstruction.TryParse(context.Data.AsSpan(), kind, out var instruction))
        {
            return context.Fail(InstructionErrorKind.InvalidInstructionData, "Error: invalid instruction");
        }

        if (TaskAccounts.Arrange(instruction, kind, context.Accounts) is not { } accounts)
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        if (instruction is TaskInstruction.CreateTask create)
        {
            return Create(context, accounts, create);
        }

        if (instruction is TaskInstruction.HandleManagerAccounts handle)
        {
            return HandleManagers(context, accounts, handle.Operation);
        }

        var key = accounts.Task.Key;
        if (context.Overlay.Get(key).Content is not TaskState task || task.Kind != kind)
        {
            return Refuse(context, TaskErrorCode.NotATask, $"{key} is no task of this program");
        }

        // Uploads name the task read-only: to Koii's program the parts lie in the author's account.
        if (!accounts.Task.IsWritable && instruction is not TaskInstruction.UploadDistributionList)
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        if (instruction is not TaskInstruction.Payout && !accounts.Actor.IsSigner)
        {
            return new(InstructionErrorKind.MissingRequiredSignature);
        }

        return Apply(new(context, accounts, task, task.Windows.RoundAt(context.Slot)), instruction);
    }

    private InstructionError? Apply(TaskCall call, TaskInstruction instruction)
    {
        var actor = call.Accounts.Actor.Key;
        return instruction switch
        {
            TaskInstruction.SubmitTask submit => Submit(call, actor, submit),
            TaskInstruction.AuditSubmissions audit => Audit(call, actor, call.Accounts.Other.Key, audit),
            TaskInstruction.AuditDistribution audit => AuditList(call, actor, call.Accounts.Other.Key, audit),
            TaskInstruction.Payout payout => Payout(call, payout.Round),
            TaskInstruction.Whitelist whitelist => SetAllowlisted(call, whitelist.IsAllowlisted),
            TaskInstruction.SetActive active => SetActive(call, active.IsActive),
            TaskInstruction.ClaimReward => Claim(call),
            TaskInstruction.FundTask fund => Fund(call, fund.Amount),
            TaskInstruction.Stake stake => Stake(call, stake),
            TaskInstruction.Withdraw => Withdraw(call, actor),
            TaskInstruction.UploadDistributionList upload => Upload(call, actor, upload),
            TaskInstruction.SubmitDistributionList list => SubmitList(call, list.Round),
            TaskInstruction.UpdateTask update => Update(call, update.Settings),
            TaskInstruction.DeleteTask => Delete(call),
            _ => throw new UnreachableException($"No case for {instruction}."),
        };
    }

    /// <summary>Writes the task back, with the event that says what happened.</summary>
    private static InstructionError? Done(TaskCall call, TaskState task, string kind, params ReadOnlySpan<EventField> fields)
    {
        Write(call, Note(call, task, kind, fields));
        return null;
    }

    /// <summary>Writes the task back with a changed round and the event that says so.</summary>
    private static InstructionError? Done(
        TaskCall call, TaskState task, Round round, RoundState state, string kind, params ReadOnlySpan<EventField> fields)
    {
        call.Context.Message(TaskEvent.Write(kind, call.Key, out var json, fields));
        Write(call, task.Record(round, state, json));
        return null;
    }

    private static TaskState Note(TaskCall call, TaskState task, string kind, params ReadOnlySpan<EventField> fields) =>
        Note(call.Context, call.Key, task, kind, fields);

    private static TaskState Note(
        InstructionContext context, Pubkey key, TaskState task, string kind, params ReadOnlySpan<EventField> fields)
    {
        context.Message(TaskEvent.Write(kind, key, out var json, fields));
        return task.Record(json);
    }

    private static void Write(TaskCall call, TaskState task) => Write(call.Context, call.Key, task);

    private static void Write(InstructionContext context, Pubkey key, TaskState task) =>
        context.Overlay.Set(key, context.Overlay.Get(key) with { Content = task });

    private static InstructionError Refuse(InstructionContext context, TaskErrorCode code, string reason) =>
        context.Fail((uint)code, $"Error: {reason}");

    private static InstructionError? FindPotError(TaskCall call) => FindPotError(call, call.Accounts.Pot);

    private static InstructionError? FindPotError(TaskCall call, AccountMeta pot) =>
        pot.Key != call.Task.StakePot
            ? Refuse(call.Context, TaskErrorCode.WrongStakePot, $"{pot.Key} is not this task's stake pot")
            : pot.IsWritable ? null : new(InstructionErrorKind.ReadonlyLamportChange);

    /// <summary>One instruction on one task.</summary>
    /// <param name="Context">The instruction.</param>
    /// <param name="Accounts">Its accounts by what they are for.</param>
    /// <param name="Task">The task as it is.</param>
    /// <param name="Now">The round of the open slot.</param>
    private sealed record TaskCall(InstructionContext Context, TaskAccounts Accounts, TaskState Task, Round Now)
    {
        internal Pubkey Key => Accounts.Task.Key;

        internal Slot Slot => Context.Slot;
    }
}
