using Pond.Sdk;
using UptimeMonitor;

namespace LyingLeader;

/// <summary>Works honestly, and takes everything when it is selected to write the list.</summary>
public sealed class LyingUptimeMonitor : UptimeMonitorTask
{
    /// <inheritdoc/>
    public override Task SubmitDistributionListAsync(RoundContext round, CancellationToken cancellationToken) => Lie.SubmitAsync(round, cancellationToken);
}
