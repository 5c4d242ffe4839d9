using System.Collections.Immutable;
using Pond.Ledger.Tasks;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger;

public sealed partial class Bank
{
    private readonly ImageCache _images = new();

    /// <summary>All tasks: those that pay in KOII by key, then those that pay in tokens by key.</summary>
    public IEnumerable<Pubkey> Tasks =>
        _accounts.OwnedBy(ProgramIds.Task).Concat(_accounts.OwnedBy(ProgramIds.TokenTask)).Where(pair => pair.Account.Content is TaskState).Select(pair => pair.Key);

    /// <summary>All tasks with what one chooses by, in the order of <see cref="Tasks"/>.</summary>
    public IEnumerable<TaskSummary> ListTasks() => Tasks.Select(task => (Task: task, State: FindTask(task)!)).Select(pair => new TaskSummary
    {
        Task = pair.Task,
        Name = pair.State.Settings.Name,
        Manager = pair.State.Manager,
        IsActive = pair.State.IsActive,
        IsMigrated = pair.State.IsMigrated,
        Token = pair.State.Vault?.Mint,
        TotalBounty = pair.State.Bounty,
        BountyPerRound = pair.State.Settings.BountyPerRound,
        MinimumStake = pair.State.Settings.MinimumStake,
    });

    /// <summary>A task; null if there is none at that address.</summary>
    public TaskInfo? GetTask(Pubkey task)
    {
        if (FindTask(task) is not { } state)
        {
            return null;
        }

        var settings = state.Settings;
        return new TaskInfo
        {
            Task = task,
            Name = settings.Name,
            Description = settings.Description,
            Manager = state.Manager,
            Executable = settings.Executable,
            ExecutableNetwork = settings.ExecutableNetwork,
            Metadata = settings.Metadata,
            Variables = settings.Variables,
            Class = state.Class,
            StakePot = state.StakePot,
            IsActive = state.IsActive,
            IsMigrated = state.IsMigrated,
            MigratedTo = state.MigratedTo,
            MigratedFrom = state.MigratedFrom,
            Token = state.Vault?.Mint,
            StartingSlot = state.Windows.StartingSlot,
            RoundTime = settings.RoundTime,
            SubmissionWindow = settings.SubmissionWindow,
            AuditWindow = settings.AuditWindow,
            BeaconDelay = state.Windows.BeaconDelay,
            AllowedFailedDistributions = settings.AllowedFailedDistributions,
            TotalBounty = state.Bounty,
            BountyPerRound = settings.BountyPerRound,
            AuditPayPerRound = state.AuditPayOf(settings.BountyPerRound, Genesis),
            MinimumStake = settings.MinimumStake,
            TotalStake = state.TotalStake,
            Stakes = state.Stakes.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Amount),
            AvailableBalances = state.Available,
            Addresses = state.Addresses,
        };
    }

    /// <summary>A key's stake in a task; null if it has none, or there is no such task.</summary>
    public Lamports? GetStake(Pubkey task, Pubkey staker) =>
        FindTask(task) is { } state && state.Stakes.TryGetValue(staker, out var stake) ? stake.Amount : null;

    /// <summary>A key's submission; null if there is none, or no such task, or the round has been pruned.</summary>
    public RoundSubmission? GetSubmission(Pubkey task, Round round, Pubkey submitter) =>
        FindTask(task) is { } state && state.Rounds.TryGetValue(round, out var stored) && stored.Submissions.TryGetValue(submitter, out var submission)
            ? new(submission.Value, submission.Slot)
            : null;

    /// <summary>What the draws of a round ask of one key; null if there is no such task, or the round is in the future or pruned.</summary>
    public AuditAssignments? GetAuditAssignments(Pubkey task, Round round, Pubkey node)
    {
        if (FindTask(task) is not { } state || !state.Rounds.TryGetValue(round, out var stored))
        {
            return null;
        }

        var reader = new RoundReader(task, state, round, stored, _beacons, Genesis, Slot);
        return new AuditAssignments
        {
            Round = round,
            AuditorsPerSubmission = Consensus.Assignment.AuditorsFor(stored.Submissions.Count),
            BackupsFrom = state.Windows.LastObjection(round) + 1,
            VotesClose = reader.LastVote,
            Candidates =
            [
                .. reader.CandidatesOf(node).Select((candidate, rank) =>
                {
                    var submission = stored.Submissions[candidate];
                    return new AssignedCandidate(candidate, submission.Value, rank, submission.Verdicts.Of(node));
                }),
            ],
            Objections =
            [
                .. stored.Accused.Where(candidate => candidate != node && reader.HasSeat(candidate, node)).Select(candidate =>
                    new AssignedObjection(candidate, stored.Submissions[candidate].Value, stored.Submissions[candidate].Verdicts.Of(node))),
            ],
            Lists = stored.Settlement is null
                ? [.. reader.Lists.Where(list => reader.ListAuditorsOf(list.Key).Contains(node)).Select(list => list.Key)]
                : [],
            LeaderRank = stored.Settlement is null && reader.Leaders().IndexOf(node) is var rank && rank >= 0 ? rank : null,
        };
    }

    /// <summary>The JSON text of an uploaded distribution list; null if there is none, or parts of it are missing.</summary>
    public string? GetDistributionList(Pubkey task, Round round, Pubkey author)
    {
        if (FindTask(task) is not { } state || !state.Rounds.TryGetValue(round, out var stored))
        {
            return null;
        }

        // What was handed in is what is audited; what is only uploaded is shown so that its author can read it back.
        return stored.Lists.TryGetValue(author, out var list)
            ? list.List.Text
            : stored.Uploads.GetValueOrDefault(author)?.ToText();
    }

    /// <summary>The JSON image of a task, as the task's account holds it; null if there is no task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="parts">Which maps are wanted; with <see cref="TaskImageParts.All"/> it is the account's data.</param>
    public ImmutableArray<byte>? GetTaskImage(Pubkey task, TaskImageParts parts) =>
        FindTask(task) is not { } state ? null
        : parts is TaskImageParts.All ? RenderTask(task, state)
        : TaskImage.Render(state, parts);

    /// <summary>
    /// The JSON answer of <c>getTaskSubmissionInfo</c>: submissions and audit triggers. Null if there is no task, or nothing in the round.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="round">The round; null for all rounds.</param>
    public ImmutableArray<byte>? GetSubmissionImage(Pubkey task, Round? round) =>
        FindTask(task) is not { } state ? null
        : round is not { } one ? _images.Get(new(task, ImageKind.Submissions, null), state, () => TaskImage.RenderSubmissions(state, null))
        // The votes are in the submissions, so other changes of the round leave the image as it is.
        : state.Rounds.TryGetValue(one, out var stored)
            ? _images.Get(new(task, ImageKind.Submissions, one), stored.Submissions, () => TaskImage.RenderSubmissions(state, one))
            : null;

    /// <summary>
    /// The JSON answer of <c>getTaskDistributionInfo</c>: lists, their audits and the record. Null if there is no task, or nothing in the
    /// round.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="round">The round; null for all rounds.</param>
    public ImmutableArray<byte>? GetDistributionImage(Pubkey task, Round? round) =>
        FindTask(task) is not { } state ? null
        : _images.Get(new(task, ImageKind.Distributions, round), state, () => TaskImage.RenderDistributions(state, round));

    internal TaskState? FindTask(Pubkey task) => _accounts.Find(task)?.Content as TaskState;

    private ImmutableArray<byte> RenderTask(Pubkey key, TaskState task) =>
        _images.Get(new(key, ImageKind.Account, null), task, () => task.RenderAll())!.Value;

    /// <summary>How many beacons are kept.</summary>
    internal int BeaconCount => _beacons.Count;

    /// <summary>Forgets all that was worked out before and can be worked out again. No answer changes by it: tests ask for that.</summary>
    internal void DropCaches()
    {
        _images.Clear();
        _rounds.Clear();
        foreach (var state in Tasks.Select(key => FindTask(key)!).SelectMany(task => task.Rounds.Values))
        {
            state.Draws.Clear();
        }
    }

    // What is left of old beacons is what the stored rounds need.
    private void TrimBeacons() => _beacons.Trim(
        from key in Tasks
        let task = FindTask(key)!
        from round in task.Rounds
        from slot in RoundReader.NeededBeacons(task, round.Key, round.Value)
        select slot);
}
