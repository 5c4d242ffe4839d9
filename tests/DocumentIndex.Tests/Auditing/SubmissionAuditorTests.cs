using DocumentIndex.Cheater;
using Pond.Primitives;

namespace DocumentIndex.Tests.Auditing;

public sealed class SubmissionAuditorTests : IDisposable
{
    private static readonly int[] Assigned = [1, 4, 5];

    private readonly TestCorpus _corpus = TestCorpus.OfMembers(members: 600);

    public void Dispose() => _corpus.Dispose();

    [Fact]
    public async Task Honest_segments_are_valid_to_every_auditor()
    {
        var segments = await _corpus.IndexAsync(Assigned);
        for (var auditor = 0UL; auditor < 20; auditor++)
        {
            var report = await CheckAsync(segments, auditor);
            Assert.True(report.Verdict is AuditVerdict.Valid, report.Reason);
        }
    }

    [Fact]
    public async Task Five_percent_of_forged_documents_are_found_by_every_auditor()
    {
        var honest = await _corpus.IndexAsync(Assigned);
        for (var auditor = 0UL; auditor < 20; auditor++)
        {
            var forged = honest.ToDictionary(part => part.Key, part => Forged(part.Value, seed: auditor));

            var report = await CheckAsync(forged, auditor);

            Assert.Equal(AuditVerdict.Invalid, report.Verdict);
            Assert.Matches("^Shard [145]: position [0-9]+ of '.+' has '.+' and should have '.+'\\.$", report.Reason);
        }
    }

    [Fact]
    public async Task A_forged_segment_looks_like_an_honest_one()
    {
        var honest = await _corpus.IndexAsync(1);

        var (bytes, forged) = PostingForger.Forge(honest, DeterministicRandom.ForStream(7UL, "forger"));

        var (before, after) = (Segment.Open(honest), Segment.Open(bytes));
        var (was, now) = (ForwardIndex.Of(before), ForwardIndex.Of(after));
        Assert.Equal(before.Documents, after.Documents);
        Assert.Equal(before.TermCount, after.TermCount);
        Assert.Equal(SampleSize.Altered(before.Documents.Count), forged.Count);
        Assert.All(Enumerable.Range(0, before.Documents.Count), document =>
        {
            Assert.Equal(forged.Contains(document), !was.TermsOf(document).SequenceEqual(now.TermsOf(document)));
            Assert.Equal(was.TermsOf(document).ToArray().Order(), now.TermsOf(document).ToArray().Order());
        });
    }

    [Fact]
    public async Task A_missing_or_extra_shard_is_invalid()
    {
        var missing = await _corpus.IndexAsync([1, 5]);
        var extra = await _corpus.IndexAsync([0, 1, 4, 5]);

        Assert.Equal(new(AuditVerdict.Invalid, "Shard 4 is missing."), await CheckAsync(missing));
        Assert.Equal(new(AuditVerdict.Invalid, "Shard 0 was not asked for."), await CheckAsync(extra));
    }

    [Fact]
    public async Task Another_shards_segment_is_invalid()
    {
        var segments = await _corpus.IndexAsync(Assigned);
        segments[4] = await _corpus.IndexAsync(2);

        var report = await CheckAsync(segments);

        Assert.Equal(AuditVerdict.Invalid, report.Verdict);
        Assert.StartsWith("Shard 4", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_broken_segment_is_valid()
    {
        using var corpus = new TestCorpus(("a.txt", "the tide comes and the tide goes"));
        var honest = await corpus.IndexAsync(0);
        var broken = Enumerable.Range(0, honest.Length * 8)
            .Select(bit => honest.Select((value, at) => at == bit / 8 ? (byte)(value ^ (1 << (bit % 8))) : value).ToArray())
            .Concat(Enumerable.Range(0, honest.Length).Select(length => honest[..length]));
        foreach (var bytes in broken)
        {
            var report = await SubmissionAuditor.CheckAsync(
                corpus.Plan, [0], new Dictionary<int, ReadOnlyMemory<byte>> { [0] = bytes }, corpus.ReadAsync, RandomOf(1), CancellationToken.None);
            Assert.Equal(AuditVerdict.Invalid, report.Verdict);
        }
    }

    [Fact]
    public async Task What_can_not_be_read_accuses_nobody()
    {
        var segments = await _corpus.IndexAsync(Assigned);

        var unreachable = await CheckAsync(segments, read: (_, _, _) => throw new IOException("the peer is gone"));
        var refused = await CheckAsync(segments, read: (_, _, _) => throw new PondException("no-peer", "Nobody has it.", "Wait."));
        var shortened = await CheckAsync(segments, read: async (file, slice, token) => (await _corpus.ReadAsync(file, slice, token))[1..]);

        Assert.Equal(new(AuditVerdict.Abstain, "Shard 5 could not be read: the peer is gone"), unreachable);
        Assert.Equal(new(AuditVerdict.Abstain, "Shard 5 could not be read: Nobody has it."), refused);
        Assert.Equal(AuditVerdict.Abstain, shortened.Verdict);
    }

    [Fact]
    public async Task A_lie_that_can_be_seen_weighs_more_than_a_slice_that_can_not()
    {
        var segments = await _corpus.IndexAsync(Assigned);
        segments[5] = await _corpus.IndexAsync(6);
        var lost = _corpus.Plan.Shards[1].Slices[0];

        var report = await CheckAsync(segments, read: (file, slice, token) =>
            slice == lost ? throw new IOException("gone") : _corpus.ReadAsync(file, slice, token));

        Assert.Equal(AuditVerdict.Invalid, report.Verdict);
    }

    private static ReadOnlyMemory<byte> Forged(ReadOnlyMemory<byte> honest, ulong seed) =>
        PostingForger.Forge(honest, DeterministicRandom.ForStream(seed, "forger")).Segment;

    private static DeterministicRandom RandomOf(ulong auditor) => DeterministicRandom.ForStream(auditor, "audit-sample");

    private async Task<AuditReport> CheckAsync(
        Dictionary<int, ReadOnlyMemory<byte>> segments, ulong auditor = 0, SliceReader? read = null) =>
        await SubmissionAuditor.CheckAsync(_corpus.Plan, Assigned, segments, read ?? _corpus.ReadAsync, RandomOf(auditor), CancellationToken.None);
}
