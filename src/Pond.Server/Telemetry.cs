using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Pond.Server;

/// <summary>Sends metrics and traces to an OpenTelemetry collector. Its other settings come from the standard's OTEL_ variables.</summary>
public sealed class Telemetry : IDisposable
{
    /// <summary>The variable that names the collector when nothing else does.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private Telemetry(TracerProvider traces, MeterProvider metrics) => (_traces, _metrics) = (traces, metrics);

    /// <summary>Starts sending.</summary>
    /// <param name="collector">The collector's base address: over HTTP (usually port 4318) unless OTEL_EXPORTER_OTLP_PROTOCOL says <c>grpc</c> (4317).</param>
    /// <param name="service">What sends, such as <c>pond-node</c>.</param>
    /// <param name="attribute">What is shown with everything: a name and its value.</param>
    /// <param name="names">The names of the meters, which are those of the sources of traces as well.</param>
    internal static Telemetry Start(Uri collector, string service, KeyValuePair<string, object> attribute, params string[] names)
    {
        var protocol = Environment.GetEnvironmentVariable(ProtocolVariable) is "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        var resource = ResourceBuilder.CreateDefault()
            .AddService(service, serviceNamespace: "pond", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3))
            .AddAttributes([attribute]);
        return new Telemetry(
            Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(names)
                .AddOtlpExporter(options => Set(options, "v1/traces"))
                .Build(),
            Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter(names)
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
