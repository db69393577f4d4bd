using System.Diagnostics.Metrics;
using Akka.Actor;
using CallActors.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;

namespace CallActors.Host.Api;

/// <summary>
/// <c>GET /metrics</c>: this node's figures for Prometheus. The exporter reads instruments in one go; what only actors know is asked before, and left out where
/// they do not answer in time: a scrape is to tell most where most is wrong.
/// </summary>
internal sealed class Prometheus(ICallGateway calls, HeldCalls held, TimeProvider time, ILogger<Prometheus> log)
{
    public const string Path = "/metrics";

    /// <summary>So long a scrape waits for the partitions. Prometheus itself waits ten seconds unless it is told otherwise.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task Ask(HttpContext context, RequestDelegate next)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        try
        {
            await held.AskAsync(() => calls.CountHere(either.Token).WaitAsync(either.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or AskTimeoutException && !context.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning("A scrape leaves the gauges of calls out: not every partition of this node answered within {Seconds} s", Patience.TotalSeconds);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            log.LogError(e, "A scrape leaves the gauges of calls out: asking the partitions failed");
        }

        await next(context);
    }
}

/// <summary>The exporter, and what it is given to export.</summary>
internal static class PrometheusExport
{
    /// <summary>
    /// Npgsql's is not among them: its label for a pool is the connection string. Nor is that of ASP.NET Core's hosting: it measures every request, most of
    /// which are events, which are measured here.
    /// </summary>
    private static readonly string[] Meters = [CallMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    public static void AddPrometheus(this IServiceCollection services)
    {
        services.TryAddSingleton<HeldCalls>();
        services.AddSingleton<Prometheus>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter(exporter =>
        {
            // What was asked for this scrape is to be in it.
            exporter.ScrapeResponseCacheDurationMilliseconds = 0;
            exporter.ScopeInfoEnabled = false;
            exporter.TargetInfoEnabled = false;
        }));

        // The SDK hears the meters of the whole process by their names; those of another service in it are not ours.
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var own = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope is { } factory && factory != own ? MetricStreamConfiguration.Drop : null);
        });
    }

    public static void MapPrometheus(this WebApplication app)
    {
        var services = app.Services;
        EdgeInstruments.Add(CallMeter.Of(services.GetRequiredService<IMeterFactory>()), services.GetRequiredService<EventsInFlight>(),
            services.GetRequiredService<StartGate>());
        app.MapPrometheusScrapingEndpoint(Prometheus.Path, null, asked => asked.Use(services.GetRequiredService<Prometheus>().Ask), null)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
    }
}
