namespace CallActors.Journal;

/// <summary>
/// How the part of a log that is needed no more is deleted: in portions, and when no other log of the node is being cut. A store that deletes thousands of rows
/// keeps everybody's write waiting meanwhile, and every caller with it: 5,000 rows of SQLite's took 115 to 430 ms, and the logs of a node are due together.
/// </summary>
internal sealed class LogCut
{
    /// <summary>Writes of the log that are deleted at once: half a millisecond of SQLite.</summary>
    public const int Portion = 50;

    /// <summary>The most that are, of a log that has become long: it must not grow because more is written than is deleted. Some ten milliseconds.</summary>
    public const int MostPortion = 500;

    /// <summary>Of what is to go, where that is more than <see cref="Portion"/>: 50 of 5,000, 250 of 25,000.</summary>
    private const int Share = 100;

    private long? _deleted;

    /// <summary>The log holds what was written under this number; of what was there before it is told in order.</summary>
    public void Holds(long sequenceNr) => _deleted ??= sequenceNr - 1;

    /// <summary>Up to where to delete next.</summary>
    /// <param name="cut">Up to where it is to go.</param>
    public long Next(long cut)
    {
        var from = _deleted ?? cut;
        return Math.Min(cut, from + Math.Clamp((cut - from) / Share, Portion, MostPortion));
    }

    /// <summary>It was deleted up to here.</summary>
    public void Deleted(long upTo) => _deleted = upTo;
}
