using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>Sends a node's metrics and traces to an OpenTelemetry collector.</summary>
public static class NodeTelemetry
{
    /// <summary>Starts sending.</summary>
    /// <param name="collector">The collector's base address: over HTTP (usually port 4318) unless OTEL_EXPORTER_OTLP_PROTOCOL says <c>grpc</c> (4317).</param>
    /// <param name="mainKey">The operator's main key, shown with everything.</param>
    public static Telemetry Start(Uri collector, Pubkey mainKey) =>
        Telemetry.Start(collector, "pond-node", new("pond.operator", mainKey.ToString()), NodeMetrics.Name);
}
