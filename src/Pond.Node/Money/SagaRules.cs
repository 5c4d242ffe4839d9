namespace Pond.Node.Money;

/// <summary>Decides about the next move of a saga. Pure: what it says follows from the saga and from what the ledger shows.</summary>
/// <remarks>
/// A step is never signed while an earlier signature of it could still land or could have landed: that it did not is proven by a finalized height above
/// its last one and a history of the ledger that reaches back to where it was signed. What can't be proven is called unknown.
/// </remarks>
public static partial class SagaRules
{
    /// <summary>For how many blocks after a transaction's last one its effect is looked for before that is called a failed check.</summary>
    private const ulong PatienceBlocks = 150;

    /// <summary>The next move.</summary>
    public static SagaMove Next(Saga saga, MoneyFacts facts)
    {
        ArgumentNullException.ThrowIfNull(saga);
        ArgumentNullException.ThrowIfNull(facts);
        return saga.IsOver || saga.Step is not { } step ? new SagaMove.Wait()
            : saga.Attempt is { } attempt ? Follow(saga, step, attempt, facts)
            : facts.Slot < saga.RetryFrom ? new SagaMove.Wait()
            : Plan(saga, step, facts);
    }

    /// <summary>The saga once its step was signed: this is written down before anything is sent.</summary>
    public static Saga UnderWay(Saga saga, Attempt attempt)
    {
        ArgumentNullException.ThrowIfNull(saga);
        return saga.Attempt is null && !saga.IsOver
            ? saga with { Attempt = attempt, State = SagaState.Running, Reason = "", Sentence = "" }
            : throw new InvalidOperationException($"The saga {saga.Id} has a transaction under way, or is over.");
    }

    /// <summary>The saga once its step was tried out, or landed, and was refused. Nothing of it is under way.</summary>
    public static Saga Refused(Saga saga, Refusal refusal, MoneyFacts facts)
    {
        ArgumentNullException.ThrowIfNull(saga);
        ArgumentNullException.ThrowIfNull(refusal);
        ArgumentNullException.ThrowIfNull(facts);
        var isOwnMoney = saga.Step?.Kind is SagaStepKind.Leave or SagaStepKind.Claim or SagaStepKind.Restake;
        return refusal.Kind switch
        {
            RefusalKind.StakeInUse => Waiting(saga, facts, "stake-locked", $"The stake is locked until three rounds after its last submission. {refusal.Message}"),
            RefusalKind.Outdated => saga with { Attempt = null, State = SagaState.Running, RetryFrom = facts.Slot + 1 },
            RefusalKind.OutOfFunds when isOwnMoney => Waiting(saga, facts, "fee-missing", $"The fee can't be paid. {refusal.Message}"),
            RefusalKind.OutOfFunds => Ended(saga, "funds-insufficient", refusal.Message),
            _ => Ended(saga, "transaction-failed", refusal.Message),
        };
    }

    /// <summary>The saga once its operator has given it up. Done only while nothing of it is under way.</summary>
    /// <returns>The saga; null if it can't be given up now.</returns>
    public static Saga? Cancelled(Saga saga)
    {
        ArgumentNullException.ThrowIfNull(saga);
        return saga.IsOver || saga.Attempt is not null ? null : Ended(saga, "cancelled", "Its operator has given it up.");
    }

    private static SagaMove Follow(Saga saga, SagaStep step, Attempt attempt, MoneyFacts facts)
    {
        switch (facts.Status)
        {
            case null when facts.FinalizedHeight <= attempt.LastValidBlockHeight:
                return new SagaMove.Send(attempt);
            case null when facts.HistoryFrom <= attempt.SignedIn:
                // It never landed and never will: the step may be signed anew.
                return new SagaMove.Save(saga with { Attempt = null, State = SagaState.Running, Reason = "", Sentence = "" });
            case null when saga.State is SagaState.Unknown:
                return new SagaMove.Wait();
            case null:
                return new SagaMove.Save(saga with
                {
                    State = SagaState.Unknown,
                    Reason = "outcome-unknown",
                    Sentence = $"Whether {attempt.Id} landed can't be learnt: the ledger shows no blocks as old as slot {attempt.SignedIn}. A ledger that shows them is asked as soon as one is named.",
                });
            case { IsConfirmed: false }:
                return new SagaMove.Wait();
            case { Refusal: { } refusal } status:
                return new SagaMove.Save(Refused(Paid(saga, status, attempt), refusal, facts));
            case { } status when facts.Slot >= status.Slot && IsVisible(step, facts):
                return new SagaMove.Save(StepDone(Paid(saga, status, attempt)));
            case { } status when facts.FinalizedHeight > attempt.LastValidBlockHeight + PatienceBlocks:
                return new SagaMove.Save(Ended(Paid(saga, status, attempt), "check-failed", $"The ledger confirmed {attempt.Id}, but does not show its effect."));
            default:
                return new SagaMove.Wait();
        }
    }

    /// <summary>Whether the ledger's state shows what a step did. What others may undo at once, such as a transfer, counts as seen.</summary>
    private static bool IsVisible(SagaStep step, MoneyFacts facts) => step.Kind switch
    {
        SagaStepKind.Stake or SagaStepKind.Restake => facts.Task?.Stakes.ContainsKey(step.StakingKey!.Value) is not false,
        SagaStepKind.Leave => facts.Task?.Stakes.ContainsKey(step.StakingKey!.Value) is not true,
        _ => true,
    };

    private static Saga Paid(Saga saga, AttemptStatus status, Attempt attempt) =>
        saga with { Attempt = null, Fees = saga.Fees + status.Fee, Landed = saga.Landed.Add(attempt.Id) };

    private static Saga StepDone(Saga saga)
    {
        var next = saga with { StepsDone = saga.StepsDone + 1, State = SagaState.Running, Attempt = null, Reason = "", Sentence = "", RetryFrom = default };
        return next.Step is null ? next with { State = SagaState.Done } : next;
    }

    private static Saga Ended(Saga saga, string reason, string sentence) =>
        saga with { State = SagaState.Refused, Attempt = null, Reason = reason, Sentence = sentence };

    private static Saga Waiting(Saga saga, MoneyFacts facts, string reason, string sentence)
    {
        // A twentieth of a round, and between some seconds and some minutes.
        var pause = Math.Clamp((facts.Task?.RoundTime ?? 100) / 20, 5, 500);
        return saga with { State = SagaState.Waiting, Attempt = null, Reason = reason, Sentence = sentence, RetryFrom = facts.Slot + pause };
    }
}
