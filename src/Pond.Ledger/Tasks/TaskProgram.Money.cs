using Pond.Ledger.Accounts;
using Pond.Ledger.Programs;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tasks;

internal sealed partial class TaskProgram
{
    private InstructionError? Fund(TaskCall call, Lamports amount)
    {
        if (call.Task.IsMigrated)
        {
            return RefuseMigrated(call);
        }

        if ((FindPotError(call) ?? FindPaymentError(call, amount) ?? MoveIn(call, amount)) is { } error)
        {
            return error;
        }

        return Done(
            call, call.Task with { Bounty = call.Task.Bounty + amount }, "fund", ("by", call.Accounts.Actor.Key), ("amount", amount));
    }

    private InstructionError? Stake(TaskCall call, TaskInstruction.Stake stake)
    {
        var (task, staker) = (call.Task, call.Accounts.Actor.Key);
        if (task.IsMigrated)
        {
            return RefuseMigrated(call);
        }

        if (!task.IsActive && task.StakeOf(staker) == Lamports.Zero)
        {
            return Refuse(call.Context, TaskErrorCode.TaskInactive, "the task is not active");
        }

        // Who stakes the minimum is always let in. Crumbs are welcome while there is room: they too make the account longer.
        if (!task.Stakes.ContainsKey(staker) && stake.Amount < task.Settings.MinimumStake
            && BaseSizeBytes + (StakerSizeBytes * ((ulong)task.Stakes.Count + 1)) > task.UsableBytes)
        {
            return Refuse(call.Context, TaskErrorCode.StateFull, $"the task's {task.SpaceBytes} bytes hold no more stakes below {task.Settings.MinimumStake.Value}");
        }

        if ((FindPotError(call) ?? FindPaymentError(call, stake.Amount) ?? MoveIn(call, stake.Amount)) is { } error)
        {
            return error;
        }

        var entry = task.Stakes.GetValueOrDefault(staker);
        task = task.WithStake(call.Now, staker, entry with { Amount = entry.Amount + stake.Amount });
        task = task with
        {
            Addresses = string.IsNullOrWhiteSpace(stake.Address)
                ? task.Addresses.Remove(staker)
                : task.Addresses.SetItem(staker, stake.Address),
        };
        return Done(call, task, "stake", ("by", staker), ("amount", stake.Amount), ("address", stake.Address));
    }

    private static InstructionError? Withdraw(TaskCall call, Pubkey staker)
    {
        var task = call.Task;
        if (!task.Stakes.TryGetValue(staker, out var entry))
        {
            return Refuse(call.Context, TaskErrorCode.NotStaked, "You must stake before withdraw");
        }

        if (task.IsActiveSince(call.Now, staker, entry) || entry.Bonds > Lamports.Zero || IsInOpenRound(task, staker))
        {
            return Refuse(call.Context, TaskErrorCode.StakeInUse, $"A staker with a live submission cannot withdraw; {staker} is free three rounds after its last one is paid");
        }

        task = task.WithStake(call.Now, staker, default).Credit(staker, entry.Amount);
        task = task with { Addresses = task.Addresses.Remove(staker) };
        return Done(call, task, "withdraw", ("by", staker), ("amount", entry.Amount));
    }

    // A round can stay unsettled for as long as nobody asks for it, but once its attempts are over anybody can settle it.
    private static bool IsInOpenRound(TaskState task, Pubkey staker) =>
        task.Rounds.Values.Any(state => state.Settlement is null && state.Submissions.ContainsKey(staker));

    private InstructionError? Claim(TaskCall call)
    {
        var (task, claimer) = (call.Task, call.Accounts.Actor.Key);
        if (FindPotError(call) is { } error)
        {
            return error;
        }

        if (!task.Available.TryGetValue(claimer, out var amount))
        {
            return Refuse(
                call.Context, TaskErrorCode.NothingToClaim, "The provided claimer account doesn't have any balance on task state");
        }

        var beneficiary = call.Accounts.Other;
        // A task or a pot as the beneficiary would swallow it: what they hold beyond their books belongs to nobody.
        if (!beneficiary.IsWritable || beneficiary.Key == task.StakePot || call.Context.Overlay.Get(beneficiary.Key).Content is PotContent or TaskState)
        {
            return new(InstructionErrorKind.ReadonlyLamportChange);
        }

        // The books first: at no moment does the pot owe what it no longer has.
        task = task with { Available = task.Available.Remove(claimer), TotalAvailable = task.TotalAvailable - amount };
        return Done(call, task, "claim", ("by", claimer), ("to", beneficiary.Key), ("amount", amount)) ?? MoveOut(call, beneficiary, amount);
    }

    private InstructionError? MoveIn(TaskCall call, Lamports amount)
    {
        if (kind is TaskKind.Token)
        {
            return TransferTokens(call.Context, call.Accounts.Source, call.Accounts.Pot, call.Accounts.Actor.Key, amount, signer: null);
        }

        call.Context.Overlay.Move(call.Accounts.Source.Key, call.Accounts.Pot.Key, amount);
        return null;
    }

    private InstructionError? MoveOut(TaskCall call, AccountMeta beneficiary, Lamports amount)
    {
        if (kind is TaskKind.Token)
        {
            var vault = call.Task.Vault!;
            return FindAuthorityError(call) ?? TransferTokens(call.Context, call.Accounts.Pot, beneficiary, vault.Authority, amount, vault);
        }

        call.Context.Overlay.Move(call.Accounts.Pot.Key, beneficiary.Key, amount);
        return null;
    }

    private InstructionError? FindPaymentError(TaskCall call, Lamports amount) =>
        amount == Lamports.Zero || call.Task.Owed + amount.Value > TaskInstruction.MaxNumber
            ? Refuse(call.Context, TaskErrorCode.InvalidAmount, $"an amount of {amount.Value} is zero or too large")
            : FindDebitError(call.Context, call.Accounts.Source, amount);

    private InstructionError? FindDebitError(InstructionContext context, AccountMeta payer, Lamports amount) =>
        // The token program says itself what is wrong with a transfer.
        kind is TaskKind.Token || CanDebit(context, payer, amount)
            ? null
            : Refuse(context, TaskErrorCode.CannotPay, $"{payer.Key} can't pay {amount.Value} lamports");

    // Staking wallets and funders belong to this program; a creator's wallet belongs to the System program and signs for it, as
    // in a transfer. A task's own account and a pot hold no plain bytes, so they are never among them.
    private static bool CanDebit(InstructionContext context, AccountMeta payer, Lamports amount)
    {
        var account = context.Overlay.Get(payer.Key);
        var isOurs = account.Owner == ProgramIds.Task && account.Content is (BytesContent or AuthorContent);
        var isWallet = account.Owner.IsZero && account.Content.IsEmpty;
        return payer is { IsSigner: true, IsWritable: true } && (isOurs || isWallet) && account.Lamports >= amount;
    }

    private static InstructionError RefuseMigrated(TaskCall call) =>
        Refuse(call.Context, TaskErrorCode.TaskMigrated, $"the task has moved to {call.Task.MigratedTo}");
}
