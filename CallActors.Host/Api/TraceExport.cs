using CallActors.Host.Options;
using CallActors.Telemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CallActors.Host.Api;

/// <summary>
/// Traces for a collector (OTLP). OpenTelemetry's own variables say where it is and what it is told: without one nothing is recorded. Npgsql's activities are
/// not among them: each has its connection string, and what is asked of the CRM is told here.
/// </summary>
internal static class TraceExport
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Whether it is one of OpenTelemetry's variables.</summary>
    public static bool IsVariable(string name) => name.StartsWith("OTEL_", StringComparison.Ordinal);

    /// <summary>Whether traces are asked for.</summary>
    /// <exception cref="ConfigurationException">Where they are to go is no address.</exception>
    public static bool IsAsked(IConfiguration configuration)
    {
        if (configuration[Endpoint] is not { } given || string.IsNullOrWhiteSpace(given)) return false;
        return Uri.TryCreate(given, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? true
            : throw new ConfigurationException($"{Endpoint} is '{given}'; the address of a collector such as http://127.0.0.1:4317 is expected.");
    }

    /// <summary>Records and sends them. Each start is an instance of its own, unless <c>OTEL_RESOURCE_ATTRIBUTES</c> has a name for it.</summary>
    public static void AddTraces(this IServiceCollection services) =>
        services.AddSingleton<TraceTroubles>().AddHostedService<TraceEnd>().AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("callactors", serviceVersion: CallMeter.Version).AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource(CallTraces.Name).AddAspNetCoreInstrumentation(http => http.Filter = IsTold).AddOtlpExporter());

    /// <summary>Reads the rest of OpenTelemetry's variables, and makes what sends.</summary>
    /// <exception cref="ConfigurationException">One of them cannot be used. None is shown: headers are keys.</exception>
    public static void Begin(IServiceProvider services)
    {
        services.GetRequiredService<TraceTroubles>();
        try
        {
            services.GetRequiredService<TracerProvider>();
        }
        catch (Exception e)
        {
            throw new ConfigurationException(
                $"Traces cannot be sent as the variables OTEL_… say: {e.AsClause()}; values as OpenTelemetry describes them are expected.");
        }
    }

    /// <summary>Probes and scrapes come every few seconds, and nobody asks what became of one.</summary>
    private static bool IsTold(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments(Prometheus.Path);
}

/// <summary>Sends the last traces within the stop: what disposes of the exporter afterwards would wait for longer than a stop may take.</summary>
internal sealed class TraceEnd(TracerProvider traces) : IHostedService
{
    private const int PatienceMilliseconds = 1000;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => traces.Shutdown(PatienceMilliseconds), CancellationToken.None);
}
