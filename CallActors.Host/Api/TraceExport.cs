using CallActors.Host.Options;
using CallActors.Telemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CallActors.Host.Api;

/// <summary>
/// Traces for a collector (OTLP). OpenTelemetry's own variables say where it is and what it is told: without one nothing is recorded. Npgsql's activities are not among them:
/// each has its connection string, and what is asked of the CRM is told here.
/// </summary>
internal static class TraceExport
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Endpoints = [Endpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>Whether traces are asked for.</summary>
    /// <exception cref="ConfigurationException">Where they are to go is no address.</exception>
    public static bool IsAsked(IConfiguration configuration)
    {
        var given = Endpoints.Where(name => !string.IsNullOrWhiteSpace(configuration[name])).ToList();
        foreach (var name in given)
        {
            if (!Uri.TryCreate(configuration[name], UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
                throw new ConfigurationException($"{name} is '{configuration[name]}'; the address of a collector such as http://127.0.0.1:4317 is expected.");
        }

        return given.Count > 0;
    }

    /// <summary>Records and sends them. Each start is an instance of its own, unless <c>OTEL_RESOURCE_ATTRIBUTES</c> has a name for it.</summary>
    public static void AddTraces(this IServiceCollection services) =>
        services.AddHostedService<TraceTroubles>().AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("callactors", serviceVersion: CallMeter.Version).AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource(CallTraces.Name).AddAspNetCoreInstrumentation(http => http.Filter = IsTold).AddOtlpExporter());

    /// <summary>Probes and scrapes come every few seconds, and nobody asks what became of one.</summary>
    private static bool IsTold(HttpContext context) => !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments(Prometheus.Path);
}
