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

    private const int HasMovedControl = 20;

    private readonly string _connectionString;
    private SqliteCommand? _insert;

    public SqliteRowWriter(string connectionString) =>
        _connectionString = new SqliteConnectionStringBuilder(connectionString) { Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString();

    public bool IsRefusal(Exception fault) => fault is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT };

    /// <remarks>SQLite works on the thread that asks, whatever it is called.</remarks>
    public Task WriteAsync(IReadOnlyList<JournalRow> rows)
    {
        try
        {
            if (_insert is not null && HasMoved(_insert)) Close();
            var insert = _insert ??= Open();
            if (rows.Count == 1) InsertRow(insert, rows[0]);
            else InsertAll(insert, rows);
            return Task.CompletedTask;
        }
        catch
        {
            // Whatever the connection has begun ends with it.
            Close();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>A connection goes on writing into a file that was deleted or moved away, though another is in its place now.</summary>
    private static bool HasMoved(SqliteCommand insert) =>
        FileControl(insert.Connection!.Handle!, "main", HasMovedControl, out var moved) == SQLitePCL.raw.SQLITE_OK && moved != 0;

    /// <summary><c>SQLITE_FCNTL_HAS_MOVED</c>, see sqlite.org/c3ref/c_fcntl_begin_atomic_write.html. The driver does not pass it on.</summary>
    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", ExactSpelling = true), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern int FileControl(SafeHandle database, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int control, out int answer);

    private static void InsertAll(SqliteCommand insert, IReadOnlyList<JournalRow> rows)
    {
        using var transaction = insert.Connection!.BeginTransaction();
        insert.Transaction = transaction;
        foreach (var row in rows) InsertRow(insert, row);
        transaction.Commit();
        insert.Transaction = null;
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

    private SqliteCommand Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            JournalConnections.WaitShort(connection);
            var insert = connection.CreateCommand();
            insert.CommandText = Insert;
            foreach (var name in (string[])["@created", "@log", "@number", "@message", "@manifest", "@identifier", "@writer"]) insert.Parameters.Add(new SqliteParameter { ParameterName = name });
            return insert;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Close()
    {
        var connection = _insert?.Connection;
        _insert?.Dispose();
        _insert = null;
        connection?.Dispose();
    }
}
