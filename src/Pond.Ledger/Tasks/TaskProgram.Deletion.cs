using Pond.Ledger.Accounts;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <content>The end of a task.</content>
internal sealed partial class TaskProgram
{
    private InstructionError? Delete(TaskCall call)
    {
        var (context, task) = (call.Context, call.Task);
        var managers = ManagersOf(context).Keys;
        // One manager can't do it alone; the second one's place is anywhere among the accounts.
        var signing = context.Accounts.Where(meta => meta.IsSigner && managers.Contains(meta.Key)).Select(meta => meta.Key).Distinct().Count();
        if (FindListError(call) is { } listError)
        {
            return listError;
        }

        if (call.Accounts.Actor.Key != task.Manager && signing < ManagerList.MinManagers)
        {
            return Refuse(context, TaskErrorCode.NotAuthorized, "only the task's manager, or two of the network's, can delete a task");
        }

        if (FindPotError(call) is { } potError)
        {
            return potError;
        }

        if (FindReasonToKeep(call) is { } reason)
        {
            return Refuse(context, TaskErrorCode.TaskInUse, reason);
        }

        if (!context.IsWritable(task.Manager))
        {
            return Refuse(context, TaskErrorCode.CannotPay, $"what is left goes to {task.Manager}, which must be a writable account of the instruction");
        }

        foreach (var (round, state) in task.Rounds)
        {
            Hide(context, call.Key, round, state);
        }

        context.Overlay.Move(call.Key, task.Manager, context.Overlay.Get(call.Key).Lamports);
        context.Overlay.Set(call.Key, StoredAccount.Unused);
        _ = Note(call, task, "delete", ("bounty", task.Bounty), ("to", task.Manager));
        return ClosePot(call);
    }

    private static string? FindReasonToKeep(TaskCall call)
    {
        var task = call.Task;
        return call.Key == ProgramIds.DummyTask ? "the dummy task is the network's"
            : task.IsActive || task.IsAllowlisted ? "the task is active or listed"
            : task.TotalStake > Lamports.Zero ? $"{task.TotalStake.Value} are staked"
            : task.TotalAvailable > Lamports.Zero || task.TotalPromised > Lamports.Zero ? "not everybody has claimed"
            : task.Rounds.Any(pair => !pair.Value.IsDone) ? "not every round is settled"
            : null;
    }

    private InstructionError? ClosePot(TaskCall call)
    {
        if (kind is TaskKind.Token)
        {
            return CloseVault(call);
        }

        var (overlay, pot) = (call.Context.Overlay, call.Task.StakePot);
        overlay.Move(pot, call.Task.Manager, overlay.Get(pot).Lamports);
        overlay.Set(pot, StoredAccount.Unused);
        return null;
    }
}
