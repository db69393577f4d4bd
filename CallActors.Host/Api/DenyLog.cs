using System.Net;

namespace CallActors.Host.Api;

/// <summary>Why a request was denied, for the log; left on the request by whoever denied it.</summary>
/// <param name="Gateway">Whose request it was said to be.</param>
/// <param name="Fault">What is wrong with it, in words that give no secret away.</param>
internal sealed record Denial(string Gateway, string Fault);

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
    private Dictionary<(string Source, int Status, string? Gateway), int> _counts = [];

    public DenyLog(TimeProvider time, ILogger<DenyLog> log)
    {
        _log = log;
        _timer = time.CreateTimer(_ => Tell(), null, Window, Window);
    }

    /// <summary>Counts a response that says no.</summary>
    /// <param name="remote">Who was denied.</param>
    /// <param name="status">Of the response.</param>
    /// <param name="denial">Why, where that is known; of those of one source and gateway the first is told.</param>
    public void Count(IPAddress? remote, int status, Denial? denial = null)
    {
        var who = (Source: remote?.ToString() ?? "unknown", Status: status, denial?.Gateway);
        lock (_lock)
        {
            if (_counts.Count >= MostSources && !_counts.ContainsKey(who)) who.Source = "other sources";
            var count = _counts.GetValueOrDefault(who) + 1;
            _counts[who] = count;
            if (count > 1) return;
        }

        if (denial is null) _log.LogWarning("{Source} was answered {Status}", who.Source, status);
        else if (status == StatusCodes.Status403Forbidden)
            _log.LogWarning("{Source} was answered {Status}, its request is not {Gateway}'s: {Fault}", who.Source, status, denial.Gateway, denial.Fault);
        else _log.LogWarning("{Source} was answered {Status}, its {Gateway} was not read: {Fault}", who.Source, status, denial.Gateway, denial.Fault);
    }

    public void Dispose() => _timer.Dispose();

    private void Tell()
    {
        Dictionary<(string Source, int Status, string? Gateway), int> counts;
        lock (_lock)
        {
            // Who was denied within the last minute stays known, so that going on is told by a count and not anew.
            counts = _counts;
            _counts = counts.Where(one => one.Value > 1).ToDictionary(one => one.Key, _ => 1);
        }

        foreach (var ((source, status, gateway), count) in counts)
        {
            if (count <= 1) continue;
            if (gateway is null) _log.LogWarning("{Source} was answered {Status} another {Count} times within a minute", source, status, count - 1);
            else if (status == StatusCodes.Status403Forbidden)
                _log.LogWarning("{Source} was answered {Status} another {Count} times within a minute, as not {Gateway}", source, status, count - 1, gateway);
            else _log.LogWarning("{Source} was answered {Status} another {Count} times within a minute, for a {Gateway}", source, status, count - 1, gateway);
        }
    }
}
