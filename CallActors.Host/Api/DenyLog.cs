using System.Net;

namespace CallActors.Host.Api;

/// <summary>
/// Whoever is not let in is logged: the first time at once, then once a minute and source with how often it was. Neither key nor path is in it, and a flood
/// of denials is no flood of lines. Thread-safe.
/// </summary>
internal sealed class DenyLog : IDisposable
{
    /// <summary>Sources that are told apart within a minute; those beyond are counted together.</summary>
    private const int MostSources = 1_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ILogger<DenyLog> _log;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private Dictionary<(string Source, int Status), int> _counts = [];

    public DenyLog(TimeProvider time, ILogger<DenyLog> log)
    {
        _log = log;
        _timer = time.CreateTimer(_ => Tell(), null, Window, Window);
    }

    /// <summary>Counts a response that says no.</summary>
    public void Count(IPAddress? remote, int status)
    {
        var source = remote?.ToString() ?? "unknown";
        lock (_lock)
        {
            if (_counts.Count >= MostSources && !_counts.ContainsKey((source, status))) source = "other sources";
            var count = _counts.GetValueOrDefault((source, status)) + 1;
            _counts[(source, status)] = count;
            if (count > 1) return;
        }

        _log.LogWarning("{Source} was answered {Status}", source, status);
    }

    public void Dispose() => _timer.Dispose();

    private void Tell()
    {
        Dictionary<(string Source, int Status), int> counts;
        lock (_lock)
        {
            // Who was denied within the last minute stays known, so that going on is told by a count and not anew.
            counts = _counts;
            _counts = counts.Where(one => one.Value > 1).ToDictionary(one => one.Key, _ => 1);
        }

        foreach (var ((source, status), count) in counts)
            if (count > 1) _log.LogWarning("{Source} was answered {Status} another {Count} times within a minute", source, status, count - 1);
    }
}
