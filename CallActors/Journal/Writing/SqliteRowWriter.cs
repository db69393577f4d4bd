using System.Runtime.InteropServices;
using Akka.Persistence.Sql.Journal.Types;
using Microsoft.Data.Sqlite;

namespace CallActors.Journal.Writing;

/// <summary>Into a file that is there, on one connection that stays open while all goes well.</summary>
internal sealed class SqliteRowWriter : IRowWriter
{
    private const string Insert =
        """
        insert into journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        values (@created, 0, @log, @number, @message, @manifest, @identifier, @writer)
        """;

    private const string Delete =
        """
        delete from journal where persistence_id = @log
          and sequence_number < (select max(sequence_number) from journal where persistence_id = @log and sequence_number <= @upTo);
        update journal set deleted = 1 where persistence_id = @log and sequence_number <= @upTo;
        """;

    private const int HasMovedControl = 20;

    private readonly string _connectionString;
    private Statements? _open;

    public SqliteRowWriter(string connectionString) =>
        _connectionString = new SqliteConnectionStringBuilder(connectionString) { Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString();

    /// <summary>They are prepared once.</summary>
    private sealed record Statements(SqliteConnection Connection, SqliteCommand Insert, SqliteCommand Delete) : IDisposable
    {
        public void Dispose()
        {
            Insert.Dispose();
            Delete.Dispose();
            Connection.Dispose();
        }
    }

    public bool IsRefusal(Exception fault) => fault is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT };

    public Task WriteAsync(IReadOnlyList<JournalRow> rows) => Do(statements =>
    {
        if (rows.Count == 1) InsertRow(statements.Insert, rows[0]);
        else InTransaction(statements.Insert, insert =>
        {
            foreach (var row in rows) InsertRow(insert, row);
        });
    });

    public Task DeleteAsync(string log, long upTo) => Do(statements => InTransaction(statements.Delete, delete =>
    {
        (delete.Parameters[0].Value, delete.Parameters[1].Value) = (log, upTo);
        delete.ExecuteNonQuery();
    }));

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>A connection goes on writing into a file that was deleted or moved away, though another is in its place now.</summary>
    private static bool HasMoved(SqliteConnection connection) =>
        FileControl(connection.Handle!, "main", HasMovedControl, out var moved) == SQLitePCL.raw.SQLITE_OK && moved != 0;

    /// <summary><c>SQLITE_FCNTL_HAS_MOVED</c>, see sqlite.org/c3ref/c_fcntl_begin_atomic_write.html. The driver does not pass it on.</summary>
    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", ExactSpelling = true), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern int FileControl(SafeHandle database, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int control, out int answer);

    /// <remarks>SQLite works on the thread that asks, whatever it is called.</remarks>
    private Task Do(Action<Statements> work)
    {
        try
        {
            if (_open is not null && HasMoved(_open.Connection)) Close();
            work(_open ??= Open());
            return Task.CompletedTask;
        }
        catch
        {
            // Whatever the connection has begun ends with it.
            Close();
            throw;
        }
    }

    private static void InTransaction(SqliteCommand command, Action<SqliteCommand> work)
    {
        using var transaction = command.Connection!.BeginTransaction();
        command.Transaction = transaction;
        work(command);
        transaction.Commit();
        command.Transaction = null;
    }

    private static void InsertRow(SqliteCommand insert, JournalRow row)
    {
        var values = insert.Parameters;
        values[0].Value = row.Timestamp;
        values[1].Value = row.PersistenceId;
        values[2].Value = row.SequenceNumber;
        values[3].Value = row.Message;
        values[4].Value = row.Manifest ?? (object)DBNull.Value;
        values[5].Value = row.Identifier ?? (object)DBNull.Value;
        values[6].Value = row.WriterUuid ?? (object)DBNull.Value;
        insert.ExecuteNonQuery();
    }

    private Statements Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            JournalConnections.WaitShort(connection);
            return new Statements(connection, Statement(Insert, "@created", "@log", "@number", "@message", "@manifest", "@identifier", "@writer"),
                Statement(Delete, "@log", "@upTo"));
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        SqliteCommand Statement(string text, params string[] parameters)
        {
            var command = connection.CreateCommand();
            command.CommandText = text;
            foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
            return command;
        }
    }

    private void Close()
    {
        _open?.Dispose();
        _open = null;
    }
}
