using Akka.Persistence.Sql.Journal.Types;
using Npgsql;

namespace CallActors.Journal.Writing;

/// <summary>Into a server: a group is one statement, which is a transaction of its own, and one round trip.</summary>
internal sealed class PostgreSqlRowWriter(string connectionString) : IRowWriter
{
    private const string Insert =
        """
        insert into journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        select created, false, log, number, message, manifest, identifier, writer
        from unnest($1, $2, $3, $4, $5, $6, $7) with ordinality as rows (created, log, number, message, manifest, identifier, writer, place)
        order by place
        """;

    private const string Delete =
        """
        with last as (select max(sequence_number) as number from journal where persistence_id = $1 and sequence_number <= $2),
        gone as (delete from journal using last where persistence_id = $1 and sequence_number < last.number)
        update journal set deleted = true from last where persistence_id = $1 and sequence_number = last.number
        """;

    private static readonly string[] Refusals = ["22", "23", "40001", "40P01"];
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    // Class 23: a constraint, which is the number of the log; 22: a value that cannot be stored; 40001 and 40P01: a deadlock with another node, of which one
    // row alone has none.
    public bool IsRefusal(Exception fault) =>
        fault is PostgresException refused && Refusals.Any(kind => refused.SqlState.StartsWith(kind, StringComparison.Ordinal));

    public async Task WriteAsync(IReadOnlyList<JournalRow> rows)
    {
        await using var command = _source.CreateCommand(Insert);
        command.Parameters.Add(Of(rows, row => row.Timestamp));
        command.Parameters.Add(Of(rows, row => row.PersistenceId));
        command.Parameters.Add(Of(rows, row => row.SequenceNumber));
        command.Parameters.Add(Of(rows, row => row.Message));
        command.Parameters.Add(Of(rows, row => row.Manifest));
        command.Parameters.Add(Of(rows, row => row.Identifier));
        command.Parameters.Add(Of(rows, row => row.WriterUuid));
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public async Task DeleteAsync(string log, long upTo)
    {
        await using var command = _source.CreateCommand(Delete);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = log });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = upTo });
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlParameter<T[]> Of<T>(IReadOnlyList<JournalRow> rows, Func<JournalRow, T> value) => new() { TypedValue = [.. rows.Select(value)] };
}
