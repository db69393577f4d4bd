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
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private SpecJournal _journal = null!;
    private JournalStore _held = null!;
    private IRowWriter _writer = null!;

    private protected abstract IRowWriter Writer(string connectionString);

    /// <summary>As the service is configured.</summary>
    protected abstract int AtOnce { get; }

    protected abstract DbConnection Connection(string connectionString);

    protected abstract Task<SpecJournal> OpenAsync();

    public async Task InitializeAsync()
    {
        _journal = await OpenAsync();
        _held = await JournalStore.PrepareAsync(_journal.Options);
        // The library makes the table, and the first row.
        await PersistAsync(StartTheirs("theirs"), "theirs");
        _writer = Writer(ConnectionString);
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
        foreach (var column in theirs.Keys.Except(["ordering", "created", "persistence_id", "writer_uuid"])) Assert.Equal(theirs[column], ours[column]);
        Assert.InRange((long)ours["created"] - (long)theirs["created"], 0, Patience.Ticks);
        Assert.Equal(((string)theirs["writer_uuid"]).Length, ((string)ours["writer_uuid"]).Length);
        Assert.NotEqual(theirs["writer_uuid"], ours["writer_uuid"]);
    }

    [Fact]
    public async Task What_a_log_needs_no_more_is_gone_as_the_library_would_have_it()
    {
        await _writer.WriteAsync([.. Enumerable.Range(1, 9).SelectMany(number => (JournalRow[])[Row("our-log", number), Row("log-1", number)])]);
        var theirs = OneEvent(StartTheirs("cutting"), "their-log");
        foreach (var _ in Enumerable.Range(1, 9)) await theirs.Ask<EntryBatch>(new EntryBatch { Node = "n" }, Patience);
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "9"], await KeptAsync("our-log"));
        foreach (var (upTo, kept) in ((long, string[])[])[(5, ["-5", "6", "7", "8", "9"]), (5, ["-5", "6", "7", "8", "9"]), (8, ["-8", "9"]), (9, ["-9"])])
        {
            await _writer.DeleteAsync("our-log", upTo);
            Assert.IsType<DeleteMessagesSuccess>(await theirs.Ask<object>(new DeleteUpTo(upTo), Patience));
            Assert.Equal(kept, await KeptAsync("our-log"));
            Assert.Equal(kept, await KeptAsync("their-log"));
        }

        await _writer.DeleteAsync("no-log", 5);
        Assert.Equal(Enumerable.Range(1, 9).Select(number => $"{number}"), await KeptAsync("log-1"));
    }

    [Fact]
    public async Task A_log_goes_on_counting_from_what_was_deleted()
    {
        var log = OneEvent(_journal.Start("ours"), "log-1");
        foreach (var _ in Enumerable.Range(1, 3)) await log.Ask<EntryBatch>(new EntryBatch { Node = "n" }, Patience);
        Assert.IsType<DeleteMessagesSuccess>(await log.Ask<object>(new DeleteUpTo(3), Patience));
        await PersistAsync(_journal.Start("later"), "log-1");
        Assert.Equal(["-3", "4"], await KeptAsync("log-1"));
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
        await using var groups = new WriteGroups(_writer, AtOnce, new GroupBounds(MostRows: 400, MostBytes: 1 << 20));
        Task[] writes = [.. Enumerable.Range(1, 40)
            .Select(number => groups.WriteAsync([Row(number % 4 == 0 ? "contended" : "free", number % 4 == 0 ? 1 : number)], default))];
        var faults = (await Task.WhenAll(writes.Select(async write => await Record.ExceptionAsync(() => write.WaitAsync(Patience))))).OfType<Exception>()
            .ToArray();
        Assert.Equal(9, faults.Length);
        Assert.All(faults, fault => Assert.True(_writer.IsRefusal(fault)));
        Assert.Equal(Enumerable.Range(1, 40).Where(number => number % 4 != 0 || number == 4).Select(number => number == 4 ? 1L : number).Order(),
            (await NumbersAsync()).Order());
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
        await OneEvent(system, log).Ask<EntryBatch>(new EntryBatch { Node = "n" }, Patience);

    protected static IActorRef OneEvent(ActorSystem system, string log) => system.ActorOf(Props.Create<OneEventLog>(log));

    private ActorSystem StartTheirs(string name) =>
        _journal.Start(name, $"akka.persistence.journal.sql.class = \"{typeof(SqlWriteJournal).AssemblyQualifiedName}\"");

    protected ActorSystem Start(string name, string hocon) => _journal.Start(name, hocon);

    protected string ConnectionString => JournalConnections.Of(_journal.Options);

    protected Task WriteAsync(long number) => _writer.WriteAsync([Row("log-1", number)]);

    private async Task<IDictionary<string, object>> RowAsync(string log)
    {
        await using var connection = Connection(ConnectionString);
        return (IDictionary<string, object>)await connection.QuerySingleAsync("select * from journal where persistence_id = @log", new { log });
    }

    /// <summary>The numbers a log has rows of, those that are marked as deleted with a minus.</summary>
    private async Task<IEnumerable<string>> KeptAsync(string log)
    {
        await using var connection = Connection(ConnectionString);
        return await connection.QueryAsync<string>(
            "select case when cast(deleted as integer) = 1 then '-' else '' end || sequence_number from journal where persistence_id = @log order by sequence_number", new { log });
    }

    protected async Task<IEnumerable<long>> NumbersAsync()
    {
        await using var connection = Connection(ConnectionString);
        return await connection.QueryAsync<long>("select sequence_number from journal where persistence_id not in ('theirs', 'ours') order by ordering");
    }

    private async Task ChangeAsync(string sql)
    {
        await using var connection = Connection(ConnectionString);
        await connection.ExecuteAsync(sql);
    }

    private sealed record DeleteUpTo(long Number);

    protected sealed class OneEventLog(string log) : UntypedPersistentActor
    {
        public const string Count = "count";
        private int _events;
        private IActorRef _deleter = ActorRefs.Nobody;

        public override string PersistenceId { get; } = log;

        public override Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

        protected override void OnRecover(object message)
        {
            if (message is EntryBatch) _events++;
        }

        protected override void OnCommand(object message)
        {
            var asker = Sender;
            if (message is Count) asker.Tell(_events);
            else if (message is DeleteUpTo delete)
            {
                _deleter = asker;
                DeleteMessages(delete.Number);
            }
            else if (message is DeleteMessagesSuccess or DeleteMessagesFailure) _deleter.Tell(message);
            else Persist(message, written => asker.Tell(written));
        }
    }
}

public sealed class SqliteRowWriterSpecs : RowWriterSpecs
{
    private protected override IRowWriter Writer(string connectionString) => new SqliteRowWriter(connectionString);

    protected override int AtOnce => 1;

    [Fact]
    public async Task What_is_written_is_in_the_file_that_is_there()
    {
        await WriteAsync(1);
        var file = new SqliteConnectionStringBuilder(ConnectionString).DataSource;
        foreach (var end in (string[])["", "-wal", "-shm"]) File.Move(file + end, $"{file}{end}.away");
        await Assert.ThrowsAsync<SqliteException>(() => WriteAsync(2));
        Assert.False(File.Exists(file));

        foreach (var end in (string[])["", "-wal", "-shm"]) File.Copy($"{file}{end}.away", file + end);
        await WriteAsync(3);
        Assert.Equal([1, 3], await NumbersAsync());

        // Replaced between two writes, with the times it had.
        foreach (var end in (string[])["", "-wal", "-shm"])
        {
            File.Copy(file + end, $"{file}{end}.copy");
            File.Move($"{file}{end}.copy", file + end, overwrite: true);
        }

        await WriteAsync(4);
        Assert.Equal([1, 3, 4], await NumbersAsync());
        foreach (var end in (string[])["", "-wal", "-shm"]) File.Delete($"{file}{end}.away");
    }

    protected override DbConnection Connection(string connectionString) =>
        new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());

    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnSqliteAsync();
}

public sealed class PostgreSqlRowWriterSpecs : RowWriterSpecs
{
    private protected override IRowWriter Writer(string connectionString) => new PostgreSqlRowWriter(connectionString);

    protected override int AtOnce => 3;

    /// <summary>The table is held by another, so that what a log has under way is not yet there to be read.</summary>
    [Fact]
    public async Task A_log_is_not_read_while_something_of_it_is_under_way()
    {
        // A busy machine is not to end what waits on purpose.
        var patient = JournalConfiguration.Quoted(
            new NpgsqlConnectionStringBuilder(ConnectionString) { CommandTimeout = (int)Patience.TotalSeconds }.ToString());
        var system = Start(
            "reading", $"akka.persistence.journal.sql {{ connection-string = {patient}, circuit-breaker.call-timeout = {(int)Patience.TotalSeconds}s }}");
        // The library looks for its tables when it starts, and would wait for the lock itself.
        Assert.Equal(0, await OneEvent(system, "log-0").Ask<int>(OneEventLog.Count, Patience));
        await using var other = new NpgsqlConnection(ConnectionString);
        await other.OpenAsync();
        await using var held = await other.BeginTransactionAsync();
        await other.ExecuteAsync("lock table journal in exclusive mode");
        var log = OneEvent(system, "log-1");
        var written = log.Ask<EntryBatch>(new EntryBatch { Node = "n" }, Patience);
        await WaitUntilWaitedForAsync(other);

        // By the time that another log was read, this one would have been.
        var read = OneEvent(system, "log-1").Ask<int>(OneEventLog.Count, Patience);
        Assert.Equal(0, await OneEvent(system, "log-2").Ask<int>(OneEventLog.Count, Patience));
        Assert.False(read.IsCompleted);
        await held.CommitAsync();
        await written;
        Assert.Equal(1, await read);
    }

    private static async Task WaitUntilWaitedForAsync(NpgsqlConnection connection)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await connection.ExecuteScalarAsync<long>("select count(*) from pg_locks where relation = 'journal'::regclass and not granted") == 0)
            await again.WaitForNextTickAsync();
    }

    protected override DbConnection Connection(string connectionString) => new NpgsqlConnection(connectionString);

    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnPostgreSqlAsync();
}
