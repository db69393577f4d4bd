using Microsoft.Data.Sqlite;

namespace CallActors.Storage.Sqlite;

/// <summary>Which failures of SQLite pass, and which are the batch's own.</summary>
internal static class SqliteFaults
{
    private const int Error = 1, Busy = 5, Locked = 6, NoMemory = 7, ReadOnly = 8, Interrupted = 9, IoError = 10, Corrupt = 11,
        Full = 13, CannotOpen = 14, Protocol = 15, Schema = 17, NoDatabase = 26;

    public static CrmException? Classify(Exception failure) => failure switch
    {
        SqliteException refused => new CrmException(Of(refused.SqliteErrorCode, refused.Message), refused.Message, cause: refused),
        // The system's own words would show the path, which is part of a connection string.
        UnauthorizedAccessException => new CrmException(CrmFault.Away, "access to the file is denied", cause: failure),
        FileNotFoundException => new CrmException(CrmFault.Away, "the file is not there", cause: failure),
        IOException => new CrmException(CrmFault.Away, "the file cannot be opened or made", cause: failure),
        TimeoutException => new CrmException(CrmFault.Away, failure.Message, cause: failure),
        _ => null,
    };

    /// <param name="code">The primary result code.</param>
    /// <param name="message">Tells a missing table or column, which the operator mends, from other faults of a statement.</param>
    public static CrmFault Of(int code, string message) => code switch
    {
        Busy or Locked or NoMemory or ReadOnly or Interrupted or IoError or Corrupt or Full or CannotOpen or Protocol or Schema or NoDatabase => CrmFault.Away,
        Error when message.Contains("no such table", StringComparison.Ordinal) || message.Contains("no such column", StringComparison.Ordinal) => CrmFault.Away,
        _ => CrmFault.Refused,
    };
}
