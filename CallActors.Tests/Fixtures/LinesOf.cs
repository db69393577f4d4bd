using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CallActors.Tests.Fixtures;

/// <summary>Remembers what is logged.</summary>
internal sealed class LinesOf<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>What was logged since it was last asked.</summary>
    public List<string> Take()
    {
        var taken = new List<string>();
        while (_lines.TryDequeue(out var line)) taken.Add(line);
        return taken;
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));
}
