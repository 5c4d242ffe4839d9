using System.Diagnostics;
using Pond.Ledger.Programs;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Tasks;

internal sealed partial class TaskProgram
{
    private InstructionError? SetAllowlisted(TaskCall call, bool isAllowlisted)
    {
        var signer = call.Accounts.Actor.Key;
        return FindListError(call) ?? (ManagersOf(call.Context).Keys.Contains(signer)
            ? Done(call, call.Task with { IsAllowlisted = isAllowlisted }, "allowlist", ("value", isAllowlisted))
            : Refuse(call.Context, TaskErrorCode.NotAuthorized, $"{signer} is no manager of this network"));
    }

    private InstructionError? SetActive(TaskCall call, bool isActive)
    {
        var signer = call.Accounts.Actor.Key;
        return FindListError(call) ?? (signer == call.Task.Manager || ManagersOf(call.Context).Keys.Contains(signer)
            ? Done(call, call.Task with { IsActive = isActive }, "active", ("value", isActive))
            : Refuse(call.Context, TaskErrorCode.NotAuthorized, $"{signer} does not manage this task"));
    }

    private InstructionError? HandleManagers(InstructionContext context, TaskAccounts accounts, ManagerOperation operation)
    {
        if (accounts.Task.Key != ManagersKey)
        {
            return RefuseList(context, accounts.Task.Key);
        }

        if (!accounts.Task.IsWritable)
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        if (!accounts.Actor.IsSigner)
        {
            return new(InstructionErrorKind.MissingRequiredSignature);
        }

        var managers = ManagersOf(context);
        return operation switch
        {
            // The genesis has made the list. Were it not so, the first caller would own the network's allowlist.
            ManagerOperation.Init => genesis.TaskManagers.Contains(accounts.Actor.Key)
                ? Refuse(context, TaskErrorCode.AlreadyInitialized, "the list of managers exists since the genesis")
                : Refuse(context, TaskErrorCode.NotAuthorized, $"{accounts.Actor.Key} is no manager of this network"),
            ManagerOperation.Insert or ManagerOperation.Remove => ChangeManagers(context, accounts, managers, operation),
            _ => throw new UnreachableException($"No case for {operation}."),
        };
    }

    private static InstructionError? ChangeManagers(
        InstructionContext context, TaskAccounts accounts, ManagerList managers, ManagerOperation operation)
    {
        var (first, second, target) = (accounts.Actor, accounts.SecondActor!.Value, accounts.Other.Key);
        if (!second.IsSigner)
        {
            return new(InstructionErrorKind.MissingRequiredSignature);
        }

        // A network that began with one manager would never get a second one otherwise.
        var isAlone = managers.Keys.Length < ManagerList.MinManagers;
        if (!managers.Keys.Contains(first.Key) || !managers.Keys.Contains(second.Key) || (first.Key == second.Key && !isAlone))
        {
            return Refuse(context, TaskErrorCode.NotAuthorized, "two different managers of this network must sign");
        }

        var isInsert = operation is ManagerOperation.Insert;
        if (managers.Keys.Contains(target) == isInsert)
        {
            return null; // Clients repeat what they are not sure of.
        }

        if (managers.Keys.Length == (isInsert ? ManagerList.MaxManagers : ManagerList.MinManagers))
        {
            return Refuse(context, TaskErrorCode.ManagerLimit, $"a network has from {ManagerList.MinManagers} to {ManagerList.MaxManagers} managers");
        }

        var changed = new ManagerList(isInsert ? managers.Keys.Add(target) : managers.Keys.Remove(target));
        context.Overlay.Set(accounts.Task.Key, context.Overlay.Get(accounts.Task.Key) with { Content = changed });
        context.Message(TaskEvent.Write(isInsert ? "manager-insert" : "manager-remove", accounts.Task.Key, out _, ("manager", target)));
        return null;
    }

    // The genesis makes the account, and no instruction takes it away.
    private ManagerList ManagersOf(InstructionContext context) => (ManagerList)context.Overlay.Get(ManagersKey).Content;

    private InstructionError? FindListError(TaskCall call) =>
        call.Accounts.Managers is { } named && named.Key != ManagersKey ? RefuseList(call.Context, named.Key) : null;

    private static InstructionError RefuseList(InstructionContext context, Pubkey key) =>
        Refuse(context, TaskErrorCode.WrongManagerList, $"{key} is not the account with the network's managers");
}
