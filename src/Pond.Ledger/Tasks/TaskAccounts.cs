using System.Collections.Immutable;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tasks;

/// <summary>
/// The accounts of one instruction by what they are for. Clients differ in where they put sysvars and programs and whether they pass them at
/// all; what is left has one order for each instruction and program.
/// </summary>
internal sealed class TaskAccounts
{
    private const sbyte None = -1;

    private readonly ImmutableArray<AccountMeta> _metas;
    private readonly int _needed;

    private TaskAccounts(ImmutableArray<AccountMeta> metas, int needed) => (_metas, _needed) = (metas, needed);

    /// <summary>The task, or the list of managers where no task is meant.</summary>
    internal AccountMeta Task => Get(TaskAt);

    /// <summary>Who asks for it: signs everything but a payout.</summary>
    internal AccountMeta Actor => Get(ActorAt);

    /// <summary>The task's pot.</summary>
    internal AccountMeta Pot => Get(PotAt);

    /// <summary>The account that pays: the actor itself for lamports, its token account for tokens.</summary>
    internal AccountMeta Source => Get(SourceAt);

    /// <summary>Whom it is about: a candidate, a list's author, a claim's beneficiary, a manager to be added.</summary>
    internal AccountMeta Other => Get(OtherAt);

    /// <summary>The list of managers that the client names; null if it names none.</summary>
    internal AccountMeta? Managers => Find(ManagersAt);

    /// <summary>The second manager who signs; null if there is none.</summary>
    internal AccountMeta? SecondActor => Find(SecondActorAt);

    /// <summary>Where an update moves the task.</summary>
    internal AccountMeta NewTask => Get(NewTaskAt);

    /// <summary>The pot there.</summary>
    internal AccountMeta NewPot => Get(NewPotAt);

    /// <summary>Who signs for a vault.</summary>
    internal AccountMeta Authority => Get(AuthorityAt);

    /// <summary>Who signs for the new vault.</summary>
    internal AccountMeta NewAuthority => Get(NewAuthorityAt);

    /// <summary>The token.</summary>
    internal AccountMeta Mint => Get(MintAt);

    /// <summary>What comes after the accounts that the instruction has a place for.</summary>
    internal ImmutableArray<AccountMeta> Rest => _metas[_needed..];

    private sbyte TaskAt { get; init; }

    private sbyte ActorAt { get; init; } = None;

    private sbyte PotAt { get; init; } = None;

    private sbyte SourceAt { get; init; } = None;

    private sbyte OtherAt { get; init; } = None;

    private sbyte ManagersAt { get; init; } = None;

    private sbyte SecondActorAt { get; init; } = None;

    private sbyte NewTaskAt { get; init; } = None;

    private sbyte NewPotAt { get; init; } = None;

    private sbyte AuthorityAt { get; init; } = None;

    private sbyte NewAuthorityAt { get; init; } = None;

    private sbyte MintAt { get; init; } = None;

    /// <summary>Sorts an instruction's accounts; null if there are too few.</summary>
    internal static TaskAccounts? Arrange(TaskInstruction instruction, TaskKind kind, ImmutableArray<AccountMeta> accounts)
    {
        var metas = WithoutSkipped(accounts);
        var isToken = kind is TaskKind.Token;
        var needed = Needed(instruction, isToken);
        if (metas.Length < needed)
        {
            return null;
        }

        return instruction switch
        {
            TaskInstruction.CreateTask when isToken => new(metas, needed)
            {
                ActorAt = 0, SourceAt = 1, TaskAt = 2, PotAt = 3, AuthorityAt = 4, MintAt = 5,
            },
            TaskInstruction.CreateTask => new(metas, needed) { ActorAt = 0, SourceAt = 0, TaskAt = 1, PotAt = 2 },
            TaskInstruction.UpdateTask when isToken => new(metas, needed)
            {
                ActorAt = 0, TaskAt = 1, PotAt = 2, AuthorityAt = 3, NewTaskAt = 4, NewPotAt = 5, NewAuthorityAt = 6, MintAt = 7,
            },
            TaskInstruction.UpdateTask => new(metas, needed) { ActorAt = 0, TaskAt = 1, PotAt = 2, NewTaskAt = 3, NewPotAt = 4 },
            TaskInstruction.DeleteTask when isToken => new(metas, needed)
            {
                TaskAt = 0, ActorAt = 1, PotAt = 2, AuthorityAt = 3, ManagersAt = 4, MintAt = 5,
            },
            TaskInstruction.DeleteTask => new(metas, needed) { TaskAt = 0, ActorAt = 1, PotAt = 2, ManagersAt = 4 },
            TaskInstruction.HandleManagerAccounts => new(metas, needed) { TaskAt = 0, ActorAt = 1, SecondActorAt = 2, OtherAt = 3 },
            // This one call of the token program has its accounts in another order, and the task signs it.
            TaskInstruction.Whitelist when isToken => new(metas, needed) { ActorAt = 0, ManagersAt = 1, TaskAt = 2 },
            TaskInstruction.Whitelist or TaskInstruction.SetActive => new(metas, needed) { TaskAt = 0, ActorAt = 1, ManagersAt = 2 },
            TaskInstruction.Stake or TaskInstruction.FundTask => isToken
                ? new(metas, needed) { TaskAt = 0, ActorAt = 1, SourceAt = 2, PotAt = 3 }
                : new(metas, needed) { TaskAt = 0, ActorAt = 1, SourceAt = 1, PotAt = 2 },
            TaskInstruction.ClaimReward => new(metas, needed)
            {
                TaskAt = 0, ActorAt = 1, PotAt = 2, OtherAt = 3, AuthorityAt = isToken ? (sbyte)4 : None,
            },
            TaskInstruction.Payout => new(metas, needed) { TaskAt = 0 },
            _ => new(metas, needed) { TaskAt = 0, ActorAt = 1, OtherAt = metas.Length > 2 ? (sbyte)2 : (sbyte)1 },
        };
    }

    private AccountMeta Get(sbyte place) => Find(place) ?? default;

    private AccountMeta? Find(sbyte place) => place >= 0 && place < _metas.Length ? _metas[place] : null;

    private static int Needed(TaskInstruction instruction, bool isToken) => instruction switch
    {
        TaskInstruction.Payout => 1,
        TaskInstruction.AuditSubmissions or TaskInstruction.AuditDistribution => 3,
        TaskInstruction.HandleManagerAccounts handle => handle.Operation is ManagerOperation.Init ? 2 : 4,
        TaskInstruction.CreateTask => isToken ? 6 : 3,
        TaskInstruction.UpdateTask => isToken ? 8 : 5,
        TaskInstruction.DeleteTask => isToken ? 6 : 5,
        TaskInstruction.ClaimReward => isToken ? 5 : 4,
        TaskInstruction.Stake or TaskInstruction.FundTask => isToken ? 4 : 3,
        TaskInstruction.Whitelist when isToken => 3,
        _ => 2,
    };

    private static ImmutableArray<AccountMeta> WithoutSkipped(ImmutableArray<AccountMeta> accounts)
    {
        var kept = 0;
        foreach (ref readonly var meta in accounts.AsSpan())
        {
            kept += IsSkipped(meta.Key) ? 0 : 1;
        }

        if (kept == accounts.Length)
        {
            return accounts;
        }

        var metas = ImmutableArray.CreateBuilder<AccountMeta>(kept);
        foreach (ref readonly var meta in accounts.AsSpan())
        {
            if (!IsSkipped(meta.Key))
            {
                metas.Add(meta);
            }
        }

        return metas.MoveToImmutable();
    }

    private static bool IsSkipped(Pubkey key) =>
        key == ProgramIds.Clock || key == ProgramIds.Rent || key == ProgramIds.System || key == ProgramIds.Token;
}
