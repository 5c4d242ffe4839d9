using Pond.Sdk;
using Pond_Task1;

namespace LyingLeader;

/// <summary>Works honestly, and takes everything when it is selected to write the list.</summary>
public sealed class LyingKeyValueStore : Pond_Task1Task
{
    /// <inheritdoc/>
    public override Task SubmitDistributionListAsync(RoundContext round, CancellationToken cancellationToken) => Lie.SubmitAsync(round, cancellationToken);
}
