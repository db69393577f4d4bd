using Akka.Persistence.Sql.Journal.Types;

namespace CallActors.Journal.Writing;

/// <summary>
/// Writes rows of many logs in one transaction, and deletes what a log needs no more. Several at a time only where <see cref="WriteGroups"/> was told so.
/// </summary>
internal interface IRowWriter : IAsyncDisposable
{
    /// <summary>
    /// All of the rows are on the disk; where it throws, none is, or it is not known: the answer was lost, or a server that stands still has them and may yet
    /// commit them.
    /// </summary>
    Task WriteAsync(IReadOnlyList<JournalRow> rows);

    /// <summary>What a log holds up to a number is gone, but for the last of it, which is marked as deleted: the log goes on counting from there.</summary>
    Task DeleteAsync(string log, long upTo);

    /// <summary>Whether it was one of the rows that was refused, of a transaction that was surely rolled back for it. Does not throw.</summary>
    bool IsRefusal(Exception fault);
}
