using System.Data.Common;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Sql.Journal;
using Akka.Persistence.Sql.Journal.Types;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Journal.Writing;
using CallActors.Tests.Fixtures;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CallActors.Tests.Journal.Writing;

/// <summary>What we write into the table of Akka.Persistence.Sql, on a real store.</summary>
public abstract class RowWriterSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private SpecJournal _journal = null!;
    private JournalStore _held = null!;
    private IRowWriter _writer = null!;

    private protected abstract IRowWriter Writer(string connectionString);

    protected abstract DbConnection Connection(string connectionString);

    protected abstract Task<SpecJournal> OpenAsync();

    public async Task InitializeAsync()
    {
        _journal = await OpenAsync();
        _held = await JournalStore.PrepareAsync(_journal.Options);
        // The library makes the table, and the first row.
        await PersistAsync(_journal.Start("theirs", $"akka.persistence.journal.sql.class = \"{typeof(SqlWriteJournal).AssemblyQualifiedName}\""), "theirs");
        _writer = Writer(JournalConnections.Of(_journal.Options));
    }

    public async Task DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _journal.DisposeAsync();
        await _held.DisposeAsync();
    }

    [Fact]
    public async Task A_row_is_what_the_library_would_have_written()
    {
        await PersistAsync(_journal.Start("ours"), "ours");
        var (theirs, ours) = (await RowAsync("theirs"), await RowAsync("ours"));
        Assert.Equal(theirs.Keys, ours.Keys);
        foreach (var column in theirs.Keys.Except(["ordering", "created", "persistence_id", "writer_uuid"])) Assert.Equal(theirs[column], ours[column]);
        Assert.InRange((long)ours["created"] - (long)theirs["created"], 0, Patience.Ticks);
        Assert.Equal(((string)theirs["writer_uuid"]).Length, ((string)ours["writer_uuid"]).Length);
        Assert.NotEqual(theirs["writer_uuid"], ours["writer_uuid"]);
    }

    [Fact]
    public async Task Rows_of_many_logs_are_there_in_the_order_they_were_given()
    {
        JournalRow[] rows = [.. Enumerable.Range(1, 500).Select(number => Row($"log-{number % 7}", number))];
        await _writer.WriteAsync(rows);
        await _writer.WriteAsync([Row("log-0", 501)]);
        Assert.Equal([.. rows.Select(row => row.SequenceNumber), 501], await NumbersAsync());
    }

    [Fact]
    public async Task A_number_that_was_given_is_refused_and_nothing_beside_it_is_written()
    {
        await _writer.WriteAsync([Row("log-1", 1)]);
        var fault = await Assert.ThrowsAnyAsync<DbException>(() => _writer.WriteAsync([Row("log-2", 5), Row("log-1", 1), Row("log-3", 6)]));
        Assert.True(_writer.IsRefusal(fault));
        await _writer.WriteAsync([Row("log-1", 2)]);
        Assert.Equal([1, 2], await NumbersAsync());
    }

    [Fact]
    public async Task Two_nodes_that_write_into_one_log_do_not_disturb_a_third()
    {
        await using var groups = new WriteGroups(_writer, atOnce: 1, mostRows: 400);
        Task[] writes = [.. Enumerable.Range(1, 40).Select(number => groups.WriteAsync([Row(number % 4 == 0 ? "contended" : "free", number % 4 == 0 ? 1 : number)], default))];
        var faults = (await Task.WhenAll(writes.Select(async write => await Record.ExceptionAsync(() => write.WaitAsync(Patience))))).OfType<Exception>().ToArray();
        Assert.Equal(9, faults.Length);
        Assert.All(faults, fault => Assert.True(_writer.IsRefusal(fault)));
        Assert.Equal(Enumerable.Range(1, 40).Where(number => number % 4 != 0 || number == 4).Select(number => number == 4 ? 1L : number).Order(), (await NumbersAsync()).Order());
    }

    [Fact]
    public async Task A_store_that_failed_is_written_to_again_when_it_is_there()
    {
        await ChangeAsync("alter table journal rename to hidden");
        var fault = await Assert.ThrowsAnyAsync<DbException>(() => _writer.WriteAsync([Row("log-1", 1)]));
        Assert.False(_writer.IsRefusal(fault));
        await ChangeAsync("alter table hidden rename to journal");
        await _writer.WriteAsync([Row("log-1", 1)]);
        Assert.Equal([1], await NumbersAsync());
    }

    private static JournalRow Row(string log, long number) =>
        new() { Timestamp = 1, PersistenceId = log, SequenceNumber = number, Message = [1, 0, 2], Manifest = "batch/1", Identifier = 1001, WriterUuid = "w" };

    /// <summary>An event as it comes from a log, through the whole of a journal.</summary>
    private static async Task PersistAsync(ActorSystem system, string log) =>
        await system.ActorOf(Props.Create(() => new OneEvent(log))).Ask<EntryBatch>(new EntryBatch { Node = "n" }, Patience);

    private async Task<IDictionary<string, object>> RowAsync(string log)
    {
        await using var connection = Connection(JournalConnections.Of(_journal.Options));
        return (IDictionary<string, object>)await connection.QuerySingleAsync("select * from journal where persistence_id = @log", new { log });
    }

    private async Task<IEnumerable<long>> NumbersAsync()
    {
        await using var connection = Connection(JournalConnections.Of(_journal.Options));
        return await connection.QueryAsync<long>("select sequence_number from journal where persistence_id not in ('theirs', 'ours') order by ordering");
    }

    private async Task ChangeAsync(string sql)
    {
        await using var connection = Connection(JournalConnections.Of(_journal.Options));
        await connection.ExecuteAsync(sql);
    }

    private sealed class OneEvent(string log) : UntypedPersistentActor
    {
        public override string PersistenceId { get; } = log;

        public override Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

        protected override void OnRecover(object message)
        {
        }

        protected override void OnCommand(object message)
        {
            var asker = Sender;
            Persist(message, written => asker.Tell(written));
        }
    }
}

public sealed class SqliteRowWriterSpecs : RowWriterSpecs
{
    private protected override IRowWriter Writer(string connectionString) => new SqliteRowWriter(connectionString);

    protected override DbConnection Connection(string connectionString) => new SqliteConnection(connectionString);

    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnSqliteAsync();
}

public sealed class PostgreSqlRowWriterSpecs : RowWriterSpecs
{
    private protected override IRowWriter Writer(string connectionString) => new PostgreSqlRowWriter(connectionString);

    protected override DbConnection Connection(string connectionString) => new NpgsqlConnection(connectionString);

    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnPostgreSqlAsync();
}
