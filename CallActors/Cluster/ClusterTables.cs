using System.Data.Common;
using Dapper;
using Npgsql;

namespace CallActors.Cluster;

/// <summary>
/// What the nodes of a cluster know of each other beside the network, in the journal's PostgreSQL: which of them live, and which were voted out. All time is
/// the database's.
/// </summary>
internal static class ClusterTables
{
    public const string Nodes = "callactors_node", Outcasts = "callactors_outcast";
    public static readonly string[] Names = [Nodes, Outcasts];

    // Advisory locks are a database's own and named by two integers: what for, and the schema.
    private const int Forming = 0x43414A33, Voting = 0x43414A34;

    /// <summary>A node that has not been seen for so long is not counted on.</summary>
    private const string Fresh = "seen_at > clock_timestamp() - interval '6 seconds'";

    public static string CreateOf(string table) => table switch
    {
        Nodes => $"create table {Nodes} (address text primary key, node text not null, seen_at timestamptz not null)",
        Outcasts => $"create table {Outcasts} (node text primary key, voted_by text not null, at timestamptz not null)",
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, null),
    };

    /// <summary>Says that this node lives.</summary>
    public static Task SeeAsync(DbConnection connection, string address, string node, CancellationToken cancel) =>
        connection.ExecuteAsync(new CommandDefinition(
        $"insert into {Nodes} (address, node, seen_at) values (@address, @node, clock_timestamp()) on conflict (address) do update set node = excluded.node, seen_at = excluded.seen_at",
        new { address, node },
        cancellationToken: cancel));

    /// <summary>Says that this node is gone.</summary>
    public static Task ForgetAsync(DbConnection connection, string address, CancellationToken cancel) =>
        connection.ExecuteAsync(new CommandDefinition($"delete from {Nodes} where address = @address", new { address }, cancellationToken: cancel));

    /// <summary>The other nodes that live.</summary>
    public static async Task<IReadOnlyList<string>> OthersAsync(DbConnection connection, string address, CancellationToken cancel) =>
        [.. await connection.QueryAsync<string>(new CommandDefinition(
            $"select address from {Nodes} where address <> @address and {Fresh} order by address", new { address }, cancellationToken: cancel)).ConfigureAwait(
                false)];

    /// <summary>The right to begin a cluster, which one connection has at a time and which goes with it.</summary>
    public static Task<bool> TryBeginAsync(NpgsqlConnection connection, CancellationToken cancel) => connection.ExecuteScalarAsync<bool>(new CommandDefinition(
        "select pg_try_advisory_lock(@Forming, hashtext(coalesce(current_schema(), '')))", new { Forming }, cancellationToken: cancel));

    /// <summary>Who voted one of these lives of nodes out; null: nobody.</summary>
    public static Task<string?> OutByAsync(DbConnection connection, string[] lives, CancellationToken cancel) => connection.ExecuteScalarAsync<string?>(
        new CommandDefinition($"select voted_by from {Outcasts} where node = any(@lives) limit 1", new { lives }, cancellationToken: cancel));

    /// <summary>Votes nodes out, unless who votes has been voted out before. So there is always one that is not.</summary>
    /// <param name="connection">Of the journal's database.</param>
    /// <param name="there">Whom the voter can reach, itself among them: lives of nodes, <c>host:port#uid</c>.</param>
    /// <param name="gone">Who is to be out.</param>
    /// <param name="by">Who votes.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>What came of it.</returns>
    public static async Task<Vote> VoteOutAsync(NpgsqlConnection connection, string[] there, string[] gone, string by, CancellationToken cancel)
    {
        const string Alone = "select pg_advisory_xact_lock(@Voting, hashtext(coalesce(current_schema(), '')))";
        const string Out = $"select node, voted_by from {Outcasts} where node = any(@there)";
        const string Write = $"insert into {Outcasts} (node, voted_by, at) select node, @by, clock_timestamp() from unnest(@gone) as node on conflict do nothing";

        // A life of a node that ended long ago does not come back.
        const string Forget = $"delete from {Outcasts} where at < clock_timestamp() - interval '7 days'";
        await using var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await connection.ExecuteAsync(new CommandDefinition(Alone, new { Voting }, cancellationToken: cancel)).ConfigureAwait(false);
        var outcasts = (await connection.QueryAsync<(string Node, string By)>(new CommandDefinition(Out, new { there }, cancellationToken: cancel))
            .ConfigureAwait(false)).ToDictionary(row => row.Node, row => row.By);
        if (outcasts.TryGetValue(by, out var voter)) return new Vote(voter, IsWholePart: there.All(outcasts.ContainsKey));
        await connection.ExecuteAsync(new CommandDefinition(Write, new { gone, by }, cancellationToken: cancel)).ConfigureAwait(false);
        await connection.ExecuteAsync(new CommandDefinition(Forget, cancellationToken: cancel)).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return new Vote(null, IsWholePart: false);
    }
}

/// <summary>What came of a vote.</summary>
/// <param name="OutBy">Who had voted out the node that speaks; null: nobody, and those it named are out now.</param>
/// <param name="IsWholePart">Whether all it can reach were voted out with it, as where the network is cut in two. Otherwise only its link to some of the others
/// is cut, and there are some that go on.</param>
internal sealed record Vote(string? OutBy, bool IsWholePart);
