using System.Collections.Immutable;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <content>Payouts, and the end of old rounds.</content>
internal sealed partial class TaskProgram
{
    private InstructionError? Payout(TaskCall call, Round round)
    {
        if (!call.Task.Rounds.TryGetValue(round, out var state))
        {
            return Refuse(call.Context, TaskErrorCode.NothingToAudit, $"round {round} has no submissions");
        }

        if (state.IsDone)
        {
            return Refuse(call.Context, TaskErrorCode.AlreadySettled, $"round {round} is settled");
        }

        if (state.Settlement is not null)
        {
            Write(call, PayPart(call, call.Task, round));
            return null;
        }

        var reader = Read(call, call.Task, round, state);
        if (call.Slot < call.Task.Windows.PayoutFrom(round, 0))
        {
            return Refuse(call.Context, TaskErrorCode.WindowNotOpen, $"Voting ongoing on round {round}: it can be paid from slot {call.Task.Windows.PayoutFrom(round, 0)} on");
        }

        if (reader.PayableList is not null || reader.IsExhausted || reader.IsUnpayable)
        {
            Write(call, SettleRound(call, call.Task, round, state, reader));
            return null;
        }

        if (reader.Attempt == state.Attempt)
        {
            return Refuse(call.Context, TaskErrorCode.WindowNotOpen, $"Voting ongoing on round {round}: attempt {reader.Attempt} can be paid from slot {call.Task.Windows.PayoutFrom(round, reader.Attempt)} on");
        }

        state = state with
        {
            Attempt = reader.Attempt,
            Lists = reader.Lists,
            FailedAuthors = reader.FailedAuthors,
            Record = PayoutRecord.PayoutFailed,
        };
        return Done(
            call,
            call.Task.WithRound(round, state).WithRecord(round, PayoutRecord.PayoutFailed),
            "payout-failed",
            ("round", round),
            ("attempt", (ulong)reader.Attempt));
    }

    private TaskState SettleRound(TaskCall call, TaskState task, Round round, RoundState state, RoundReader reader)
    {
        var payable = reader.PayableList;
        var isFallback = payable is null && task.Variables.HasEqualFallback && task.Class is not TaskClass.Legacy && !reader.IsUnpayable;
        var list = payable?.List.List ?? (isFallback ? RoundSettlement.EqualSplit(reader) : null);
        var record = list is null ? PayoutRecord.PayoutFailed : PayoutRecord.PayoutSuccessful;
        var (settled, settlement) = new RoundSettlement(task, round, call.Now, state, reader, genesis).Settle(list, record);
        if (kind is TaskKind.Koii)
        {
            // A vault's tokens can't be moved with the accounts of a Payout: they stay there, owed to nobody, and are burnt with the task's end.
            call.Context.Overlay.Move(task.StakePot, ProgramIds.Burn, settlement.Burnt);
        }

        foreach (var (key, amount) in settlement.Slashes)
        {
            settled = Note(call, settled, "slash", ("round", round), ("key", key), ("amount", amount));
        }

        // One line a key would not fit into the log; who got what is in the round's record, and follows from the list.
        settled = Note(
            call,
            settled,
            "payout",
            ("round", round),
            ("record", record.ToString()),
            ("author", payable is { } paid ? paid.Author.ToString() : isFallback ? "equal split" : string.Empty),
            ("rewards", Sum(settlement.Rewards)),
            ("auditPay", Sum(settlement.AuditPay)),
            ("slashed", Sum(settlement.Slashes)),
            ("burnt", settlement.Burnt));
        return settled.Rounds[round].Unpaid.Length > RoundSettlement.MaxCreditsPerPart
            ? PayPart(call, settled, round)
            : RoundSettlement.PayPart(settled, round);
    }

    /// <summary>Writes the next part of a long payout into the balances.</summary>
    private static TaskState PayPart(TaskCall call, TaskState task, Round round)
    {
        var before = task.Rounds[round].Unpaid.Length;
        task = RoundSettlement.PayPart(task, round);
        var left = task.Rounds[round].Unpaid.Length;
        return Note(call, task, "payout-part", ("round", round), ("paid", (ulong)(before - left)), ("left", (ulong)left));
    }

    /// <summary>Drops the oldest round if nothing can happen to it any more, settling it first if nobody has asked for that.</summary>
    private TaskState Prune(TaskCall call, TaskState task)
    {
        if (task.OldestRound is not { } oldest || oldest + task.RetainedRounds >= call.Now)
        {
            return task;
        }

        var state = task.Rounds[oldest];
        task = state.Settlement is null ? SettleRound(call, task, oldest, state, Read(call, task, oldest, state))
            : state.IsDone ? task
            : PayPart(call, task, oldest);
        if (!task.Rounds[oldest].IsDone)
        {
            return task;
        }

        Hide(call.Context, call.Key, oldest, task.Rounds[oldest]);
        return task with { Rounds = task.Rounds.Remove(oldest) };
    }

    private static Lamports Sum(ImmutableSortedDictionary<Pubkey, Lamports> book) =>
        book.Values.Aggregate(Lamports.Zero, (sum, amount) => sum + amount);
}
