using System.Data;
using System.Data.Common;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CallActors.Storage.Sql;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CallActors.Storage.Sqlite;

/// <summary>Rows go in as one JSON array of arrays, through <c>json_each</c>.</summary>
internal sealed class SqliteDialect(string connectionString, TimeSpan busyTimeout, Action prepare) : SqlDialect
{
    private readonly string _file = new SqliteConnectionStringBuilder(connectionString).DataSource;
    private readonly bool _isReadOnly = new SqliteConnectionStringBuilder(connectionString).Mode == SqliteOpenMode.ReadOnly;
    private readonly Lock _preparing = new();
    private bool _prepared;
    private volatile bool _isFile;

    /// <summary>One writer at a time, from BEGIN on: what it reads cannot change under it.</summary>
    public override bool HasConcurrentWriters => false;

    public override bool Exists => File.Exists(_file);

    public override string InputOf(IReadOnlyList<(string Name, SqlType Type)> columns) =>
        $"select {string.Join(", ", columns.Select((column, i) => $"{Extracted(column.Type, i)} as {column.Name}"))} from json_each(@rows)";

    public override SqlMapper.IDynamicParameters ParametersOf(RowInput input) => new JsonParameter(input);

    // A text that SQLite cannot read as a time is compared as it stands: of two bookings one may be refused for it, and none is lost.
    public override string Moment(string column) => $"julianday({column})";

    // In whole numbers: the fraction of a day that julianday yields may fall short of a full minute. SQLite reads times to the millisecond, so 59.999 seconds
    // round up.
    public override string Spans(string start, string end) =>
        $"string_agg((unixepoch({start}) / 60) || ' ' || (unixepoch({end}, '+59.999 seconds') / 60), ',')";

    public override string Before(string column, string other) => $"coalesce(julianday({column}) < julianday({other}), {column} < {other})";

    public override string Among(string column, string select) => $"{column} in ({select})";

    // One writer at a time: nobody else has any in hand.
    public override string Unlocked => "";

    // A file has no clock but that of the machine that reads it, which is the service's.
    public override string Kept => "";

    public override string IndexesSql =>
        "select count(*) from pragma_index_list(@table) l join pragma_index_info(l.name) i where i.seqno = 0 and i.name = @column and l.partial = 0";

    public override object TimeOf(DateTimeOffset time) => CrmTime.Text(time);

    public override async Task<DbConnection> ConnectAsync(CancellationToken cancel)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            // SQLite works on the thread that asks: from here on that is a pool thread, not the actor's.
            await Task.Run(() => Open(connection), cancel);
            await connection.ExecuteAsync($"pragma busy_timeout = {(int)busyTimeout.TotalMilliseconds}");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private void Open(SqliteConnection connection)
    {
        // Not at start: a directory that cannot be made is a database that is away, and may be there later.
        lock (_preparing)
        {
            if (!_prepared) prepare();
            _prepared = true;
        }

        // Connections that are kept go on in a file that was deleted or moved away, where no later start finds what they write.
        if (_isFile && !Exists)
        {
            SqliteConnection.ClearPool(connection);
            throw new FileNotFoundException();
        }

        connection.Open();
        _isFile = _isFile || Exists;
    }

    // Immediate: a transaction that reads first and writes later would be refused when another wrote in between. One that only reads would be refused at once.
    public override Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancel) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: _isReadOnly));

    public override string ColumnsSql => "select name from pragma_table_info(@table)";

    // An integer that is the key is filled by SQLite itself.
    public override string RequiredColumnsSql =>
        """
        select name from pragma_table_info(@table) where "notnull" = 1 and dflt_value is null and not (pk = 1 and upper(type) = 'INTEGER')
        """;

    // The transaction has the database to itself.
    public override Task LockSchemaAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancel) => Task.CompletedTask;

    public override CrmException? Classify(Exception failure) => SqliteFaults.Classify(failure);

    public override ValueTask DisposeAsync()
    {
        SqliteConnection.ClearPool(new SqliteConnection(connectionString));
        return ValueTask.CompletedTask;
    }

    private static string Extracted(SqlType type, int index) => type == SqlType.Bytes ? $"unhex(value->>{index})" : $"value->>{index}";

    /// <summary>One of Dapper's own kind, for the reason that PostgreSQL's has.</summary>
    private sealed class JsonParameter(RowInput input) : DynamicParameters, SqlMapper.IDynamicParameters
    {
        private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        void SqlMapper.IDynamicParameters.AddParameters(IDbCommand command, SqlMapper.Identity identity)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@rows";
            parameter.Value = Json();
            command.Parameters.Add(parameter);
        }

        private string Json()
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, Plain))
            {
                json.WriteStartArray();
                foreach (var row in input.Rows)
                {
                    json.WriteStartArray();
                    foreach (var value in row) Write(json, value);
                    json.WriteEndArray();
                }
                json.WriteEndArray();
            }
            return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        }

        private static void Write(Utf8JsonWriter json, object? value)
        {
            switch (value)
            {
                case null: json.WriteNullValue(); break;
                case long number: json.WriteNumberValue(number); break;
                case string text: json.WriteStringValue(text); break;
                case DateTimeOffset time: json.WriteStringValue(CrmTime.Text(time)); break;
                case byte[] bytes: json.WriteStringValue(Convert.ToHexString(bytes)); break;
                default: throw new InvalidOperationException($"A column cannot hold a {value.GetType().Name}.");
            }
        }
    }
}
