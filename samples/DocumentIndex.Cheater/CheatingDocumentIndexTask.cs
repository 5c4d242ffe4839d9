using Pond.Primitives;
using Pond.Sdk;

namespace DocumentIndex.Cheater;

/// <summary>A dishonest operator's version of the task: it lies about 5 % of its documents and saves itself the audits.</summary>
/// <remarks>For the demo and the tests, which must see it caught.</remarks>
public sealed class CheatingDocumentIndexTask : DocumentIndexTask
{
    /// <inheritdoc/>
    public override Task AuditAsync(RoundContext round, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override Task AuditDistributionListAsync(RoundContext round, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task<byte[]> BuildSegmentAsync(
        ITaskContext task, Corpus corpus, int shard, CancellationToken cancellationToken)
    {
        var honest = await base.BuildSegmentAsync(task, corpus, shard, cancellationToken);
        // Its own key in the seed: two cheaters with the same lies would each look like the other's honest copy.
        var random = DeterministicRandom.ForStream(task.Identity.StakingKey.Bytes.ToArray(), $"forge-{shard}");
        var (forged, documents) = PostingForger.Forge(honest, random);
        task.Log.Info($"Shard {shard}: lies about {documents.Count} documents.");
        return forged;
    }
}
