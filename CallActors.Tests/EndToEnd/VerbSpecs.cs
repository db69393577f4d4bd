using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Bench;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CallActors.Tests.EndToEnd;

/// <summary>What an operator sees at the command line.</summary>
public sealed class VerbSpecs
{
    [Theory]
    [InlineData("serve", "Timeouts:Load", "soon", "CallActors:Timeouts:Load")]
    [InlineData("serve", "Database:Provider", "Oracle", "CallActors:Database:Provider")]
    [InlineData("migrate", "Database:Provider", "PostgreSql", "CallActors:Database:ConnectionString")]
    [InlineData("serve", "Journal:Durability", "Disk", "CallActors:Journal:Durability")]
    [InlineData("serve", "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'; the address of a collector")]
    public async Task A_wrong_value_ends_the_start_with_one_sentence_that_names_the_key(string verb, string key, string value, string named)
    {
        var (exitCode, _, error) = await ServiceProcess.RunAsync([verb], (key, value));
        Assert.Equal(2, exitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData(
        "--Logging:LogLevel:Default=Loud", "Logging:LogLevel:Default is 'Loud'; Trace, Debug, Information, Warning, Error, Critical or None is expected.")]
    [InlineData(
        "--Logging:Console:LogLevel:Akka=7", "Logging:Console:LogLevel:Akka is '7'; Trace, Debug, Information, Warning, Error, Critical or None is expected.")]
    public async Task A_wrong_level_of_logging_is_named_like_any_other_value(string setting, string sentence)
    {
        var (exitCode, _, error) = await ServiceProcess.RunAsync(["serve", setting]);
        Assert.Equal((2, sentence), (exitCode, error.Trim()));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a-secret-key", "Headers provided in an invalid format")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "missing.pem", "missing.pem")]
    public async Task What_OpenTelemetry_cannot_use_ends_the_start_with_one_sentence(string name, string value, string said)
    {
        var (exitCode, _, error) = await ServiceProcess.RunAsync(
            ["serve", "--urls", "http://127.0.0.1:0"], ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), (name, value));
        Assert.Equal(2, exitCode);
        Assert.StartsWith("Traces cannot be sent as the variables OTEL_… say: ", error, StringComparison.Ordinal);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Migrate_says_what_it_did_to_both_databases()
    {
        var (exitCode, output, _) = await ServiceProcess.RunAsync(["migrate"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("leads: created", output, StringComparison.Ordinal);
        Assert.Contains("callactors_journal: created", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_keys_nothing_but_loopback_is_listened_on()
    {
        var (exitCode, _, error) = await ServiceProcess.RunAsync(["serve", "--urls", "http://0.0.0.0:0"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("CallActors:Gateway:ApiKeys", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        await using var service = await ServiceProcess.StartAsync();
        var (exitCode, output, error) = await ServiceProcess.RunAsync(["serve", "--urls", service.Address.ToString()]);
        Assert.Equal(2, exitCode);
        Assert.Contains("Urls", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "--urls", "http://192.0.2.1:8080", "--CallActors:Gateway:ApiKeys=0123456789abcdef")]
    [InlineData("demo", "--urls", "http://192.0.2.1:8080")]
    [InlineData("bench", "--json", "/proc/none/report.json")]
    public async Task What_cannot_be_listened_on_or_written_is_named_before_all_else(params string[] arguments)
    {
        var (exitCode, output, error) = await ServiceProcess.RunAsync(arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains($"{arguments[2]}", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_not_shown()
    {
        var (exitCode, output, error) = await ServiceProcess.RunAsync(["serve", "--CallActors:Database:ConnectionString=Data Source=/proc/none/crm.db"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("CallActors:Database:ConnectionString", error, StringComparison.Ordinal);
        Assert.DoesNotContain("/proc/none", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("serve", "--port", "80")]
    [InlineData("migrate", "--dry-run", "now")]
    [InlineData("demo", "--colour")]
    public async Task A_wrong_argument_is_named(params string[] arguments)
    {
        var (exitCode, _, error) = await ServiceProcess.RunAsync(arguments);
        Assert.Equal(2, exitCode);
        Assert.NotEmpty(error.Trim());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve", "--help")]
    [InlineData("migrate", "--help")]
    [InlineData("demo", "--help")]
    [InlineData("healthcheck", "--help")]
    public async Task Help_is_everywhere(params string[] arguments)
    {
        var (exitCode, output, _) = await ServiceProcess.RunAsync(arguments);
        Assert.Equal(0, exitCode);
        Assert.Contains("Usage", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_healthcheck_tells_a_running_service_from_none()
    {
        await using var service = await ServiceProcess.StartAsync();
        Assert.Equal(0, (await ServiceProcess.RunAsync(["healthcheck", "--url", service.Address.ToString()])).ExitCode);
        await service.KillAsync();
        Assert.Equal(1, (await ServiceProcess.RunAsync(["healthcheck", "--url", service.Address.ToString()])).ExitCode);
    }

    [Theory]
    [InlineData("create table call_session (id integer, call_sid text, business_id bigint, lead_id bigint, last_requested_slot text, last_confirmed_slot text)",
        "call_session")]
    [InlineData("create table appointments (id integer primary key)", "appointments")]
    public async Task A_SQLite_database_that_does_not_fit_is_not_served(string table, string named)
    {
        using var file = new TemporaryFile();
        file.MakeRoom();
        await using (var connection = new SqliteConnection($"{file.ConnectionString};Pooling=False"))
        {
            await connection.OpenAsync();
            await connection.ExecuteAsync(table);
        }

        var (exitCode, _, error) = await ServiceProcess.RunAsync(
            ["serve", "--urls", "http://127.0.0.1:0"], ("Database:ConnectionString", file.ConnectionString));
        Assert.Equal(2, exitCode);
        Assert.StartsWith("CallActors:Database:ConnectionString names a database that the service cannot work with: ", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("Timeouts:Load is 'soon'", "serve", "--CallActors:Gateway:ApiKeys", "@hunter2hunter2hunter2", "--CallActors:Timeouts:Load=soon")]
    [InlineData("the value of --CallActors:Gateway:ApiKeys", "serve", "--CallActors:Gateway:ApiKeys", "hunter2hunter2", "hunter2hunter3")]
    [InlineData("'--CallActors:Gateway:ApiKeys' is no option of demo", "demo", "--CallActors:Gateway:ApiKeys=hunter2hunter2")]
    public async Task A_key_on_the_command_line_is_taken_as_it_is_and_never_repeated(string named, params string[] arguments)
    {
        var (exitCode, output, error) = await ServiceProcess.RunAsync(arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", output + error, StringComparison.Ordinal);
    }

    /// <summary>Nobody listens there: whatever is sent through it does not arrive.</summary>
    private static readonly (string, string)[] Proxy = [("http_proxy", "http://127.0.0.1:9"), ("no_proxy", ""), ("NO_PROXY", "")];

    [Fact]
    public async Task The_healthcheck_asks_the_service_and_no_proxy()
    {
        await using var service = await ServiceProcess.StartAsync();
        var (exitCode, output, error) = await ServiceProcess.RunInAsync(Path.GetTempPath(), ["healthcheck", "--url", service.Address.ToString()], Proxy);
        Assert.True(exitCode == 0, output + error);
    }

    [Theory]
    [InlineData("demo", "--calls", "5", "--concurrency", "2")]
    [InlineData("bench", "--calls", "10", "--concurrency", "2", "--rounds", "1", "--design", "callactors-http,callactors-ws")]
    public async Task What_calls_a_service_of_its_own_asks_no_proxy(params string[] arguments)
    {
        using var folder = new BenchFolder();
        var (exitCode, output, error) = await ServiceProcess.RunInAsync(folder.Path, arguments, Proxy);
        Assert.True(exitCode == 0, output + error);
    }
}
