using CallActors.Journal;
using CallActors.Tests.Fixtures;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CallActors.Tests.Journal;

public sealed class SqliteJournalStoreSpecs : JournalStoreSpecs
{
    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnSqliteAsync();

    private string File => new SqliteConnectionStringBuilder(Options.ConnectionString).DataSource;

    [Fact]
    public async Task What_the_store_commits_is_on_the_disk()
    {
        await using var held = await JournalStore.PrepareAsync(Options);

        // As Akka.Persistence.Sql connects: by the same text, through the same library.
        await using var connection = new SqliteConnection(Journal.Start("sync").Settings.Config.GetString("akka.persistence.journal.sql.connection-string"));
        await connection.OpenAsync();
        Assert.Equal("wal", await connection.ExecuteScalarAsync<string>("pragma journal_mode"));
        Assert.Equal(2, await connection.ExecuteScalarAsync<int>("pragma synchronous"));
    }

    [Fact]
    public async Task A_file_that_was_moved_away_is_held_no_more()
    {
        await using var held = await JournalStore.PrepareAsync(Options);
        Assert.True(held.IsHeld);
        var file = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(Options.ConnectionString).DataSource;
        System.IO.File.Move(file, file + ".away");
        Assert.False(held.IsHeld);
    }

    [Fact]
    public async Task Two_paths_to_one_file_are_one_journal()
    {
        await using var held = await JournalStore.PrepareAsync(Options);
        var link = Path.Combine(Path.GetDirectoryName(File)!, "link.db");
        System.IO.File.CreateSymbolicLink(link, File);

        Assert.Contains(
            "another running service holds", (await RefusedAsync(Options with { ConnectionString = $"Data Source={link}" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_makes_no_file()
    {
        await JournalStore.MigrateAsync(Options, dryRun: true);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_dry_run_leaves_the_files_of_a_service_that_was_killed_as_they_are()
    {
        await using (await JournalStore.PrepareAsync(Options)) { }
        await using var open = new SqliteConnection(Options.ConnectionString);
        await open.OpenAsync();
        await open.ExecuteAsync("create table more (id integer)");
        var folder = Directory.CreateTempSubdirectory("callactors-killed-").FullName;
        try
        {
            foreach (var part in (string[])["", "-wal", "-shm"]) System.IO.File.Copy(File + part, Path.Combine(folder, $"journal.db{part}"));
            var before = await BytesAsync(folder);
            var report = await JournalStore.MigrateAsync(Options with { ConnectionString = $"Data Source={Path.Combine(folder, "journal.db")}" }, dryRun: true);
            Assert.Equal("callactors_journal: already there", report[0]);
            Assert.Equal(before, await BytesAsync(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static async Task<List<string>> BytesAsync(string folder)
        {
            List<string> files = [];

            // The index of the log is no data: whoever reads marks there how far.
            foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
                files.Add($"{Path.GetFileName(file)} {(file.EndsWith("-shm", StringComparison.Ordinal) ? "" : Convert.ToHexString(await System.IO.File.ReadAllBytesAsync(file)))}");
            return files;
        }
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, new string('x', 4096));

        Assert.Contains("file is not a database", (await RefusedAsync(Options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=j;Mode=Memory;Cache=Shared")]
    [InlineData("Data Source=/proc/nowhere/journal.db")]
    [InlineData("Data Source=/dev/null/journal.db")]
    public async Task A_place_that_cannot_hold_a_journal_is_refused(string connectionString) =>
        Assert.StartsWith("CallActors:Journal:ConnectionString ", (await RefusedAsync(Options with { ConnectionString = connectionString })).Message,
            StringComparison.Ordinal);
}
