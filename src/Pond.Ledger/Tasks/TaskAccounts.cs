using System.Collections.Immutable;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tasks;

/// <summary>
/// The accounts of one instruction by what they are for. Clients differ in where they put sysvars and programs and whether they pass them at
/// all; what is left has one order for each instruction and program.
/// </summary>
internal sealed record TaskAccounts
{
    /// <summary>The task, or the list of managers where no task is meant.</summary>
    internal required AccountMeta Task { get; init; }

    /// <summary>Who asks for it: signs everything but a payout.</summary>
    internal AccountMeta Actor { get; init; }

    /// <summary>The task's pot.</summary>
    internal AccountMeta Pot { get; init; }

    /// <summary>The account that pays: the actor itself for lamports, its token account for tokens.</summary>
    internal AccountMeta Source { get; init; }

    /// <summary>Whom it is about: a candidate, a list's author, a claim's beneficiary, a manager to be added.</summary>
    internal AccountMeta Other { get; init; }

    /// <summary>The list of managers that the client names; null if it names none.</summary>
    internal AccountMeta? Managers { get; init; }

    /// <summary>The second manager who signs; null if there is none.</summary>
    internal AccountMeta? SecondActor { get; init; }

    /// <summary>Where an update moves the task.</summary>
    internal AccountMeta NewTask { get; init; }

    /// <summary>The pot there.</summary>
    internal AccountMeta NewPot { get; init; }

    /// <summary>Who signs for a vault.</summary>
    internal AccountMeta Authority { get; init; }

    /// <summary>Who signs for the new vault.</summary>
    internal AccountMeta NewAuthority { get; init; }

    /// <summary>The token.</summary>
    internal AccountMeta Mint { get; init; }

    /// <summary>What comes after the accounts that the instruction has a place for.</summary>
    internal ImmutableArray<AccountMeta> Rest { get; init; } = [];

    /// <summary>Sorts an instruction's accounts; null if there are too few.</summary>
    internal static TaskAccounts? Arrange(TaskInstruction instruction, TaskKind kind, ImmutableArray<AccountMeta> accounts)
    {
        var metas = accounts.Any(meta => IsSkipped(meta.Key)) ? [.. accounts.Where(meta => !IsSkipped(meta.Key))] : accounts;
        var isToken = kind is TaskKind.Token;
        var needed = Needed(instruction, isToken);
        if (metas.Length < needed)
        {
            return null;
        }

        AccountMeta? At(int index) => index < metas.Length ? metas[index] : null;
        var rest = metas[needed..];
        return instruction switch
        {
            TaskInstruction.CreateTask when isToken => new()
            {
                Actor = metas[0], Source = metas[1], Task = metas[2], Pot = metas[3], Authority = metas[4], Mint = metas[5], Rest = rest,
            },
            TaskInstruction.CreateTask => new() { Actor = metas[0], Source = metas[0], Task = metas[1], Pot = metas[2], Rest = rest },
            TaskInstruction.UpdateTask when isToken => new()
            {
                Actor = metas[0], Task = metas[1], Pot = metas[2], Authority = metas[3], NewTask = metas[4], NewPot = metas[5],
                NewAuthority = metas[6], Mint = metas[7], Rest = rest,
            },
            TaskInstruction.UpdateTask => new() { Actor = metas[0], Task = metas[1], Pot = metas[2], NewTask = metas[3], NewPot = metas[4], Rest = rest },
            TaskInstruction.DeleteTask when isToken => new()
            {
                Task = metas[0], Actor = metas[1], Pot = metas[2], Authority = metas[3], Managers = metas[4], Mint = metas[5], Rest = rest,
            },
            TaskInstruction.DeleteTask => new() { Task = metas[0], Actor = metas[1], Pot = metas[2], Managers = metas[4], Rest = rest },
            TaskInstruction.HandleManagerAccounts => new()
            {
                Task = metas[0], Actor = metas[1], SecondActor = At(2), Other = At(3) ?? default,
            },
            // This one call of the token program has its accounts in another order, and the task signs it.
            TaskInstruction.Whitelist when isToken => new() { Actor = metas[0], Managers = metas[1], Task = metas[2] },
            TaskInstruction.Whitelist or TaskInstruction.SetActive => new() { Task = metas[0], Actor = metas[1], Managers = At(2) },
            TaskInstruction.Stake or TaskInstruction.FundTask => isToken
                ? new() { Task = metas[0], Actor = metas[1], Source = metas[2], Pot = metas[3] }
                : new() { Task = metas[0], Actor = metas[1], Source = metas[1], Pot = metas[2] },
            TaskInstruction.ClaimReward => new()
            {
                Task = metas[0], Actor = metas[1], Pot = metas[2], Other = metas[3], Authority = isToken ? metas[4] : default,
            },
            TaskInstruction.Payout => new() { Task = metas[0] },
            _ => new() { Task = metas[0], Actor = metas[1], Other = At(2) ?? metas[1] },
        };
    }

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

    private static bool IsSkipped(Pubkey key) =>
        key == ProgramIds.Clock || key == ProgramIds.Rent || key == ProgramIds.System || key == ProgramIds.Token;
}
