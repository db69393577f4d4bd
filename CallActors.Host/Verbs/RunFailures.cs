using System.Data.Common;
using System.Net.Sockets;
using CallActors.Host.Options;
using CallActors.Host.Verbs.Bench;
using CallActors.Journal;
using CallActors.Storage;

namespace CallActors.Host.Verbs;

/// <summary>
/// What ends a verb in the middle of its run, in one line: a service or a database that went away, or did not do its part. Any other failure is a fault of this
/// program.
/// </summary>
internal static class RunFailures
{
    /// <param name="failure">As it was thrown.</param>
    /// <returns>Null: it is none of these, and shows its stack.</returns>
    public static string? WordsOf(Exception failure) => failure switch
    {
        HttpRequestException or HttpIOException or TaskCanceledException { InnerException: TimeoutException } =>
            $"The service does not answer: {failure.AsClause()}.",
        TimeoutException or SocketException => $"What the run needs does not answer: {failure.AsClause()}.",
        BenchException or CrmException or JournalException or DbException => $"{failure.AsClause()}.",
        _ => null,
    };
}
