using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

internal sealed partial class TaskProgram
{
    // What the image needs besides submissions, roughly, and per submission besides its value: docs/protocol/tasks.md.
    private const ulong BaseSizeBytes = 2_000;
    private const ulong StakerSizeBytes = 160;
    private const ulong SubmissionSizeBytes = 110;
    private const int MaxLegacyLists = 8;
    // It bounds what a round can hold; leaders are let in besides.
    private const int MaxUploads = 16;

    private InstructionError? Submit(TaskCall call, Pubkey submitter, TaskInstruction.SubmitTask submit)
    {
        var task = call.Task;
        if (task.IsMigrated)
        {
            return RefuseMigrated(call);
        }

        if (!task.IsActive)
        {
            return Refuse(call.Context, TaskErrorCode.TaskInactive, "the task is not active");
        }

        // At most one round is open, so its number is compared before it is multiplied with anything.
        if (submit.Round >= call.Now)
        {
            return Refuse(call.Context, TaskErrorCode.WindowNotOpen, $"round {submit.Round} is not over; this is round {call.Now}");
        }

        if (submit.Round + 1 < call.Now || call.Slot > task.Windows.LastSubmission(submit.Round))
        {
            return Refuse(call.Context, TaskErrorCode.WindowClosed, $"the submission window of round {submit.Round} is over");
        }

        // Who takes part is fixed when a round begins, so that the work can be divided among known nodes.
        if (!task.HasMinimumStake(submitter)
            || (task.Class is not TaskClass.Legacy && !task.WasStakedAtStartOf(submit.Round, submitter)))
        {
            return Refuse(call.Context, TaskErrorCode.StakeTooLow, $"{submitter} had no stake of {task.Settings.MinimumStake.Value} when round {submit.Round} began");
        }

        var state = task.Rounds.GetValueOrDefault(submit.Round) ?? new RoundState();
        if (state.Submissions.TryGetValue(submitter, out var earlier))
        {
            return string.Equals(earlier.Value, submit.Value, StringComparison.Ordinal)
                ? null
                : Refuse(call.Context, TaskErrorCode.AlreadySubmitted, $"{submitter} has submitted something else for round {submit.Round}");
        }

        if (submit.Value.Length == 0)
        {
            return Refuse(call.Context, TaskErrorCode.InvalidParameters, "the submission is empty");
        }

        task = Prune(call, task);
        var sizeBytes = SubmissionSizeBytes + (ulong)System.Text.Encoding.UTF8.GetByteCount(submit.Value);
        var used = BaseSizeBytes + (StakerSizeBytes * task.MostFullStakers);
        foreach (var (_, kept) in task.Rounds)
        {
            used += kept.SubmissionsSizeBytes;
        }

        if (used + sizeBytes > task.UsableBytes)
        {
            // The rest is for audits, lists and claims: submissions must never keep anybody from the money.
            return Refuse(call.Context, TaskErrorCode.StateFull, $"the task's {task.SpaceBytes} bytes are used up");
        }

        state = state with
        {
            Submissions = state.Submissions.Add(submitter, new(submit.Value, call.Slot)),
            SubmissionsSizeBytes = state.SubmissionsSizeBytes + sizeBytes,
        };
        return Done(call, task, submit.Round, state, "submit", ("round", submit.Round), ("by", submitter), ("value", submit.Value), ("slot", call.Slot.Value));
    }

    private InstructionError? Audit(TaskCall call, Pubkey voter, Pubkey candidate, TaskInstruction.AuditSubmissions audit)
    {
        var task = call.Task;
        if (!task.Rounds.TryGetValue(audit.Round, out var state) || !state.Submissions.TryGetValue(candidate, out var submission))
        {
            return Refuse(call.Context, TaskErrorCode.NothingToAudit, $"{candidate} submitted nothing in round {audit.Round}");
        }

        if (voter == candidate)
        {
            return Refuse(call.Context, TaskErrorCode.SelfVerdict, "nobody gives a verdict on itself");
        }

        var reader = Read(call, task, audit.Round, state);
        if (task.Class is not TaskClass.Legacy && reader.AuditBeacon is null)
        {
            return Refuse(call.Context, TaskErrorCode.AuditNotOpen, $"AuditNotOpen: the beacon of round {audit.Round} is not drawn yet");
        }

        if (call.Slot > reader.LastVote)
        {
            return Refuse(call.Context, TaskErrorCode.WindowClosed, $"the audit of round {audit.Round} is over");
        }

        if (!task.HasMinimumStake(voter) || !MayAudit(task, audit.Round, state, voter))
        {
            return Refuse(call.Context, TaskErrorCode.StakeTooLow, $"{voter} had no stake of {task.Settings.MinimumStake.Value} before the audit");
        }

        if (submission.Verdicts.Of(voter) is { } given)
        {
            return given == audit.Verdict
                ? null
                : Refuse(call.Context, TaskErrorCode.AlreadyVoted, $"{voter} has given another verdict on {candidate}");
        }

        var bond = Lamports.Zero;
        if (audit.Verdict is Verdict.Invalid && submission.Objection is null
            && (task.Class is TaskClass.Legacy || call.Slot <= task.Windows.LastObjection(audit.Round)))
        {
            bond = task.Class is TaskClass.Deterministic ? Penalties.BondFor(task.Settings.MinimumStake) : Lamports.Zero;
            var entry = task.Stakes[voter];
            if (entry.Amount - Lamports.Min(entry.Bonds, entry.Amount) < bond)
            {
                return Refuse(call.Context, TaskErrorCode.BondNotCovered, $"an objection locks {bond.Value} lamports of {voter}'s stake, which is locked already");
            }

            task = task with { Stakes = task.Stakes.SetItem(voter, entry with { Bonds = entry.Bonds + bond }) };
            submission = submission with { Objection = new(voter, call.Slot, bond) };
            state = state with { Accused = state.Accused.Add(candidate) };
        }

        submission = submission with { Verdicts = submission.Verdicts.With(voter, audit.Verdict, call.Slot) };
        state = state with { Submissions = state.Submissions.SetItem(candidate, submission) };
        task = state.Submissions.ContainsKey(voter) ? task : task.WithActivity(voter, audit.Round);
        var isObjection = submission.Objection is { } objection && objection.By == voter;
        return Done(
            call,
            task,
            audit.Round,
            state,
            isObjection ? "object" : "verdict",
            ("round", audit.Round),
            ("by", voter),
            ("candidate", candidate),
            ("verdict", audit.Verdict.ToString()),
            ("bond", bond),
            ("slot", call.Slot.Value));
    }

    // In a legacy task also who submitted in the round before: Koii's nodes go on auditing when they miss a submission.
    private static bool MayAudit(TaskState task, Round round, RoundState state, Pubkey voter) =>
        state.Submissions.ContainsKey(voter)
        || task.WasStakedAtStartOf(round + 1, voter)
        || (task.Class is TaskClass.Legacy && round.Value > 0
            && task.Rounds.GetValueOrDefault(new(round.Value - 1))?.Submissions.ContainsKey(voter) is true);

    private InstructionError? Upload(TaskCall call, Pubkey author, TaskInstruction.UploadDistributionList upload)
    {
        var task = call.Task;
        // The older layout has no round; it means the one whose lists are taken now.
        var round = upload.Round ?? new Round(call.Now.Value - Math.Min(2, call.Now.Value));
        if (!task.Rounds.TryGetValue(round, out var state) || !state.Submissions.ContainsKey(author))
        {
            return Refuse(call.Context, TaskErrorCode.NotALeader, $"{author} submitted nothing in round {round}");
        }

        if (state.Settlement is not null)
        {
            return Refuse(call.Context, TaskErrorCode.AlreadySettled, $"round {round} is settled");
        }

        if (call.Slot <= task.Windows.LastSubmission(round))
        {
            return Refuse(call.Context, TaskErrorCode.WindowNotOpen, $"round {round} still takes submissions");
        }

        if (task.StakeOf(author) == Lamports.Zero)
        {
            return Refuse(call.Context, TaskErrorCode.NotStaked, $"{author} has no stake");
        }

        if (!state.Uploads.ContainsKey(author) && state.Uploads.Count >= MaxUploads && !Read(call, task, round, state).Leaders().Contains(author))
        {
            return Refuse(call.Context, TaskErrorCode.NotALeader, $"{MaxUploads} others are uploading lists of round {round}; only its leaders may join them");
        }

        if ((upload.Index * TaskInstruction.ChunkDataSizeBytes) + upload.Data.Length > ListUpload.MaxSizeBytes)
        {
            return Refuse(call.Context, TaskErrorCode.InvalidList, $"a list has at most {ListUpload.MaxSizeBytes} bytes");
        }

        var parts = (state.Uploads.GetValueOrDefault(author) ?? ListUpload.Empty).With(upload.Index, upload.Data);
        task = task.WithRound(round, state with { Uploads = state.Uploads.SetItem(author, parts) });
        return Done(
            call, task, "upload", ("round", round), ("by", author), ("index", (ulong)upload.Index), ("data", Convert.ToBase64String(upload.Data.AsSpan())));
    }

    private InstructionError? SubmitList(TaskCall call, Round round)
    {
        var task = call.Task;
        var author = call.Accounts.Actor.Key;
        if (call.Accounts.Other.Key != author)
        {
            return Refuse(call.Context, TaskErrorCode.NotAuthorized, $"{author} can only hand in a list that it uploaded itself");
        }

        if (!task.Rounds.TryGetValue(round, out var state))
        {
            return Refuse(call.Context, TaskErrorCode.NothingToAudit, $"round {round} has no submissions");
        }

        if (state.Settlement is not null)
        {
            return Refuse(call.Context, TaskErrorCode.AlreadySettled, $"round {round} is settled");
        }

        var reader = Read(call, task, round, state);
        if (reader.IsExhausted || call.Slot > task.Windows.LastList(round, reader.Attempt))
        {
            return Refuse(call.Context, TaskErrorCode.WindowClosed, $"the list window of round {round}, attempt {reader.Attempt}, is over");
        }

        if (call.Slot < task.Windows.ListsFrom(round, reader.Attempt))
        {
            return Refuse(call.Context, TaskErrorCode.WindowNotOpen, $"lists of round {round}, attempt {reader.Attempt}, are taken from slot {task.Windows.ListsFrom(round, reader.Attempt)} on");
        }

        if (!MayWrite(task, state, reader, author))
        {
            return Refuse(call.Context, TaskErrorCode.NotALeader, $"{author} is not chosen to write the list of round {round}, attempt {reader.Attempt}");
        }

        var reason = "parts of it are missing";
        if (state.Uploads.GetValueOrDefault(author)?.ToText() is not { } text
            || DistributionList.Parse(text, out reason) is not { } list
            || (reason = reader.FindListFault(list)) is not null)
        {
            return Refuse(call.Context, TaskErrorCode.InvalidList, $"{author}'s list of round {round}: {reason}");
        }

        if (reader.Lists.TryGetValue(author, out var earlier) && earlier.List.Hash == list.Hash)
        {
            return null;
        }

        state = state with
        {
            Attempt = reader.Attempt,
            FailedAuthors = reader.FailedAuthors,
            Lists = reader.Lists.SetItem(author, new(list, call.Slot)),
            Record = PayoutRecord.Uninitialized,
        };
        task = task.WithRound(round, state).WithRecord(round, PayoutRecord.Uninitialized);
        return Done(
            call,
            task,
            "list",
            ("round", round),
            ("attempt", (ulong)reader.Attempt),
            ("by", author),
            ("hash", list.Hash),
            ("slot", call.Slot.Value));
    }

    private static bool MayWrite(TaskState task, RoundState state, RoundReader reader, Pubkey author)
    {
        var leaders = reader.Leaders();
        if (task.StakeOf(author) == Lamports.Zero)
        {
            return false;
        }

        // Koii's clients are not bound to the leader rule, so others may write too, but they can't keep the leader out.
        return leaders.Contains(author)
            || (task.Class is TaskClass.Legacy && state.Submissions.ContainsKey(author) && !reader.FailedAuthors.Contains(author)
                && (reader.Lists.ContainsKey(author) || reader.Lists.Count < MaxLegacyLists));
    }

    private InstructionError? AuditList(TaskCall call, Pubkey voter, Pubkey author, TaskInstruction.AuditDistribution audit)
    {
        var task = call.Task;
        if (!task.Rounds.TryGetValue(audit.Round, out var state))
        {
            return Refuse(call.Context, TaskErrorCode.NothingToAudit, $"round {audit.Round} has no submissions");
        }

        var reader = Read(call, task, audit.Round, state);
        if (state.Settlement is not null || !reader.Lists.TryGetValue(author, out var list))
        {
            return Refuse(call.Context, TaskErrorCode.NothingToAudit, $"{author} has no list of round {audit.Round} that is open to audits");
        }

        if (voter == author)
        {
            return Refuse(call.Context, TaskErrorCode.SelfVerdict, "nobody gives a verdict on itself");
        }

        if (task.Class is not TaskClass.Legacy && reader.ListAuditorsOf(author) is [] && reader.Accepted.Length > 1)
        {
            return Refuse(call.Context, TaskErrorCode.AuditNotOpen, $"AuditNotOpen: the list auditors of round {audit.Round} are not drawn yet");
        }

        if (call.Slot > task.Windows.LastListVote(audit.Round, reader.Attempt))
        {
            return Refuse(call.Context, TaskErrorCode.WindowClosed, $"the list audit of round {audit.Round} is over");
        }

        if (task.StakeOf(voter) == Lamports.Zero || !state.Submissions.ContainsKey(voter))
        {
            return Refuse(call.Context, TaskErrorCode.StakeTooLow, $"{voter} has no stake, or submitted nothing in round {audit.Round}");
        }

        if (list.Verdicts.Of(voter) is { } given)
        {
            return given == audit.Verdict
                ? null
                : Refuse(call.Context, TaskErrorCode.AlreadyVoted, $"{voter} has given another verdict on {author}'s list");
        }

        list = list with { Verdicts = list.Verdicts.With(voter, audit.Verdict, call.Slot) };
        task = task.WithRound(audit.Round, state with { Lists = state.Lists.SetItem(author, list) });
        return Done(
            call,
            task,
            "list-verdict",
            ("round", audit.Round),
            ("by", voter),
            ("author", author),
            ("verdict", audit.Verdict.ToString()),
            ("slot", call.Slot.Value));
    }

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
        return task.Rounds[oldest].IsDone ? task with { Rounds = task.Rounds.Remove(oldest) } : task;
    }

    private RoundReader Read(TaskCall call, TaskState task, Round round, RoundState state) =>
        new(call.Key, task, round, state, beacons, genesis, call.Slot);

    private static Lamports Sum(ImmutableSortedDictionary<Pubkey, Lamports> book) =>
        book.Values.Aggregate(Lamports.Zero, (sum, amount) => sum + amount);
}
