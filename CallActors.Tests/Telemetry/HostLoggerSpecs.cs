using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting.Logging;
using CallActors.Telemetry;
using Microsoft.Extensions.Logging;

namespace CallActors.Tests.Telemetry;

public sealed class HostLoggerSpecs
{
    [Fact]
    public async Task A_line_of_Akka_s_is_said_once_with_its_cause_beside_it()
    {
        var cause = new InvalidOperationException("the cause");
        var lines = await LogAsync(log => log.Warning(cause, "Call {0} waits", "CA-1"));
        var (level, text, with) = Assert.Single(lines, line => line.Text.Contains("CA-1", StringComparison.Ordinal));
        Assert.Equal((Microsoft.Extensions.Logging.LogLevel.Warning, "here (akka://lines): Call CA-1 waits"), (level, text));
        Assert.Same(cause, with);
    }

    private static async Task<IReadOnlyCollection<Line>> LogAsync(Action<ILoggingAdapter> say)
    {
        using var host = new Lines();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(host));
        var config = ConfigurationFactory.ParseString($"akka {{ loggers = [\"{typeof(HostLogger).AssemblyQualifiedName}\"], stdout-loglevel = OFF }}");
        var system = ActorSystem.Create("lines", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), new LoggerFactorySetup(factory)));
        say(Logging.GetLogger(system, "here"));
        await host.LastIsThere;
        await system.Terminate();
        return host.All;
    }

    private sealed record Line(Microsoft.Extensions.Logging.LogLevel Level, string Text, Exception? Cause);

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource _last = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<Line> All { get; } = new();

        public Task LastIsThere => _last.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            All.Enqueue(new Line(logLevel, text, exception));
            if (text.StartsWith("here ", StringComparison.Ordinal)) _last.TrySetResult();
        }

        public void Dispose()
        {
            // It holds nothing that would have to be given back.
        }
    }
}
