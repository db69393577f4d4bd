namespace CallActors.Journal;

/// <summary>
/// How the part of a log that is needed no more is deleted: in portions, and when no other log of the node is being cut. A store that deletes thousands of rows
/// keeps everybody's write waiting meanwhile, and every caller with it: 5,000 rows of SQLite's took 115 to 430 ms, and the logs of a node are due together.
/// </summary>
internal sealed class LogCut
{
    /// <summary>Writes of the log that are deleted at once: half a millisecond of SQLite.</summary>
    public const int Portion = 50;

    private long? _deleted;

    /// <summary>The log holds what was written under this number; of what was there before it is told in order.</summary>
    public void Holds(long sequenceNr) => _deleted ??= sequenceNr - 1;

    /// <summary>Up to where to delete next.</summary>
    /// <param name="cut">Up to where it is to go.</param>
    public long Next(long cut) => Math.Min(cut, (_deleted ?? cut) + Portion);

    /// <summary>It was deleted up to here.</summary>
    public void Deleted(long upTo) => _deleted = upTo;
}
