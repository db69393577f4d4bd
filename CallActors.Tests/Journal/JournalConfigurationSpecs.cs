using Akka.Configuration;
using CallActors.Journal;
using CsCheck;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CallActors.Tests.Journal;

public class JournalConfigurationSpecs
{
    private const string Sql = "akka.persistence.journal.sql";

    [Theory]
    [InlineData("")]
    [InlineData("Data Source=\"a b\";Password='p\\\"q'")]
    [InlineData("line\r\nline\ttab\u0001\u2028\u007f")]
    [InlineData("${akka} # no comment // nor this { } [ ] , + = \"\"\"")]
    [InlineData("סיסמה \U0001F511 \\u0041 \\")]
    public void A_text_is_read_back_whatever_is_in_it(string text) => Assert.Equal(text, ReadBack(text));

    /// <summary>But for white space at its ends, where no connection string has any.</summary>
    [Fact]
    public void Any_text_is_read_back() =>
        Gen.OneOf(Gen.Char['\u0000', '\u00ff'], Gen.Int[0, 6].Select(index => "\"\\\n${uש"[index])).Array[0, 30]
            .Select(chars => new string(chars)).Sample(text => Assert.Equal(text.Trim(), ReadBack(text)));

    [Fact]
    public void A_password_with_everything_in_it_arrives_at_the_store()
    {
        const string password = "q\"u'o\\te;=${x}\n#";
        var given = new NpgsqlConnectionStringBuilder { Host = "db", Database = "j", Username = "u", Password = password }.ToString();
        Assert.Equal(password, PostgreSql(given).Password);
    }

    [Fact]
    public void What_is_left_open_gets_defaults_fit_for_a_service()
    {
        var settings = PostgreSql("Host=db;Database=j");
        Assert.Equal((2, 3, 500, true, true, 20, "callactors-journal"), (
            settings.Timeout, settings.CommandTimeout, settings.CancellationTimeout, settings.NoResetOnClose, settings.TcpKeepAlive, settings.MaxPoolSize,
            settings.ApplicationName));
        Assert.Equal(3, Sqlite("Data Source=j.db").DefaultTimeout);
    }

    [Fact]
    public void What_is_given_stays_under_any_of_its_names()
    {
        var settings = PostgreSql(
            "Host=db;timeout=15;CommandTimeout=30;Cancellation Timeout=-1;NoResetOnClose=false;tcp keepalive=false;MaxPoolSize=5;ApplicationName=mine");
        Assert.Equal((15, 30, -1, false, false, 5, "mine"), (
            settings.Timeout, settings.CommandTimeout, settings.CancellationTimeout, settings.NoResetOnClose, settings.TcpKeepAlive, settings.MaxPoolSize,
            settings.ApplicationName));
        Assert.Equal(9, Sqlite("Data Source=j.db;Command Timeout=9").DefaultTimeout);
    }

    [Fact]
    public void A_log_that_moved_to_another_node_and_back_is_read_whole()
    {
        var config = Of(DatabaseProvider.Sqlite, "Data Source=j.db");
        Assert.Equal("off", config.GetString($"{Sql}.replay-filter.mode"));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "Data Source=j.db", "SQLite.MS", 1)]
    [InlineData(DatabaseProvider.PostgreSql, "Host=db", "PostgreSQL.15", 3)]
    public void Each_store_has_its_provider_and_its_writers(DatabaseProvider provider, string connectionString, string name, int writers)
    {
        var config = Of(provider, connectionString);
        Assert.Equal((name, writers), (config.GetString($"{Sql}.provider-name"), config.GetInt($"{Sql}.parallelism")));

        // A command is given up before the breaker gives up on it, cancel request and all; and that before a caller does who waits for his answer.
        Assert.Equal(TimeSpan.FromSeconds(8), config.GetTimeSpan($"{Sql}.circuit-breaker.call-timeout"));
    }

    private static string ReadBack(string text) => ConfigurationFactory.ParseString($"a {{ b = {JournalConfiguration.Quoted(text)} }}").GetString("a.b");

    private static NpgsqlConnectionStringBuilder PostgreSql(string given) => new(ConnectionString(DatabaseProvider.PostgreSql, given));

    private static SqliteConnectionStringBuilder Sqlite(string given) => new(ConnectionString(DatabaseProvider.Sqlite, given));

    private static string ConnectionString(DatabaseProvider provider, string given) => Of(provider, given).GetString($"{Sql}.connection-string");

    private static Config Of(DatabaseProvider provider, string given) =>
        JournalConfiguration.Of(new JournalOptions { Provider = provider, ConnectionString = given });
}
