using System.Globalization;
using System.Text.Json;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace CallActors.Host.Verbs.Bench.OnOrleans;

/// <summary>
/// Where grains keep their state: a row a grain on PostgreSQL, one prepared statement by its key a write. It does less than Orleans' own provider for ADO.NET,
/// which calls a stored function each time and looks for a grain by hashes; what is measured here is Orleans at its best.
/// </summary>
internal sealed class PostgresGrainStorage(NpgsqlDataSource source) : IGrainStorage
{
    public const string Name = "calls";

    /// <summary>A row is rewritten with each event: room for that is left on its page, so that no index is touched.</summary>
    private const string Table = "create table grain_state (id text primary key, version bigint not null, payload bytea not null) with (fillfactor = 50)";

    public static async Task CreateAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var create = source.CreateCommand(Table);
        await create.ExecuteNonQueryAsync(cancel);
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var read = source.CreateCommand("select version, payload from grain_state where id = $1");
        read.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainId.ToString() });
        await using var row = await read.ExecuteReaderAsync();
        if (!await row.ReadAsync()) return;
        grainState.State = JsonSerializer.Deserialize<T>(row.GetFieldValue<byte[]>(1))!;
        grainState.ETag = row.GetInt64(0).ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var version = VersionOf(grainState.ETag);
        await using var write = source.CreateCommand(version == 0
            ? "insert into grain_state (id, version, payload) values ($1, $2 + 1, $3) on conflict do nothing"
            : "update grain_state set version = $2 + 1, payload = $3 where id = $1 and version = $2");
        write.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainId.ToString() });
        write.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        write.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = JsonSerializer.SerializeToUtf8Bytes(grainState.State) });
        if (await write.ExecuteNonQueryAsync() != 1) throw new InconsistentStateException($"The state of {grainId} is not at version {version} any more.");
        grainState.ETag = (version + 1).ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var clear = source.CreateCommand("delete from grain_state where id = $1 and version = $2");
        clear.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainId.ToString() });
        clear.Parameters.Add(new NpgsqlParameter<long> { TypedValue = VersionOf(grainState.ETag) });
        await clear.ExecuteNonQueryAsync();
        grainState.State = Activator.CreateInstance<T>();
        (grainState.ETag, grainState.RecordExists) = (null, false);
    }

    private static long VersionOf(string? etag) => etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);
}
