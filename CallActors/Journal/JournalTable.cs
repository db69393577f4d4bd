using System.Data.Common;
using Dapper;

namespace CallActors.Journal;

/// <summary>
/// What a journal remembers of itself: into how many logs its calls are divided. A call is found by the hash of its id, so that another number would
/// look for it where it is not.
/// </summary>
internal static class JournalTable
{
    public const string Name = "callactors_journal";

    private const string Create = $"create table {Name} (only_row integer primary key check (only_row = 1), partitions integer not null)";

    /// <summary>Makes the table.</summary>
    public static Task CreateAsync(DbConnection connection, CancellationToken cancel) =>
        connection.ExecuteAsync(new CommandDefinition(Create, cancellationToken: cancel));

    /// <summary>Writes the number of partitions down, where there is none yet.</summary>
    /// <returns>The number it was begun with.</returns>
    /// <exception cref="JournalException">It was another one than was asked for.</exception>
    public static async Task<int> AgreeAsync(DbConnection connection, JournalOptions options, CancellationToken cancel)
    {
        const string Insert = $"insert into {Name} (only_row, partitions) values (1, @partitions) on conflict (only_row) do nothing";
        const string Read = $"select partitions from {Name}";
        var partitions = options.Partitions;
        await connection.ExecuteAsync(new CommandDefinition(Insert, new { partitions }, cancellationToken: cancel)).ConfigureAwait(false);
        var found = await connection.ExecuteScalarAsync<int>(new CommandDefinition(Read, cancellationToken: cancel)).ConfigureAwait(false);
        if (found == partitions || options.AdoptsPartitions) return found;
        throw new JournalException(
            $"CallActors:Journal:Partitions is {partitions}, but this journal was begun with {found}; "
            + $"{found} is expected, or a new journal once this one's calls are done.");
    }
}
