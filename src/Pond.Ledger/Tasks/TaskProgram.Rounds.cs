using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <content>Submissions and the verdicts on them.</content>
internal sealed partial class TaskProgram
{
    // What the image needs besides submissions, roughly, and per submission besides its value: docs/protocol/tasks.md.
    private const ulong BaseSizeBytes = 2_000;
    private const ulong StakerSizeBytes = 160;
    private const ulong SubmissionSizeBytes = 110;

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
        if (!task.HasMinimumStake(submitter) || !MayTakePart(task, submit.Round, submitter))
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

    // Mostly no stake has changed since the round began, and who has the minimum now had it then.
    private static bool MayTakePart(TaskState task, Round round, Pubkey submitter) =>
        task.Class is TaskClass.Legacy || ReferenceEquals(task.StakesAtStartOf(round), task.Stakes) || task.WasStakedAtStartOf(round, submitter);

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

        var isSubmitter = state.Submissions.ContainsKey(voter);
        if (!task.HasMinimumStake(voter) || !(isSubmitter || MayAuditOthers(task, audit.Round, voter)))
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
        task = isSubmitter ? task : task.WithActivity(voter, audit.Round);
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

    // Who submitted nothing: in a legacy task also who submitted in the round before, because Koii's nodes go on auditing when they miss a submission.
    private static bool MayAuditOthers(TaskState task, Round round, Pubkey voter) =>
        task.WasStakedAtStartOf(round + 1, voter)
        || (task.Class is TaskClass.Legacy && round.Value > 0
            && task.Rounds.GetValueOrDefault(new(round.Value - 1))?.Submissions.ContainsKey(voter) is true);

    private RoundReader Read(TaskCall call, TaskState task, Round round, RoundState state) =>
        new(call.Key, task, round, state, beacons, genesis, call.Slot);
}
