using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using CallActors.Journal;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallActors.Cluster;

/// <summary>
/// This node's way into the cluster, and its place in it. Which nodes live is read from the journal's database first, and asked of the seeds only then: a first
/// seed that is started again finds the cluster that goes on without it, instead of beginning a second one beside it.
/// </summary>
public sealed class ClusterMembership : IAsyncDisposable
{
    private const string ApplicationName = "callactors-cluster";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500), Beat = TimeSpan.FromSeconds(1);

    private readonly ExtendedActorSystem _system;
    private readonly ClusterOptions _options;
    private readonly JournalOptions _journal;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _beating = Task.CompletedTask;
    private bool _complained;

    public ClusterMembership(ActorSystem system, CallActorsOptions options, TimeProvider time, ILogger<ClusterMembership> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _system = (ExtendedActorSystem)system;
        _options = options.Cluster;
        _journal = options.Journal;
        _time = time;
        _log = log;
        var settings = JournalConnections.PostgreSql(options.Journal);
        settings.MaxPoolSize = 3;
        settings.ApplicationName = ApplicationName;
        _database = NpgsqlDataSource.Create(settings);
        Cluster.RegisterOnMemberRemoved(() => _removed.TrySetResult());
    }

    /// <summary>Where the others reach this node.</summary>
    public string Address => $"{Cluster.SelfAddress.Host}:{Cluster.SelfAddress.Port}";

    /// <summary>Done when this node is no member any more: it left, or the others went on without it.</summary>
    public Task Removed => _removed.Task;

    public bool IsUp => Cluster.SelfMember.Status == MemberStatus.Up;

    private Akka.Cluster.Cluster Cluster => Akka.Cluster.Cluster.Get(_system);

    /// <summary>Joins the cluster, or begins it where this node is the first seed and no other lives.</summary>
    /// <exception cref="ClusterException">Nobody let it in within the time.</exception>
    public async Task JoinAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var limit = new CancellationTokenSource(_options.JoinTimeout, _time);
        await using var ending = limit.Token.Register(patience.Cancel);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Cluster.RegisterOnMemberUp(() => up.TrySetResult());
        NpgsqlConnection? beginning = null;
        try
        {
            ImmutableArray<NodeAddress> asked = [];
            using var looking = new PeriodicTimer(Look, _time);
            while (!up.Task.IsCompleted)
            {
                patience.Token.ThrowIfCancellationRequested();
                if (beginning is null)
                {
                    var others = await OthersAsync(patience.Token).ConfigureAwait(false);
                    if (others.IsEmpty && _options.IsFirstSeed) beginning = await BeginAsync(patience.Token).ConfigureAwait(false);
                    else asked = Ask(others, asked);
                }

                await Task.WhenAny(up.Task, looking.WaitForNextTickAsync(patience.Token).AsTask()).ConfigureAwait(false);
            }

            await SeeAsync(patience.Token).ConfigureAwait(false);
            _beating = BeatAsync(_stopping.Token);
            _log.LogInformation("{Address} is a node of the cluster", Address);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var seeds = string.Join(", ", _options.SeedNodes);
            throw new ClusterException(
                $"CallActors:Cluster:SeedNodes is {seeds}, none of which let {Address} in within {_options.JoinTimeout.TotalSeconds:0.#} s; running nodes of one cluster are expected, or this node first in the list, which begins it.");
        }
        finally
        {
            if (beginning is not null) await beginning.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Asks the database, which knows it before this node does.</summary>
    /// <returns>Who voted this life of the node out; null: nobody.</returns>
    /// <exception cref="NpgsqlException">It is away.</exception>
    public async Task<string?> OutByAsync()
    {
        await using var connection = await _database.OpenConnectionAsync(_stopping.Token).ConfigureAwait(false);
        return await ClusterTables.OutByAsync(connection, [NodeNames.OfLife(Cluster.SelfMember)], _stopping.Token).ConfigureAwait(false);
    }

    /// <summary>Where this node is not there any more, nobody is to look for it.</summary>
    public async Task ForgetAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        await TryAsync(async cancel =>
        {
            await using var connection = await _database.OpenConnectionAsync(cancel).ConfigureAwait(false);
            await ClusterTables.ForgetAsync(connection, Address, cancel).ConfigureAwait(false);
        }, CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Asks those that live, and the seeds, for the way in; once, as long as they are the same.</summary>
    private ImmutableArray<NodeAddress> Ask(ImmutableArray<NodeAddress> others, ImmutableArray<NodeAddress> asked)
    {
        var self = new NodeAddress(Cluster.SelfAddress.Host, Cluster.SelfAddress.Port ?? 0);
        ImmutableArray<NodeAddress> all = [.. others.Concat(_options.SeedNodes).Distinct().Where(node => node != self)];
        if (all.IsEmpty || all.SequenceEqual(asked)) return asked;
        Cluster.JoinSeedNodes(all.Select(node => new Address(Cluster.SelfAddress.Protocol, _system.Name, node.Host, node.Port)));
        return all;
    }

    /// <returns>A connection that has the right to begin the cluster, to be kept until others can see this node; null: another node is at it.</returns>
    private async Task<NpgsqlConnection?> BeginAsync(CancellationToken cancel)
    {
        // Of a pool it would outlive its disposal, and the right with it.
        var connection = await PostgreSqlJournalStore.OpenAsync(_journal, cancel, ApplicationName).ConfigureAwait(false);
        if (await ClusterTables.TryBeginAsync(connection, cancel).ConfigureAwait(false) && (await OthersAsync(cancel).ConfigureAwait(false)).IsEmpty)
        {
            _log.LogInformation("No other node lives: {Address} begins the cluster", Address);
            Cluster.Join(Cluster.SelfAddress);
            return connection;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private async Task<ImmutableArray<NodeAddress>> OthersAsync(CancellationToken cancel)
    {
        await using var connection = await _database.OpenConnectionAsync(cancel).ConfigureAwait(false);
        var others = await ClusterTables.OthersAsync(connection, Address, cancel).ConfigureAwait(false);
        return [.. others.Select(text => NodeAddress.TryParse(text, out var address) ? address : default).Where(address => address != default)];
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Beat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) await TryAsync(SeeAsync, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task SeeAsync(CancellationToken cancel)
    {
        await using var connection = await _database.OpenConnectionAsync(cancel).ConfigureAwait(false);
        await ClusterTables.SeeAsync(connection, Address, Environment.MachineName, cancel).ConfigureAwait(false);
    }

    /// <summary>Others do not see this node while the database is away; those that would look cannot either.</summary>
    private async Task TryAsync(Func<CancellationToken, Task> doing, CancellationToken cancel)
    {
        try
        {
            await doing(cancel).ConfigureAwait(false);
            _complained = false;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
        {
            if (!_complained) _log.LogWarning("The journal's database was not told that this node lives: {Reason}", e.Message);
            _complained = true;
        }
    }
}
