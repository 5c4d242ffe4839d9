using System.Collections.Immutable;
using Pond.Ledger.Accounts;
using Pond.Ledger.Consensus;
using Pond.Ledger.Programs;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tasks;

/// <summary>The native KOII task program. docs/protocol/tasks.md lists each instruction's checks in the order they are made here.</summary>
internal sealed partial class TaskProgram(Genesis genesis, BeaconHistory beacons) : IProgram
{
    private const ulong MaxFailedDistributions = 255;

    public Pubkey Id => ProgramIds.Task;

    public string Name => "koii_task_program";

    public ulong Units => 2_000;

    public bool IsLogged => true;

    public InstructionError? Execute(InstructionContext context)
    {
        if (!TaskInstruction.TryParse(context.Data.AsSpan(), out var instruction))
        {
            return context.Fail(InstructionErrorKind.InvalidInstructionData, "Error: invalid instruction");
        }

        // Clients differ in where they put the sysvars and whether they pass them at all; what is left has one order.
        ImmutableArray<AccountMeta> accounts =
            [.. context.Accounts.Where(meta => meta.Key != ProgramIds.Clock && meta.Key != ProgramIds.Rent && meta.Key != ProgramIds.System)];
        if (accounts.Length < AccountsNeeded(instruction))
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        if (instruction is TaskInstruction.CreateTask create)
        {
            return Create(context, accounts[0], accounts[1], accounts[2], create);
        }

        var key = accounts[0].Key;
        if (context.Overlay.Get(key).Content is not TaskState task)
        {
            return Refuse(context, TaskErrorCode.NotATask, $"{key} is no task");
        }

        // Uploads name the task read-only: to Koii's program the parts lie in the author's account.
        if (!accounts[0].IsWritable && instruction is not TaskInstruction.UploadDistributionList)
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        if (instruction is not TaskInstruction.Payout && !accounts[1].IsSigner)
        {
            return new(InstructionErrorKind.MissingRequiredSignature);
        }

        var call = new TaskCall(context, key, task, task.Windows.RoundAt(context.Slot));
        return instruction switch
        {
            TaskInstruction.SubmitTask submit => Submit(call, accounts[1].Key, submit),
            TaskInstruction.AuditSubmissions audit => Audit(call, accounts[1].Key, accounts[2].Key, audit),
            TaskInstruction.AuditDistribution audit => AuditList(call, accounts[1].Key, accounts[2].Key, audit),
            TaskInstruction.Payout payout => Payout(call, payout.Round),
            TaskInstruction.Whitelist whitelist => SetAllowlisted(call, accounts[1].Key, whitelist.IsAllowlisted),
            TaskInstruction.SetActive active => SetActive(call, accounts[1].Key, active.IsActive),
            TaskInstruction.ClaimReward => Claim(call, accounts[1].Key, accounts[2], accounts[3]),
            TaskInstruction.FundTask fund => Fund(call, accounts[1], accounts[2], fund.Amount),
            TaskInstruction.Stake stake => Stake(call, accounts[1], accounts[2], stake),
            TaskInstruction.Withdraw => Withdraw(call, accounts[1].Key),
            TaskInstruction.UploadDistributionList upload => Upload(call, accounts[1].Key, upload),
            TaskInstruction.SubmitDistributionList list => SubmitList(call, accounts, list.Round),
            _ => throw new System.Diagnostics.UnreachableException($"No case for {instruction}."),
        };
    }

    private static int AccountsNeeded(TaskInstruction instruction) => instruction switch
    {
        TaskInstruction.ClaimReward => 4,
        TaskInstruction.CreateTask or TaskInstruction.FundTask or TaskInstruction.Stake
            or TaskInstruction.AuditSubmissions or TaskInstruction.AuditDistribution => 3,
        TaskInstruction.Payout => 1,
        _ => 2,
    };

    private InstructionError? Create(
        InstructionContext context, AccountMeta payer, AccountMeta account, AccountMeta pot, TaskInstruction.CreateTask settings)
    {
        if (!payer.IsSigner || !account.IsSigner)
        {
            return new(InstructionErrorKind.MissingRequiredSignature);
        }

        if (!payer.IsWritable || !account.IsWritable || !pot.IsWritable)
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        var stored = context.Overlay.Get(account.Key);
        if (stored.Owner != ProgramIds.Task)
        {
            return new(InstructionErrorKind.InvalidAccountOwner);
        }

        if (stored.Content is not BytesContent { IsEmpty: false, IsAllZero: true } space)
        {
            return Refuse(context, TaskErrorCode.AlreadyInitialized, $"{account.Key} holds data already");
        }

        var task = NewTask(genesis, context.Slot, payer.Key, pot.Key, space.SizeBytes, settings);
        if (FindParameterFault(task) is { } fault)
        {
            return Refuse(context, TaskErrorCode.InvalidParameters, fault);
        }

        var potAccount = context.Overlay.Get(pot.Key);
        if (!ProgramAddress.IsStakePot(pot.Key) || pot.IsSigner || !potAccount.Owner.IsZero || !potAccount.Content.IsEmpty)
        {
            return Refuse(context, TaskErrorCode.WrongStakePot, $"{pot.Key} is no unused stake pot address");
        }

        // Clients add a thousandth of a KOII to the pot only in a later instruction, and an update does not at all.
        var rent = Rent.MinimumFor(0) - Lamports.Min(Rent.MinimumFor(0), potAccount.Lamports);
        if (!CanDebit(context, payer, settings.TotalBounty + rent))
        {
            return Refuse(context, TaskErrorCode.CannotPay, $"{payer.Key} can't pay {(settings.TotalBounty + rent).Value} lamports");
        }

        context.Overlay.Set(pot.Key, potAccount with { Owner = ProgramIds.Task, Content = new PotContent(account.Key) });
        context.Overlay.Move(payer.Key, pot.Key, settings.TotalBounty + rent);
        var call = new TaskCall(context, account.Key, task, default);
        return Done(call, task, "create", ("manager", payer.Key), ("pot", pot.Key), ("settings", Convert.ToHexStringLower(settings.Encode())));
    }

    /// <summary>A new task's state: inactive, not listed, nothing staked.</summary>
    internal static TaskState NewTask(
        Genesis genesis, Slot slot, Pubkey manager, Pubkey pot, ulong spaceBytes, TaskInstruction.CreateTask settings) => new()
        {
            Settings = settings,
            Variables = TaskVariables.Parse(settings.Variables),
            Windows = new(slot, settings.RoundTime, settings.SubmissionWindow, settings.AuditWindow, (ulong)genesis.BeaconDelaySlots),
            Manager = manager,
            StakePot = pot,
            SpaceBytes = spaceBytes,
            Bounty = settings.TotalBounty,
        };

    private static string? FindParameterFault(TaskState task)
    {
        var settings = task.Settings;
        if (settings.SubmissionWindow < 1 || settings.AuditWindow < 1
            || settings.RoundTime < settings.SubmissionWindow + settings.AuditWindow)
        {
            return "round_time must be at least audit_window + submission_window, and both at least 1";
        }

        if (settings.BountyPerRound > settings.TotalBounty)
        {
            return "bounty_amount_per_round must not be above total_bounty_amount";
        }

        if (settings.AllowedFailedDistributions > MaxFailedDistributions)
        {
            return $"allowed_failed_distributions must be at most {MaxFailedDistributions}";
        }

        if (task.Class is not TaskClass.Legacy && settings.MinimumStake == Lamports.Zero)
        {
            return "a task with class=A or class=C needs a minimum_stake_amount, or its audits cost nothing to disturb";
        }

        if (task.Class is not TaskClass.Legacy && !task.Windows.HaveRoomForAudits)
        {
            return $"the audits don't fit: round_time - submission_window must be at least {2 * (task.Windows.BeaconDelay + 2)} and audit_window at least {task.Windows.BeaconDelay + 2} slots";
        }

        var image = (ulong)TaskImage.Render(task, TaskImageParts.All).Length;
        return image > task.SpaceBytes ? $"the account has {task.SpaceBytes} bytes; the task needs {image} at once" : null;
    }

    private InstructionError? SetAllowlisted(TaskCall call, Pubkey signer, bool isAllowlisted) =>
        genesis.TaskManagers.Contains(signer)
            ? Done(call, call.Task with { IsAllowlisted = isAllowlisted }, "allowlist", ("value", isAllowlisted))
            : Refuse(call.Context, TaskErrorCode.NotAuthorized, $"{signer} is no manager of this network");

    private InstructionError? SetActive(TaskCall call, Pubkey signer, bool isActive) =>
        signer == call.Task.Manager || genesis.TaskManagers.Contains(signer)
            ? Done(call, call.Task with { IsActive = isActive }, "active", ("value", isActive))
            : Refuse(call.Context, TaskErrorCode.NotAuthorized, $"{signer} does not manage this task");

    private static InstructionError? Fund(TaskCall call, AccountMeta funder, AccountMeta pot, Lamports amount) =>
        FindPotError(call, pot) ?? FindPaymentError(call, funder, amount)
        ?? MoveAndDone(
            call, funder.Key, pot.Key, amount, call.Task with { Bounty = call.Task.Bounty + amount }, "fund", ("by", funder.Key), ("amount", amount));

    private static InstructionError? Stake(TaskCall call, AccountMeta staker, AccountMeta pot, TaskInstruction.Stake stake)
    {
        var task = call.Task;
        if (!task.IsActive && task.StakeOf(staker.Key) == Lamports.Zero)
        {
            return Refuse(call.Context, TaskErrorCode.TaskInactive, "the task is not active");
        }

        if ((FindPotError(call, pot) ?? FindPaymentError(call, staker, stake.Amount)) is { } error)
        {
            return error;
        }

        var entry = task.Stakes.GetValueOrDefault(staker.Key);
        task = task.WithStake(call.Now, staker.Key, entry with { Amount = entry.Amount + stake.Amount });
        task = task with
        {
            Addresses = string.IsNullOrWhiteSpace(stake.Address)
                ? task.Addresses.Remove(staker.Key)
                : task.Addresses.SetItem(staker.Key, stake.Address),
        };
        return MoveAndDone(
            call, staker.Key, pot.Key, stake.Amount, task, "stake", ("by", staker.Key), ("amount", stake.Amount), ("address", stake.Address));
    }

    private static InstructionError? Withdraw(TaskCall call, Pubkey staker)
    {
        var task = call.Task;
        if (!task.Stakes.TryGetValue(staker, out var entry))
        {
            return Refuse(call.Context, TaskErrorCode.NotStaked, "You must stake before withdraw");
        }

        var isRecent = entry.LastRound is { } last && last + 3 >= call.Now;
        if (isRecent || entry.Bonds > Lamports.Zero || IsInOpenRound(task, staker))
        {
            return Refuse(call.Context, TaskErrorCode.StakeInUse, $"A staker with a live submission cannot withdraw; {staker} is free three rounds after its last one is paid");
        }

        task = task.WithStake(call.Now, staker, default).Credit(staker, entry.Amount);
        task = task with { Addresses = task.Addresses.Remove(staker) };
        return Done(call, task, "withdraw", ("by", staker), ("amount", entry.Amount));
    }

    // A round can stay unsettled for as long as nobody asks for it, but not longer than it is retained.
    private static bool IsInOpenRound(TaskState task, Pubkey staker) =>
        task.Rounds.Values.Any(state => state.Settlement is null && state.Submissions.ContainsKey(staker));

    private static InstructionError? Claim(TaskCall call, Pubkey claimer, AccountMeta pot, AccountMeta beneficiary)
    {
        var task = call.Task;
        if (FindPotError(call, pot) is { } error)
        {
            return error;
        }

        if (!task.Available.TryGetValue(claimer, out var amount))
        {
            return Refuse(
                call.Context, TaskErrorCode.NothingToClaim, "The provided claimer account doesn't have any balance on task state");
        }

        if (!beneficiary.IsWritable || beneficiary.Key == pot.Key)
        {
            return new(InstructionErrorKind.ReadonlyLamportChange);
        }

        task = task with { Available = task.Available.Remove(claimer), TotalAvailable = task.TotalAvailable - amount };
        return MoveAndDone(call, pot.Key, beneficiary.Key, amount, task, "claim", ("by", claimer), ("to", beneficiary.Key), ("amount", amount));
    }

    private static InstructionError? FindPotError(TaskCall call, AccountMeta pot) =>
        pot.Key != call.Task.StakePot
            ? Refuse(call.Context, TaskErrorCode.WrongStakePot, $"{pot.Key} is not this task's stake pot")
            : pot.IsWritable ? null : new(InstructionErrorKind.ReadonlyLamportChange);

    private static InstructionError? FindPaymentError(TaskCall call, AccountMeta payer, Lamports amount) =>
        amount == Lamports.Zero || (UInt128)amount.Value + call.Context.Overlay.Get(call.Task.StakePot).Lamports.Value > TaskInstruction.MaxNumber
            ? Refuse(call.Context, TaskErrorCode.InvalidAmount, $"an amount of {amount.Value} lamports is zero or too large")
            : CanDebit(call.Context, payer, amount)
                ? null
                : Refuse(call.Context, TaskErrorCode.CannotPay, $"{payer.Key} can't pay {amount.Value} lamports");

    // Staking wallets and funders belong to this program; a creator's wallet belongs to the System program and signs for it, as
    // in a transfer. A task's own account and a pot hold no plain bytes, so they are never among them.
    private static bool CanDebit(InstructionContext context, AccountMeta payer, Lamports amount)
    {
        var account = context.Overlay.Get(payer.Key);
        var isOurs = account.Owner == ProgramIds.Task && account.Content is BytesContent;
        var isWallet = account.Owner.IsZero && account.Content.IsEmpty;
        return payer is { IsSigner: true, IsWritable: true } && (isOurs || isWallet) && account.Lamports >= amount;
    }

    private static InstructionError? MoveAndDone(
        TaskCall call, Pubkey from, Pubkey to, Lamports amount, TaskState task, string kind, params (string Name, object Value)[] fields)
    {
        call.Context.Overlay.Move(from, to, amount);
        return Done(call, task, kind, fields);
    }

    /// <summary>Writes the task back, with the event that says what happened.</summary>
    private static InstructionError? Done(TaskCall call, TaskState task, string kind, params (string Name, object Value)[] fields)
    {
        var text = TaskEvent.Write(kind, call.Key, fields);
        call.Context.Log("TaskEvent:" + text);
        var account = call.Context.Overlay.Get(call.Key);
        call.Context.Overlay.Set(call.Key, account with { Content = task.Record(text) });
        return null;
    }

    private static InstructionError Refuse(InstructionContext context, TaskErrorCode code, string reason) =>
        context.Fail((uint)code, $"Error: {reason}");

    /// <summary>One instruction on one task.</summary>
    /// <param name="Context">The instruction.</param>
    /// <param name="Key">The task.</param>
    /// <param name="Task">The task as it is.</param>
    /// <param name="Now">The round of the open slot.</param>
    private sealed record TaskCall(InstructionContext Context, Pubkey Key, TaskState Task, Round Now)
    {
        internal Slot Slot => Context.Slot;
    }
}
