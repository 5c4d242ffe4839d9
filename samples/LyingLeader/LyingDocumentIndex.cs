using DocumentIndex;
using Pond.Sdk;

namespace LyingLeader;

/// <summary>Works honestly, and takes everything when it is selected to write the list.</summary>
public sealed class LyingDocumentIndex : DocumentIndexTask
{
    /// <inheritdoc/>
    public override Task SubmitDistributionListAsync(RoundContext round, CancellationToken cancellationToken) => Lie.SubmitAsync(round, cancellationToken);
}
