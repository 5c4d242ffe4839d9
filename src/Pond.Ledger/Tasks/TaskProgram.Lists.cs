using System.Collections.Immutable;
using Pond.Ledger.Programs;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <content>Distribution lists: their parts, the list itself, the verdicts on it.</content>
internal sealed partial class TaskProgram
{
    private const int MaxLegacyLists = 8;
    // It bounds what a round can hold; leaders are let in besides.
    private const int MaxUploads = 16;

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
        state = state with { Uploads = state.Uploads.SetItem(author, parts) };
        // Once a list is handed in, its author's account shows what is audited.
        state = state.Lists.ContainsKey(author) ? state : Show(call, round, state, parts);
        task = task.WithRound(round, state);
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
        state = Show(call, round, state, state.Uploads[author]);
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

    /// <summary>
    /// Writes a list into its author's own account, where Koii's program keeps it and its readers look for it. Nobody is kept from writing lists because
    /// the account is not this program's, or holds something else: what counts is the round's copy.
    /// </summary>
    private RoundState Show(TaskCall call, Round round, RoundState state, ListUpload list)
    {
        var (overlay, author) = (call.Context.Overlay, call.Accounts.Actor);
        var account = overlay.Get(author.Key);
        if (account.Owner != Id || !author.IsWritable || AuthorContent.Of(account.Content) is not { } content)
        {
            return state;
        }

        overlay.Set(author.Key, account with { Content = content.With(round, call.Key, list) });
        return state.Authors.Contains(author.Key) ? state : state with { Authors = state.Authors.Add(author.Key) };
    }

    /// <summary>Takes a round's lists out of their authors' accounts, because the round goes.</summary>
    private static void Hide(InstructionContext context, Pubkey task, Round round, RoundState state)
    {
        foreach (var author in state.Authors)
        {
            var account = context.Overlay.Get(author);
            if (account.Content is AuthorContent content)
            {
                context.Overlay.Set(author, account with { Content = content.Without(round, task) });
            }
        }
    }
}
