namespace Pond.Sdk.Hosting;

/// <summary>What the node wants to hear about phases.</summary>
internal interface IPhaseNode
{
    /// <summary>The task is set up.</summary>
    Task ReportReadyAsync(CancellationToken cancellationToken);

    /// <summary>A phase has ended; <paramref name="error"/> is null if it went well.</summary>
    Task ReportCompletedAsync(long id, string? error, CancellationToken cancellationToken);
}
