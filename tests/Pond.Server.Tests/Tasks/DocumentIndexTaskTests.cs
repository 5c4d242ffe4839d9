using System.Collections.Immutable;
using System.Text;
using DocumentIndex;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Tests.Tasks;

/// <summary>The sample as a real child process: it indexes, submits, and audits itself and a cheater.</summary>
public sealed class DocumentIndexTaskTests : IDisposable
{
    private readonly DirectoryInfo _documents = Directory.CreateTempSubdirectory("pond-test-");
    private readonly CorpusPlan _plan;

    public DocumentIndexTaskTests()
    {
        for (var file = 0; file < 40; file++)
        {
            var words = Enumerable.Range(0, 60).Select(word => $"word{(word * (file + 3)) % 53}");
            File.WriteAllText(Path.Combine(_documents.FullName, $"{file:D2}.txt"), string.Join(' ', words));
        }

        _plan = CorpusScanner.Scan(_documents.FullName).Plan;
    }

    public void Dispose() => _documents.Delete(recursive: true);

    [Fact]
    public async Task Honest_submission_is_valid_and_the_cheaters_is_not()
    {
        await using var honest = await StartAsync("DocumentIndex");
        await using var cheater = await StartAsync("DocumentIndex.Cheater");
        var (me, liar) = (honest.Services.StakingKey, FakeTaskServices.KeyOf("liar"));

        // Both think they are the only participant, so both index all shards.
        honest.Services.Rounds[new(0)] = Round(0, [me]);
        cheater.Services.Rounds[new(0)] = Round(0, [cheater.Services.StakingKey]);
        Assert.Null((await honest.CallAsync(TaskPhase.Execute, 0)).Error);
        Assert.Null((await cheater.CallAsync(TaskPhase.Execute, 0)).Error);
        Assert.Null((await honest.CallAsync(TaskPhase.Submit, 0)).Error);
        Assert.Null((await cheater.CallAsync(TaskPhase.Submit, 0)).Error);

        // The auditor sees two participants. Each shard goes to two nodes, so both had to index all of them.
        Take(cheater.Services.Content, "lies", honest.Services.Content);
        honest.Services.Rounds[new(0)] = Round(0, [me, liar], (me, "cidround0"), (liar, "lies"));
        honest.Services.Duties = [me, liar];
        Assert.Null((await honest.CallAsync(TaskPhase.Audit, 0)).Error);

        Assert.Equal(Verdict.Valid, honest.Services.Verdicts[me]);
        Assert.Equal(Verdict.Invalid, honest.Services.Verdicts[liar]);

        var merged = SegmentMerger.Merge(Enumerable.Range(0, _plan.Shards.Length)
            .Select(shard => Segment.Open(honest.Services.Content[$"cidround0/{SegmentFile.NameOf(shard)}"])));
        Assert.Equal(await ShardIndexer.IndexAllAsync(_plan, new CorpusFolder(_documents.FullName).ReadAsync, default), merged);
    }

    [Fact]
    public async Task Unreachable_submission_accuses_nobody_but_a_proven_gap_does()
    {
        await using var run = await StartAsync("DocumentIndex");
        var (gone, lazy) = (FakeTaskServices.KeyOf("gone"), FakeTaskServices.KeyOf("lazy"));
        run.Services.Rounds[new(0)] = Round(0, [gone, lazy], (gone, "unreachable"), (lazy, "proven"));
        run.Services.Duties = [gone, lazy];

        Assert.Null((await run.CallAsync(TaskPhase.Audit, 0)).Error);

        Assert.Equal(Verdict.Abstain, run.Services.Verdicts[gone]);
        Assert.Equal(Verdict.Invalid, run.Services.Verdicts[lazy]);
    }

    [Fact]
    public async Task Shards_that_nobody_got_accepted_come_back_two_rounds_later()
    {
        await using var run = await StartAsync("DocumentIndex");
        var (me, liar) = (run.Services.StakingKey, FakeTaskServices.KeyOf("liar"));
        run.Services.Rounds[new(0)] = Round(0, [liar], (liar, "lies")) with
        {
            Outcomes = ImmutableSortedDictionary<Pubkey, SubmissionOutcome>.Empty.Add(liar, SubmissionOutcome.Pending),
        };
        run.Services.Rounds[new(2)] = Round(2, [me]);
        var early = await run.CallAsync(TaskPhase.Execute, 2);

        run.Services.Rounds[new(0)] = Round(0, [liar], (liar, "lies")) with
        {
            Outcomes = ImmutableSortedDictionary<Pubkey, SubmissionOutcome>.Empty.Add(liar, SubmissionOutcome.Slashed),
        };
        var later = await run.CallAsync(TaskPhase.Execute, 2);

        Assert.StartsWith("PondException: The audits of round 0 are not over", early.Error, StringComparison.Ordinal);
        Assert.Null(later.Error);
        Assert.Equal(
            Enumerable.Range(0, _plan.Shards.Length).Select(SegmentFile.NameOf).Order(StringComparer.Ordinal),
            run.Services.Content.Keys.Where(path => path.StartsWith("cidround2/", StringComparison.Ordinal))
                .Select(path => path["cidround2/".Length..]).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    private static TaskRoundInfo Round(ulong round, Pubkey[] participants, params (Pubkey Submitter, string Value)[] submissions) =>
        RoundInfos.Of(round, [.. submissions.Select(entry => (entry.Submitter, entry.Value, SubmissionOutcome.Accepted))]) with
        {
            Participants = participants.ToImmutableSortedDictionary(key => key, _ => new Lamports(10)),
        };

    private static void Take(
        IReadOnlyDictionary<string, byte[]> from, string cid, System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> to)
    {
        foreach (var (path, bytes) in from.Where(entry => entry.Key.StartsWith("cidround0/", StringComparison.Ordinal)))
        {
            to[$"{cid}/{path["cidround0/".Length..]}"] = bytes;
        }
    }

    private async Task<TaskRun> StartAsync(string program)
    {
        var run = await TaskRun.StartAsync(bundle: TaskRun.BundleOf(program));
        run.Services.Content["metadata/metadata.json"] = Encoding.UTF8.GetBytes(
            $$"""{"author":"somebody","{{IndexSettings.CorpusMember}}":"corpus","{{IndexSettings.FirstRoundMember}}":0,"{{IndexSettings.RoundsMember}}":1}""");
        run.Services.Content["corpus/corpus.json"] = _plan.ToJson();
        foreach (var file in _plan.Files)
        {
            run.Services.Content[$"corpus/files/{file.Path}"] = await File.ReadAllBytesAsync(Path.Combine(_documents.FullName, file.Path));
        }

        return run;
    }
}
