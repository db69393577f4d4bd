using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;
using CallActors.Cluster;
using CallActors.Journal;
using CallActors.Tests.Fixtures;
using Npgsql;

namespace CallActors.Tests.Cluster;

/// <summary>Three nodes of which two cannot reach each other, while the third reaches both: whoever is asked to leave takes nobody along.</summary>
public sealed class CutLinkSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<ActorSystem> _nodes = [];
    private SpecJournal _journal = null!;

    public async Task InitializeAsync()
    {
        _journal = await SpecJournal.OnPostgreSqlAsync();
        await JournalStore.MigrateAsync(_journal.Options, dryRun: false);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.Terminate();
        await _journal.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cut_link_between_two_of_three_nodes_leaves_the_third(bool oneOfTheTwoAsksFirst)
    {
        for (var i = 0; i < 3; i++) _nodes.Add(Start());
        foreach (var node in _nodes) Membership(node).Join(Membership(_nodes[0]).SelfAddress);
        await UntilAsync(() => _nodes.All(node => Membership(node).State.Members.Count(member => member.Status == MemberStatus.Up) == 3));

        await Task.WhenAll(CutAsync(_nodes[0], _nodes[1]), CutAsync(_nodes[1], _nodes[0]));
        if (oneOfTheTwoAsksFirst) await VoteAsync();
        await UntilAsync(() => _nodes.Any(node => node.WhenTerminated.IsCompleted));

        // One of the two goes, or both. What they have gossiped on their way out has arrived once those are left that live.
        ClusterEvent.CurrentClusterState left = null!;
        await UntilAsync(() => _nodes[2].WhenTerminated.IsCompleted
            || ((left = Membership(_nodes[2]).State) is { Unreachable.Count: 0 }
                && left.Members.Count == _nodes.Count(node => !node.WhenTerminated.IsCompleted)));
        Assert.False(_nodes[2].WhenTerminated.IsCompleted);
        Assert.All(left.Members, member => Assert.Equal(MemberStatus.Up, member.Status));
    }

    /// <summary>As the first of the two that cannot reach each other votes, long before the resolvers of the others have come to it.</summary>
    private async Task VoteAsync()
    {
        await using var connection = new NpgsqlConnection(_journal.Options.ConnectionString);
        await connection.OpenAsync();
        string[] lives = [.. _nodes.Select(node => NodeNames.OfLife(Membership(node).SelfMember))];
        Assert.Null((await ClusterTables.VoteOutAsync(connection, [lives[0], lives[2]], [lives[1]], lives[0], default)).OutBy);
    }

    private ActorSystem Start() => ActorSystem.Create("cut", ConfigurationFactory.ParseString(
        """
        akka.loglevel = WARNING
        akka.remote.dot-netty.tcp.applied-adapters = ["trttl"]
        """).WithFallback(ClusterConfiguration.Of(new ClusterOptions { Hostname = "127.0.0.1", Port = 0 }, _journal.Options)));

    private static Akka.Cluster.Cluster Membership(ActorSystem node) => Akka.Cluster.Cluster.Get(node);

    private static Task<bool> CutAsync(ActorSystem node, ActorSystem from) =>
        ((IRemoteActorRefProvider)((ExtendedActorSystem)node).Provider).Transport.ManagementCommand(
            new SetThrottle(Membership(from).SelfAddress, ThrottleTransportAdapter.Direction.Both, Blackhole.Instance));

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!holds()) await beat.WaitForNextTickAsync(limit.Token);
    }
}
