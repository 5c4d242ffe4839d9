using Pond.Ledger.Accounts;
using Pond.Ledger.Programs;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tasks;

internal sealed partial class TaskProgram
{
    private const ulong MaxFailedDistributions = 255;

    private InstructionError? Create(InstructionContext context, TaskAccounts accounts, TaskInstruction.CreateTask settings)
    {
        if (FindNewAccountError(context, accounts.Actor, accounts.Task, accounts.Pot, out var spaceBytes) is { } error)
        {
            return error;
        }

        var vault = NewVault(accounts.Pot.Key, accounts.Mint.Key, settings);
        var task = NewTask(genesis, context.Slot, accounts.Actor.Key, accounts.Pot.Key, vault, spaceBytes, settings) with
        {
            KoiiVariables = kind is TaskKind.Koii && !accounts.Rest.IsEmpty ? accounts.Rest[0].Key.ToString() : string.Empty,
        };
        if (FindParameterFault(task, isUpdate: false) is { } fault)
        {
            return Refuse(context, TaskErrorCode.InvalidParameters, fault);
        }

        if (OpenPot(context, accounts, accounts.Task.Key, accounts.Pot, accounts.Authority, vault, settings.TotalBounty) is { } potError)
        {
            return potError;
        }

        if (kind is TaskKind.Token && settings.TotalBounty > Lamports.Zero
            && TransferTokens(context, accounts.Source, accounts.Pot, accounts.Actor.Key, settings.TotalBounty, signer: null) is { } transferError)
        {
            return transferError;
        }

        if (kind is TaskKind.Koii)
        {
            context.Overlay.Move(accounts.Actor.Key, accounts.Pot.Key, settings.TotalBounty);
        }

        Write(context, accounts.Task.Key, NoteCreation(context, accounts.Task.Key, task));
        return null;
    }

    private InstructionError? Update(TaskCall call, TaskInstruction.CreateTask settings)
    {
        var (context, accounts, old) = (call.Context, call.Accounts, call.Task);
        if (accounts.Actor.Key != old.Manager)
        {
            return Refuse(context, TaskErrorCode.NotAuthorized, $"{accounts.Actor.Key} does not manage this task");
        }

        if (old.IsMigrated)
        {
            return RefuseMigrated(call);
        }

        if (FindPotError(call) is { } oldPotError)
        {
            return oldPotError;
        }

        if (FindNewAccountError(context, accounts.Actor, accounts.NewTask, accounts.NewPot, out var spaceBytes) is { } error)
        {
            return error;
        }

        if (old.Vault is { } oldVault && accounts.Mint.Key != oldVault.Mint)
        {
            return Refuse(context, TaskErrorCode.WrongTokenAccount, $"the task pays in {oldVault.Mint}, not in {accounts.Mint.Key}");
        }

        // What the open rounds may still cost stays where their submitters will claim it.
        var open = (ulong)old.Rounds.Values.Count(state => state.Settlement is null);
        var kept = new Lamports((ulong)UInt128.Min(old.Bounty.Value, (UInt128)open * old.Settings.BountyPerRound.Value));
        var moved = old.Bounty - kept;
        var vault = NewVault(accounts.NewPot.Key, accounts.Mint.Key, settings);
        var task = NewTask(genesis, context.Slot, old.Manager, accounts.NewPot.Key, vault, spaceBytes, settings with { TotalBounty = moved }) with
        {
            KoiiVariables = old.KoiiVariables,
            MigratedFrom = call.Key,
        };
        if (FindParameterFault(task, isUpdate: true) is { } fault)
        {
            return Refuse(context, TaskErrorCode.InvalidParameters, fault);
        }

        if (OpenPot(context, accounts, accounts.NewTask.Key, accounts.NewPot, accounts.NewAuthority, vault, Lamports.Zero) is { } openError)
        {
            return openError;
        }

        Write(call, Note(
            call,
            old with { MigratedTo = accounts.NewTask.Key, Bounty = kept },
            "migrate",
            ("to", accounts.NewTask.Key),
            ("moved", moved),
            ("kept", kept)));
        if (MoveOut(call, accounts.NewPot, moved) is { } moveError)
        {
            return moveError;
        }

        Write(context, accounts.NewTask.Key, NoteCreation(context, accounts.NewTask.Key, task));
        return null;
    }

    private InstructionError? FindNewAccountError(
        InstructionContext context, AccountMeta payer, AccountMeta account, AccountMeta pot, out ulong spaceBytes)
    {
        spaceBytes = 0;
        if (!payer.IsSigner || !account.IsSigner)
        {
            return new(InstructionErrorKind.MissingRequiredSignature);
        }

        if (!payer.IsWritable || !account.IsWritable || !pot.IsWritable)
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        var stored = context.Overlay.Get(account.Key);
        if (stored.Owner != Id)
        {
            return new(InstructionErrorKind.InvalidAccountOwner);
        }

        if (stored.Content is not BytesContent { IsEmpty: false, IsAllZero: true } space)
        {
            return Refuse(context, TaskErrorCode.AlreadyInitialized, $"{account.Key} holds data already");
        }

        spaceBytes = space.SizeBytes;
        return null;
    }

    /// <summary>Makes a pot the program's, with its rent; what the payer must have besides is asked for here and moved later.</summary>
    private InstructionError? OpenPot(
        InstructionContext context, TaskAccounts accounts, Pubkey task, AccountMeta pot, AccountMeta authority, TokenVault? vault, Lamports bounty)
    {
        if (vault is not null)
        {
            return OpenVault(context, accounts, pot, authority, vault);
        }

        var account = context.Overlay.Get(pot.Key);
        if (!ProgramAddress.IsStakePot(pot.Key) || pot.IsSigner || !account.Owner.IsZero || !account.Content.IsEmpty)
        {
            return Refuse(context, TaskErrorCode.WrongStakePot, $"{pot.Key} is no unused stake pot address");
        }

        // Clients add a thousandth of a KOII to the pot only in a later instruction, and an update does not at all.
        var rent = Rent.MinimumFor(0) - Lamports.Min(Rent.MinimumFor(0), account.Lamports);
        if (FindDebitError(context, accounts.Actor, bounty + rent) is { } error)
        {
            return error;
        }

        context.Overlay.Set(pot.Key, account with { Owner = ProgramIds.Task, Content = new PotContent(task) });
        context.Overlay.Move(accounts.Actor.Key, pot.Key, rent);
        return null;
    }

    /// <summary>A new task's state: inactive, not listed, nothing staked.</summary>
    internal static TaskState NewTask(
        Genesis genesis, Slot slot, Pubkey manager, Pubkey pot, TokenVault? vault, ulong spaceBytes, TaskInstruction.CreateTask settings) => new()
        {
            Settings = settings,
            Variables = TaskVariables.Parse(settings.Variables, genesis.Rules),
            Windows = new(slot, settings.RoundTime, settings.SubmissionWindow, settings.AuditWindow, (ulong)genesis.BeaconDelaySlots),
            Manager = manager,
            StakePot = pot,
            Vault = vault,
            SpaceBytes = spaceBytes,
            Bounty = settings.TotalBounty,
        };

    private TaskState NoteCreation(InstructionContext context, Pubkey key, TaskState task) => Note(
        context,
        key,
        task,
        "create",
        ("manager", task.Manager),
        ("pot", task.StakePot),
        ("from", task.MigratedFrom?.ToString() ?? string.Empty),
        ("token", task.Vault?.Mint.ToString() ?? string.Empty),
        ("koiiVars", task.KoiiVariables),
        ("space", task.SpaceBytes),
        ("settings", Convert.ToHexStringLower(task.Settings.Encode(kind))));

    /// <summary>What is wrong with a task's settings; null if nothing is.</summary>
    internal static string? FindParameterFault(TaskState task, bool isUpdate)
    {
        var settings = task.Settings;
        if (settings.SubmissionWindow < 1 || settings.AuditWindow < 1
            || settings.RoundTime < settings.SubmissionWindow + settings.AuditWindow)
        {
            return "round_time must be at least audit_window + submission_window, and both at least 1";
        }

        // An update takes what is left, which may be little.
        if (!isUpdate && settings.BountyPerRound > settings.TotalBounty)
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

        if (task.Vault is { } vault && vault.Seed != ProgramAddress.VaultSeed(task.StakePot))
        {
            return "the vault's seed is not SHA-256 of its address";
        }

        var image = (ulong)task.RenderAll().Length;
        return image > task.SpaceBytes ? $"the account has {task.SpaceBytes} bytes; the task needs {image} at once" : null;
    }

    private TokenVault? NewVault(Pubkey pot, Pubkey mint, TaskInstruction.CreateTask settings)
    {
        if (kind is TaskKind.Koii)
        {
            return null;
        }

        var (authority, bump) = ProgramAddress.VaultAuthority(pot);
        return new(mint, settings.PotSeed!.Value, bump, authority);
    }
}
