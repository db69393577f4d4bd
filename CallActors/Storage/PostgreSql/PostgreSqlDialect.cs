using System.Data;
using System.Data.Common;
using CallActors.Domain;
using CallActors.Storage.Sql;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace CallActors.Storage.PostgreSql;

/// <summary>
/// Rows go in as one array a column, through <c>unnest</c>: one prepared statement for any number of them. The arrays have numbers and no names: for names the
/// driver reads through the text and writes it anew, at every execution (measured: 7 % of all that the service allocates).
/// </summary>
internal sealed class PostgreSqlDialect(NpgsqlDataSource source, NpgsqlDataSource unpooled) : SqlDialect
{
    /// <summary>"callactr" in ASCII.</summary>
    private const long SchemaLock = 0x63616C6C61637472;

    public override bool HasConcurrentWriters => true;

    public override bool Exists => true;

    public override string InputOf(IReadOnlyList<(string Name, SqlType Type)> columns) =>
        $"select * from unnest({string.Join(", ", columns.Select((column, i) => $"${i + 1}::{TypeName(column.Type)}[]"))})"
        + $" as r ({string.Join(", ", columns.Select(column => column.Name))})";

    public override SqlMapper.IDynamicParameters ParametersOf(RowInput input) => new ArrayParameters(input);

    public override string Moment(string column) => column;

    // Numbers, as they go over the wire in eight bytes and nobody writes or reads digits; floating ones, in which infinity is one, too.
    public override string Spans(string start, string end) => $"array_agg({Seconds(start)}) || array_agg({Seconds(end)})";

    private static string Seconds(string column) => $"date_part('epoch', cast({column} as timestamptz))";

    public override string Before(string column, string other) => $"{column} < {other}";

    // With "in" it would be a join, which without hashes reads the table once for each value where no index leads to it.
    public override string Among(string column, string select) => $"{column} = any (array({select}))";

    public override string Unlocked => "for update skip locked";

    // A column without a zone is read in the session's, as it was written: to both sides of this the same happens.
    public override string Kept => $"and committed_at < now() - interval '{(long)LedgerMemory.LeastKept.TotalSeconds} seconds'";

    public override string IndexesSql =>
        """
        select count(*) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indrelid = to_regclass(@table) and a.attname = @column and i.indisvalid and i.indpred is null
        """;

    public override object TimeOf(DateTimeOffset time) => CrmTime.Truncate(time).UtcDateTime;

    public override async Task<DbConnection> ConnectAsync(CancellationToken cancel) => await source.OpenConnectionAsync(cancel);

    public override async Task ReachAsync(CancellationToken cancel)
    {
        await using var connection = await unpooled.OpenConnectionAsync(cancel);
    }

    // Read committed: the second look at a row, after its lock was had, must see what the lock was waited for.
    public override async Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancel) =>
        await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);

    // Through the search path, as the statements find their tables.
    public override string ColumnsSql =>
        "select attname from pg_attribute where attrelid = to_regclass(@table) and attnum > 0 and not attisdropped";

    // Nulls are looked for behind the triggers: one that comes before a row (1 row, 2 before, 4 insert) may fill what it likes. Of what is no plain table it is
    // not told who fills what.
    public override string RequiredColumnsSql =>
        """
        select attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type d on d.oid = a.atttypid
        where attrelid = to_regclass(@table) and relkind = 'r' and not relhasrules and attnum > 0 and not attisdropped and attnotnull and not atthasdef and attidentity = '' and typdefault is null
          and not exists (select 1 from pg_trigger t where t.tgrelid = a.attrelid and not t.tgisinternal and t.tgenabled <> 'D' and (t.tgtype & 7) = 7)
        """;

    public override string CreationFaultsSql =>
        """
        select coalesce('this role may not create tables in schema ' || current_schema(), 'there is no schema in the search path that this role may use')
        where not coalesce(has_schema_privilege(current_schema(), 'create'), false)
        union all
        select name || ' is no plain table, and the tables that are to be created refer to it' from unnest(@tables) name join pg_class on oid = to_regclass(name) where relkind not in ('r', 'p')
        """;

    public override Task LockSchemaAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancel) =>
        connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@key)", new { key = SchemaLock }, transaction, cancellationToken: cancel));

    public override CrmException? Classify(Exception failure) => PostgreSqlFaults.Classify(failure);

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await unpooled.DisposeAsync();
    }

    private static string TypeName(SqlType type) => type switch
    {
        SqlType.Integer => "bigint",
        SqlType.Text => "text",
        SqlType.Json => "jsonb",
        SqlType.Time => "timestamptz",
        SqlType.Bytes => "bytea",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>
    /// One of Dapper's own kind, and not only what it asks for: while it reads rows of several things it looks its cache up once more, and where the entry is
    /// gone by then it makes a new one, of parameters of its own kind or of none. The next statement of this text would be sent without any.
    /// </summary>
    private sealed class ArrayParameters(RowInput input) : DynamicParameters, SqlMapper.IDynamicParameters
    {
        void SqlMapper.IDynamicParameters.AddParameters(IDbCommand command, SqlMapper.Identity identity)
        {
            for (var i = 0; i < input.Columns.Count; i++)
            {
                var (dbType, values) = input.Columns[i].Type switch
                {
                    SqlType.Integer => (NpgsqlDbType.Bigint, (Array)Column(i, value => (long?)value)),
                    SqlType.Text => (NpgsqlDbType.Text, Column(i, value => (string?)value)),
                    SqlType.Json => (NpgsqlDbType.Jsonb, Column(i, value => (string?)value)),
                    SqlType.Time =>
                        (NpgsqlDbType.TimestampTz, Column(i, value => value is DateTimeOffset at ? CrmTime.Truncate(at).UtcDateTime : (DateTime?)null)),
                    SqlType.Bytes => (NpgsqlDbType.Bytea, Column(i, value => (byte[]?)value)),
                    var type => throw new ArgumentOutOfRangeException(nameof(command), type, null),
                };
                command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | dbType, Value = values });
            }
        }

        private T[] Column<T>(int index, Func<object?, T> read)
        {
            var values = new T[input.Rows.Count];
            for (var row = 0; row < values.Length; row++) values[row] = read(input.Rows[row][index]);
            return values;
        }
    }
}
