using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Pond.Server.Ledger;

/// <summary>Sends a ledger's metrics and traces to an OpenTelemetry collector. Its other settings come from the standard's OTEL_ variables.</summary>
public sealed class LedgerTelemetry : IDisposable
{
    /// <summary>The variable that names the collector when nothing else does.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string ServiceName = "pond-ledger";

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private LedgerTelemetry(TracerProvider traces, MeterProvider metrics) => (_traces, _metrics) = (traces, metrics);

    /// <summary>Starts sending.</summary>
    /// <param name="collector">The collector's base address: over HTTP (usually port 4318) unless OTEL_EXPORTER_OTLP_PROTOCOL says <c>grpc</c> (4317).</param>
    /// <param name="network">The network's name, shown with everything.</param>
    public static LedgerTelemetry Start(Uri collector, string network)
    {
        var protocol = Environment.GetEnvironmentVariable(ProtocolVariable) is "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        var resource = ResourceBuilder.CreateDefault()
            .AddService(ServiceName, serviceNamespace: "pond", serviceVersion: typeof(LedgerTelemetry).Assembly.GetName().Version?.ToString(3))
            .AddAttributes([new("pond.network", network)]);
        return new LedgerTelemetry(
            Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(LedgerTraces.SourceName)
                .AddOtlpExporter(options => Set(options, "v1/traces"))
                .Build(),
            Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter(LedgerMetrics.MeterName)
                .AddOtlpExporter(options => Set(options, "v1/metrics"))
                .Build());

        void Set(OtlpExporterOptions options, string path)
        {
            options.Protocol = protocol;
            options.Endpoint = protocol is OtlpExportProtocol.Grpc ? collector : new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/{path}");
        }
    }

    /// <summary>Sends what is left, and stops.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
