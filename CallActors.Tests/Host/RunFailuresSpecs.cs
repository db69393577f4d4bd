using System.Net.Sockets;
using CallActors.Host.Verbs;
using CallActors.Host.Verbs.Bench;
using CallActors.Storage;
using Microsoft.Data.Sqlite;

namespace CallActors.Tests.Host;

public sealed class RunFailuresSpecs
{
    public static TheoryData<Exception, string> Told { get; } = new()
    {
        { new HttpRequestException("Connection refused (127.0.0.1:9)"), "The service does not answer: Connection refused (127.0.0.1:9)." },
        { new HttpIOException(HttpRequestError.ResponseEnded, "The response ended"), "The service does not answer: The response ended (ResponseEnded)." },
        { new TaskCanceledException("The request was canceled.", new TimeoutException()), "The service does not answer: The request was canceled." },
        { new TimeoutException("The operation has timed out."), "What the run needs does not answer: The operation has timed out." },
        { new SocketException((int)SocketError.HostNotFound, "No such host"), "What the run needs does not answer: No such host." },
        { new BenchException("The service did not start.\nIts last words"), "The service did not start. Its last words." },
        { new CrmException(CrmFault.Away, "gone"), "gone." },
        { new SqliteException("database is locked", 5), "database is locked." },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void What_goes_away_in_mid_run_is_one_line(Exception failure, string words) => Assert.Equal(words, RunFailures.WordsOf(failure));

    [Fact]
    public void A_fault_of_the_program_itself_is_not_hidden()
    {
        Assert.Null(RunFailures.WordsOf(new InvalidOperationException("a slip")));
        Assert.Null(RunFailures.WordsOf(new TaskCanceledException("told to stop")));
    }
}
