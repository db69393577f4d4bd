namespace CallActors.Telemetry;

/// <summary>What the CRM database is asked for.</summary>
public enum CrmUse
{
    Reading,
    Writing,
}

/// <summary>
/// Whether the CRM database answered when it was last asked, as the loader and the writer saw it. Each speaks for itself: a database that can be read
/// may have no room, or be a standby that takes no writes. Thread-safe.
/// </summary>
public sealed class CrmAvailability
{
    private volatile string? _reading;
    private volatile string? _writing;
    private long _answers;

    public bool IsAvailable => Reason is null;

    public bool CanBeRead => _reading is null;

    /// <summary>Why it is thought to be away; null: it is there, or was never asked.</summary>
    public string? Reason => _reading ?? _writing;

    /// <summary>How often it has answered.</summary>
    public long Answers => Volatile.Read(ref _answers);

    public void Answered(CrmUse use)
    {
        Interlocked.Increment(ref _answers);
        Set(use, null);
    }

    public void Failed(CrmUse use, string reason) => Set(use, reason);

    private void Set(CrmUse use, string? reason)
    {
        if (use == CrmUse.Reading) _reading = reason;
        else _writing = reason;
    }
}
