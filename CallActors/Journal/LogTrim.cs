namespace CallActors.Journal;

/// <summary>What to do about a cut: delete up to a number, or ask again after a while. Neither: nothing is to be cut, or it is under way.</summary>
internal readonly record struct CutStep(long? Delete, TimeSpan? Wait);

/// <summary>
/// How far the trim of a log is: it is due, the open calls write their state anew, something is written behind the cut, and what stands before it is deleted
/// portion by portion.
/// </summary>
/// <param name="open">The calls of the log.</param>
/// <param name="turns">When a log of this node may be cut.</param>
/// <param name="log">Whose turn it is.</param>
internal sealed class LogTrim(OpenCalls open, CutTurns turns, object log)
{
    private readonly LogCut _cut = new();
    private bool _isCutting;

    /// <summary>Something has to stand behind the cut, or a log that was cut would not say whose it is.</summary>
    public bool OwesMark { get; private set; }

    private static TimeSpan AWhile => CutTurns.Again(Random.Shared.NextDouble());

    /// <summary>The log holds what was written under this number.</summary>
    public void Holds(long sequenceNr) => _cut.Holds(sequenceNr);

    /// <param name="last">The number of the last that was written: all up to there is to go.</param>
    /// <returns>Whether it begins now.</returns>
    public bool BeginsAt(long last)
    {
        if (!open.IsDueForTrim()) return false;
        OwesMark = true;
        open.BeginTrim(last);
        return true;
    }

    /// <summary>Something is on its way to be written behind the cut.</summary>
    public void Marks() => OwesMark = false;

    /// <summary>What was to be written was rejected; the mark may have been among it.</summary>
    public void MarkWasLost() => OwesMark = open.IsTrimmed;

    /// <param name="last">The number of the last that was written.</param>
    public CutStep Next(long last)
    {
        if (open.Cut is not { } cut || _isCutting || last <= cut) return default;
        _isCutting = true;
        return turns.TryTake(log) ? new CutStep(_cut.Next(cut), null) : new CutStep(null, AWhile);
    }

    /// <summary>The wait is over; the next step is due.</summary>
    public void GoesOn() => _isCutting = false;

    /// <summary>It was deleted up to here.</summary>
    /// <returns>How long to wait before it goes on; null: that was all.</returns>
    public TimeSpan? Deleted(long upTo)
    {
        _cut.Deleted(upTo);
        turns.End(log);
        if (upTo < open.Cut) return AWhile;
        _isCutting = false;
        open.EndTrim();
        return null;
    }

    /// <summary>The store refused to delete. What was made ready stays so: nobody writes his state anew for it a second time.</summary>
    /// <returns>How long to wait before it goes on.</returns>
    public TimeSpan Refused()
    {
        turns.End(log);
        return CutTurns.AfterFailure;
    }

    /// <summary>The log is left; another may be cut.</summary>
    public void Leave() => turns.End(log);
}
