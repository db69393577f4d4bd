using Akka.Actor;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;

namespace CallActors.Telemetry;

/// <summary>
/// Akka's log lines as lines of the host's log: who speaks, and what is said. Level, time and cause are the host's to show; <see cref="LoggerFactoryLogger"/>
/// writes all three into the text once more.
/// </summary>
internal sealed class HostLogger : LoggerFactoryLogger
{
    private readonly ILogger _log;

    public HostLogger() => _log = Context.System.Settings.Setup.Get<LoggerFactorySetup>().Value.LoggerFactory.CreateLogger<ActorSystem>();

    protected override void Log(LogEvent log, ActorPath path) =>
        _log.Log(LevelOf(log), log.Cause, "{Source}: {Message}", log.LogSource, log.Message);

    private static Microsoft.Extensions.Logging.LogLevel LevelOf(LogEvent log) => log.LogLevel() switch
    {
        Akka.Event.LogLevel.DebugLevel => Microsoft.Extensions.Logging.LogLevel.Debug,
        Akka.Event.LogLevel.InfoLevel => Microsoft.Extensions.Logging.LogLevel.Information,
        Akka.Event.LogLevel.WarningLevel => Microsoft.Extensions.Logging.LogLevel.Warning,
        _ => Microsoft.Extensions.Logging.LogLevel.Error,
    };
}
