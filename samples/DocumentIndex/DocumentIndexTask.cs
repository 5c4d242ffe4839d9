using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace DocumentIndex;

/// <summary>
/// Builds a full-text index of a corpus, a few shards per node and round. Each shard is indexed by two nodes; auditors recompute a random
/// sample of what others submit, drawn only after it was submitted.
/// </summary>
public class DocumentIndexTask : PondTask, IDisposable
{
    /// <summary>A plan of some hundred thousand files; more than that does not fit a node's memory.</summary>
    private const int MaxPlanBytes = 64 << 20;

    private const int MaxMetadataBytes = 1 << 20;

    private readonly SemaphoreSlim _loading = new(1);
    private readonly AuditsFirst _auditsFirst = new();
    private Corpus? _corpus;

    /// <inheritdoc/>
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var task = round.Task;
        var started = task.Time.GetTimestamp();
        var corpus = await LoadAsync(task, cancellationToken);
        var info = await round.GetInfoAsync(cancellationToken);
        var pending = await GetPendingAsync(task, corpus, round.Number, cancellationToken);
        var shards = ShardSchedule.Assign(pending, info).GetValueOrDefault(task.Identity.StakingKey, []);
        if (shards.IsEmpty)
        {
            task.Log.Info($"Round {round.Number}: nothing to index; {pending.Count} shards among {info.Participants.Count} nodes.");
            return;
        }

        var folder = Path.Combine(task.Folder, $"round-{round.Number}");
        if (Directory.Exists(folder))
        {
            // The rest of an attempt that was interrupted.
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        long size = 0;
        foreach (var shard in shards)
        {
            await _auditsFirst.WaitAsync(cancellationToken);
            var segment = await BuildSegmentAsync(task, corpus, shard, cancellationToken);
            size += segment.Length;
            await File.WriteAllBytesAsync(Path.Combine(folder, SegmentFile.NameOf(shard)), segment, cancellationToken);
        }

        var cid = await task.Content.AddAsync(folder, $"round {round.Number}", cancellationToken);
        await task.Store.SetAsync(SubmissionKey(round.Number), cid, cancellationToken);
        Directory.Delete(folder, recursive: true);

        var documents = shards.Sum(shard => corpus.Plan.Shards[shard].Documents);
        task.Log.Info(
            $"Round {round.Number}: indexed {shards.Count} shards, {documents} documents, into {size / 1024} KiB "
            + $"in {task.Time.GetElapsedTime(started).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture)} ms.");
    }

    /// <inheritdoc/>
    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var cid = await round.Task.Store.GetAsync(SubmissionKey(round.Number), cancellationToken);
        round.Task.Log.Info($"Round {round.Number}: submits {cid ?? "nothing"}.");
        return cid is null ? null : Submission.FromText(cid);
    }

    /// <inheritdoc/>
    public override async Task AuditAsync(RoundContext round, CancellationToken cancellationToken)
    {
        using (_auditsFirst.Begin())
        {
            await base.AuditAsync(round, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        var task = round.Task;
        var corpus = await LoadAsync(task, cancellationToken);
        var info = await round.GetInfoAsync(cancellationToken);
        var pending = await GetPendingAsync(task, corpus, round.Number, cancellationToken);
        var assigned = ShardSchedule.Assign(pending, info).GetValueOrDefault(candidate.Submitter, []);

        var (verdict, reason) = await CheckAsync(round, corpus, assigned, candidate, info, cancellationToken);
        task.Log.Info($"Round {round.Number}: {verdict} for {candidate.Submitter}: {reason}");
        return verdict;
    }

    /// <inheritdoc/>
    public override async Task<DistributionList> GenerateDistributionListAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var list = await base.GenerateDistributionListAsync(round, cancellationToken);
        round.Task.Log.Info($"Round {round.Number}: {list.Total} for {list.Count} nodes.");
        return list;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _loading.Dispose();
        }
    }

    /// <summary>Indexes one shard.</summary>
    /// <returns>The bytes of its segment.</returns>
    protected virtual async Task<byte[]> BuildSegmentAsync(
        ITaskContext task, Corpus corpus, int shard, CancellationToken cancellationToken) =>
        await ShardIndexer.IndexAsync(corpus.Plan, shard, ReaderOf(task, corpus), cancellationToken);

    private static string SubmissionKey(Round round) => $"submission-{round}";

    private static string PendingKey(Round round) => $"pending-{round}";

    private static SliceReader ReaderOf(ITaskContext task, Corpus corpus) => async (file, slice, cancellationToken) =>
        await task.Content.ReadAsync(corpus.Settings.PathOf(file), slice.Offset, slice.Length, cancellationToken);

    private static async Task<(Verdict Verdict, string Reason)> CheckAsync(
        RoundContext round,
        Corpus corpus,
        ImmutableSortedSet<int> assigned,
        CandidateSubmission candidate,
        TaskRoundInfo info,
        CancellationToken cancellationToken)
    {
        if (assigned.IsEmpty)
        {
            return (Verdict.Invalid, "nothing was asked of it.");
        }

        if (candidate.Value.Length == 0 || !candidate.Value.All(char.IsAsciiLetterOrDigit))
        {
            return (Verdict.Invalid, "what it submitted is no CID.");
        }

        if (info.AuditBeacon is null)
        {
            return (Verdict.Abstain, "the beacon that draws the sample is not there yet.");
        }

        var segments = new Dictionary<int, ReadOnlyMemory<byte>>();
        foreach (var shard in assigned)
        {
            try
            {
                segments[shard] = await round.Task.Content.ReadAllAsync(
                    $"{candidate.Value}/{SegmentFile.NameOf(shard)}", SegmentFile.MaxBytes(corpus.Plan, shard), cancellationToken);
            }
            catch (PondException exception) when (exception.Code is "content-missing")
            {
                // Its directory is there and has no such name: the auditor will say what that means.
            }
            catch (PondException exception) when (exception.Code is "content-too-large")
            {
                return (Verdict.Invalid, exception.Message);
            }
            catch (PondException exception)
            {
                return (Verdict.Abstain, exception.Message);
            }
        }

        byte[] seed = [.. Convert.FromHexString(info.AuditBeacon), .. round.Task.Identity.StakingKey.Bytes.ToArray()];
        var report = await SubmissionAuditor.CheckAsync(
            corpus.Plan,
            assigned,
            segments,
            ReaderOf(round.Task, corpus),
            DeterministicRandom.ForStream(seed, "document-index-audit"),
            cancellationToken);
        return (VerdictOf(report.Verdict), report.Reason);
    }

    private static Verdict VerdictOf(AuditVerdict verdict) => verdict switch
    {
        AuditVerdict.Valid => Verdict.Valid,
        AuditVerdict.Invalid => Verdict.Invalid,
        _ => Verdict.Abstain,
    };

    /// <summary>The round's shards, from the ledger's facts; what was computed once is remembered.</summary>
    private static async Task<ImmutableSortedSet<int>> GetPendingAsync(
        ITaskContext task, Corpus corpus, Round round, CancellationToken cancellationToken)
    {
        // Back to the last round of this parity that is known, then forward again.
        var unknown = new Stack<Round>();
        ImmutableSortedSet<int>? pending = null;
        for (var current = round; pending is null; current = new(current.Value - ShardSchedule.RoundsUntilRetry))
        {
            var known = await task.Store.GetAsync(PendingKey(current), cancellationToken);
            if (known is not null)
            {
                pending = [.. JsonSerializer.Deserialize<int[]>(known)!];
                break;
            }

            unknown.Push(current);
            if (current.Value < ShardSchedule.RoundsUntilRetry)
            {
                break;
            }
        }

        while (unknown.TryPop(out var current))
        {
            var retried = pending is null
                ? []
                : await GetUncoveredAsync(task, new(current.Value - ShardSchedule.RoundsUntilRetry), pending, cancellationToken);
            pending = corpus.Settings.Dealt.ShardsOf(current, corpus.Plan.Shards.Length).Union(retried);
            await task.Store.SetAsync(PendingKey(current), JsonSerializer.Serialize(pending.ToArray()), cancellationToken);
        }

        return pending!;
    }

    private static async Task<ImmutableSortedSet<int>> GetUncoveredAsync(
        ITaskContext task, Round round, ImmutableSortedSet<int> pending, CancellationToken cancellationToken)
    {
        var info = await task.State.GetRoundAsync(round, cancellationToken)
            ?? throw new PondException(
                "round-gone",
                $"The ledger no longer has round {round}, so nobody can tell which of its shards are still to do.",
                "Deploy the task again; this node was away for too long.");
        return ShardSchedule.IsDecided(info)
            ? ShardSchedule.Uncovered(pending, info)
            : throw new PondException(
                "round-undecided",
                $"The audits of round {round} are not over, so its uncovered shards are not known.",
                "Try again when they are.",
                isTransient: true);
    }

    /// <summary>Fetches metadata and plan; once, unless it fails.</summary>
    private async Task<Corpus> LoadAsync(ITaskContext task, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_corpus is null)
            {
                var info = await task.State.GetTaskAsync(cancellationToken);
                var settings = IndexSettings.Parse(
                    await task.Content.ReadAllAsync($"{info.Metadata}/{IndexSettings.FileName}", MaxMetadataBytes, cancellationToken));
                var plan = CorpusPlan.Parse(await task.Content.ReadAllAsync(settings.PlanPath, MaxPlanBytes, cancellationToken));
                _corpus = new(settings, plan);
            }

            return _corpus;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>What is to be indexed.</summary>
    /// <param name="Settings">Where it is, and in how many rounds it is to be indexed.</param>
    /// <param name="Plan">How it is cut.</param>
    protected sealed record Corpus(IndexSettings Settings, CorpusPlan Plan);
}
