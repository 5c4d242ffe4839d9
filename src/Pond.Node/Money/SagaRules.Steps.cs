using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Node.Money;

/// <content>What each step looks at before it is signed, and what it is made of.</content>
public static partial class SagaRules
{
    private static SagaMove Plan(Saga saga, SagaStep step, MoneyFacts facts) => step.Kind switch
    {
        SagaStepKind.Transfer => Transfer(saga, step, facts),
        SagaStepKind.Stake => Stake(saga, step, facts),
        SagaStepKind.Leave => Leave(saga, step, facts),
        SagaStepKind.Claim => Claim(saga, step, facts),
        SagaStepKind.Restake => Restake(saga, step, facts),
        _ => throw new System.Diagnostics.UnreachableException($"No case for {step.Kind}."),
    };

    private static SagaMove Transfer(Saga saga, SagaStep step, MoneyFacts facts)
    {
        var to = step.To!.Value;
        if (step.Amount == Lamports.Zero || to == facts.Main)
        {
            return Refuse(saga, "amount-invalid", step.Amount == Lamports.Zero ? "Nothing is no amount to send." : "The main key would send to itself.");
        }

        if (facts.Account is { } account && account.Owner != ProgramIds.System)
        {
            return Refuse(saga, "recipient-not-wallet", $"{to} belongs to the program {account.Owner}: what is sent there may be gone. Send to a wallet.");
        }

        if (facts.Account is null && step.Amount < facts.WalletRent)
        {
            return Refuse(saga, "amount-below-rent", $"{to} is not there yet, and {step.Amount} would not keep it: the rent is {facts.WalletRent}.");
        }

        return FindLack(facts, step.Amount, signatures: 1) is { } lack
            ? Refuse(saga, "funds-insufficient", lack)
            : Sign([new SystemInstruction.Transfer(step.Amount).ToInstruction(facts.Main, to)], null);
    }

    private static SagaMove Stake(Saga saga, SagaStep step, MoneyFacts facts)
    {
        var key = step.StakingKey!.Value;
        if (FindTaskFault(facts.Task, step) is var (reason, sentence))
        {
            return Refuse(saga, reason, sentence);
        }

        var task = facts.Task!;
        var staked = task.Stakes.GetValueOrDefault(key);
        if (!task.IsActive && staked == Lamports.Zero)
        {
            var why = $"The task {task.Task} is not active, and takes no new stakes.";
            // What was begun is finished: the old task may be left already.
            return saga.Kind is SagaKind.Upgrade ? new SagaMove.Save(Waiting(saga, facts, "task-inactive", why)) : Refuse(saga, "task-inactive", why);
        }

        if (step.Amount == Lamports.Zero || staked + step.Amount < task.MinimumStake)
        {
            return Refuse(saga, "stake-below-minimum", $"A stake of {staked + step.Amount} earns nothing on the task {task.Task}: its minimum is {task.MinimumStake}.");
        }

        var held = facts.Account?.Lamports ?? Lamports.Zero;
        var missing = held < facts.StakingRent ? facts.StakingRent - held : Lamports.Zero;
        if (FindLack(facts, step.Amount + missing, signatures: 2) is { } lack)
        {
            return Refuse(saga, "funds-insufficient", lack);
        }

        var stake = new TaskInstruction.Stake(step.Amount, step.Address).ToInstruction(task.Task, key, task.StakePot);
        return facts.Account switch
        {
            null => Sign([new SystemInstruction.CreateAccount(step.Amount + missing, StakingAccounts.InitialBytes, ProgramIds.Task).ToInstruction(facts.Main, key), stake], key),
            { Owner: var owner } when owner == ProgramIds.Task => Sign([Top(facts, key, step.Amount + missing), stake], key),
            // Somebody has sent lamports there before the account was made: that must not keep anybody from staking.
            { Owner: var owner } when owner == ProgramIds.System => Sign(
                [
                    Top(facts, key, step.Amount + missing),
                    new SystemInstruction.Allocate(StakingAccounts.InitialBytes).ToInstruction(key),
                    new SystemInstruction.Assign(ProgramIds.Task).ToInstruction(key),
                    stake,
                ],
                key),
            { Owner: var owner } => Refuse(saga, "staking-key-in-use", $"The account {key} belongs to the program {owner}, so it can't stake."),
        };
    }

    private static SagaMove Leave(Saga saga, SagaStep step, MoneyFacts facts)
    {
        var key = step.StakingKey!.Value;
        if (facts.Task is not { } task || (!task.Stakes.ContainsKey(key) && !task.AvailableBalances.ContainsKey(key)))
        {
            return new SagaMove.Save(StepDone(saga));
        }

        var claim = new TaskInstruction.ClaimReward().ToInstruction(task.Task, key, task.StakePot, facts.Main);
        return task.Token is not null ? RefuseToken(saga, task)
            : (SagaMove?)FindFeeLack(saga, facts)
            ?? Sign(task.Stakes.ContainsKey(key) ? [new TaskInstruction.Withdraw().ToInstruction(task.Task, key), claim] : [claim], key);
    }

    private static SagaMove Claim(Saga saga, SagaStep step, MoneyFacts facts)
    {
        var key = step.StakingKey!.Value;
        return facts.Task is not { } task || !task.AvailableBalances.ContainsKey(key) ? new SagaMove.Save(StepDone(saga))
            : task.Token is not null ? RefuseToken(saga, task)
            : (SagaMove?)FindFeeLack(saga, facts)
            ?? Sign([new TaskInstruction.ClaimReward().ToInstruction(task.Task, key, task.StakePot, facts.Main)], key);
    }

    private static SagaMove Restake(Saga saga, SagaStep step, MoneyFacts facts)
    {
        var key = step.StakingKey!.Value;
        if (facts.Task is not { } task || !task.AvailableBalances.TryGetValue(key, out var available))
        {
            return new SagaMove.Save(StepDone(saga));
        }

        if (FindTaskFault(task, step) is var (reason, sentence))
        {
            return Refuse(saga, reason, sentence);
        }

        if (facts.Account is not { } account || account.Owner != ProgramIds.Task || (!task.IsActive && !task.Stakes.ContainsKey(key)))
        {
            return Refuse(saga, "task-inactive", $"{key} can't stake on the task {task.Task} now; what it earned can be claimed.");
        }

        var amount = step.Amount == Lamports.Zero ? available : Lamports.Min(step.Amount, available);
        return (SagaMove?)FindFeeLack(saga, facts) ?? Sign(
            [
                new TaskInstruction.ClaimReward().ToInstruction(task.Task, key, task.StakePot, facts.Main),
                Top(facts, key, amount),
                new TaskInstruction.Stake(amount, step.Address).ToInstruction(task.Task, key, task.StakePot),
            ],
            key);
    }

    private static (string Reason, string Sentence)? FindTaskFault(TaskInfo? task, SagaStep step) => task switch
    {
        null => ("task-not-found", $"There is no task {step.Task}."),
        { IsMigrated: true } => ("task-moved", $"The task {task.Task} has moved to {task.MigratedTo}."),
        { Token: not null } => ("token-task", $"The task {task.Task} pays in the token {task.Token}; its stakes are moved with Koii's own tool."),
        _ => null,
    };

    private static SagaMove.Save RefuseToken(Saga saga, TaskInfo task) =>
        Refuse(saga, "token-task", $"The task {task.Task} pays in the token {task.Token}; its stakes are moved with Koii's own tool.");

    /// <summary>What is missing for a payment that shall leave the reserve; null if nothing is.</summary>
    private static string? FindLack(MoneyFacts facts, Lamports amount, ulong signatures)
    {
        var fee = facts.FeePerSignature * signatures;
        var left = facts.Reserve > facts.WalletRent ? facts.Reserve : facts.WalletRent;
        return facts.Balance >= amount + fee + left
            ? null
            : $"{facts.Main} has {facts.Balance}; {amount} and a fee of {fee} are needed, and {left} stays there for fees to come.";
    }

    /// <summary>A wait for the fee of what brings money home, if it can't be paid; null if it can.</summary>
    private static SagaMove.Save? FindFeeLack(Saga saga, MoneyFacts facts)
    {
        var fee = facts.FeePerSignature * 2UL;
        return facts.Balance >= fee + facts.WalletRent || facts.Balance == fee
            ? null
            : new SagaMove.Save(Waiting(
                saga, facts, "fee-missing", $"{facts.Main} has {facts.Balance}, and the fee is {fee}: send {fee + facts.WalletRent} there, and this goes on by itself."));
    }

    private static Instruction Top(MoneyFacts facts, Pubkey key, Lamports amount) => new SystemInstruction.Transfer(amount).ToInstruction(facts.Main, key);

    private static SagaMove.Sign Sign(ImmutableArray<Instruction> instructions, Pubkey? stakingKey) => new(instructions, stakingKey);

    private static SagaMove.Save Refuse(Saga saga, string reason, string sentence) => new(Ended(saga, reason, sentence));
}
