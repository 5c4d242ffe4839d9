namespace Pond.Server.Ledger;

/// <summary>Sends a ledger's metrics and traces to an OpenTelemetry collector.</summary>
public static class LedgerTelemetry
{
    /// <summary>The variable that names the collector when nothing else does.</summary>
    public const string EndpointVariable = Telemetry.EndpointVariable;

    /// <summary>Starts sending.</summary>
    /// <param name="collector">The collector's base address: over HTTP (usually port 4318) unless OTEL_EXPORTER_OTLP_PROTOCOL says <c>grpc</c> (4317).</param>
    /// <param name="network">The network's name, shown with everything.</param>
    public static Telemetry Start(Uri collector, string network) =>
        Telemetry.Start(collector, "pond-ledger", new("pond.network", network), LedgerMetrics.MeterName, LedgerTraces.SourceName);
}
