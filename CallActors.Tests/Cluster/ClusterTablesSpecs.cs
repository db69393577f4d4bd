using CallActors.Cluster;
using CallActors.Journal;
using CallActors.Tests.Fixtures;
using Npgsql;

namespace CallActors.Tests.Cluster;

/// <summary>What nodes know of each other beside the network, in a real PostgreSQL.</summary>
public sealed class ClusterTablesSpecs : IAsyncLifetime
{
    private SpecJournal _journal = null!;
    private NpgsqlConnection _one = null!, _two = null!;

    public async Task InitializeAsync()
    {
        _journal = await SpecJournal.OnPostgreSqlAsync();
        await JournalStore.MigrateAsync(_journal.Options, dryRun: false);
        (_one, _two) = (new NpgsqlConnection(_journal.Options.ConnectionString), new NpgsqlConnection(_journal.Options.ConnectionString));
        await _one.OpenAsync();
        await _two.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _journal.DisposeAsync();
    }

    [Fact]
    public async Task Of_two_parts_that_vote_each_other_out_one_goes_on()
    {
        for (var round = 0; round < 50; round++)
        {
            string[] a = [$"a#{round}", $"b#{round}"], c = [$"c#{round}"];
            var votes = await Task.WhenAll(
                ClusterTables.VoteOutAsync(_one, a, c, a[0], default),
                ClusterTables.VoteOutAsync(_two, c, a, c[0], default));
            Assert.Single(votes, vote => vote.OutBy is null);
            Assert.Equal(new Vote(votes[0].OutBy is null ? a[0] : c[0], IsWholePart: true), votes.Single(vote => vote.OutBy is not null));
        }
    }

    [Fact]
    public async Task One_death_after_another_leaves_the_last_and_a_new_life_of_a_node_starts_clean()
    {
        Assert.Null((await ClusterTables.VoteOutAsync(_one, ["b#1", "c#1"], ["a#1"], "b#1", default)).OutBy);
        Assert.Null((await ClusterTables.VoteOutAsync(_one, ["c#1"], ["b#1"], "c#1", default)).OutBy);
        Assert.Equal(new Vote("c#1", IsWholePart: true), await ClusterTables.VoteOutAsync(_two, ["b#1"], ["c#1"], "b#1", default));
        Assert.Null((await ClusterTables.VoteOutAsync(_two, ["b#2", "c#1"], [], "b#2", default)).OutBy);
    }

    [Fact]
    public async Task Where_one_link_of_three_is_cut_who_can_reach_both_goes_on_whoever_asks_first()
    {
        (string Self, string[] There, string[] Gone)[] nodes = [
            ("a#1", ["a#1", "c#1"], ["b#1"]), ("b#1", ["b#1", "c#1"], ["a#1"]), ("c#1", ["c#1"], ["a#1", "b#1"])];
        foreach (var order in new[] { "012", "021", "102", "120", "201", "210" })
        {
            foreach (var node in order.Select(digit => nodes[digit - '0']))
            {
                var vote = await ClusterTables.VoteOutAsync(_one, Of(node.There), Of(node.Gone), node.Self + order, default);
                Assert.False(vote.IsWholePart);
                if (node.Self == "c#1") Assert.Null(vote.OutBy);
            }

            string[] Of(string[] lives) => [.. lives.Select(life => life + order)];
        }
    }

    [Fact]
    public async Task A_node_is_seen_until_it_says_that_it_is_gone()
    {
        await ClusterTables.SeeAsync(_one, "a:1", "a", default);
        await ClusterTables.SeeAsync(_one, "a:1", "a", default);
        await ClusterTables.SeeAsync(_one, "b:1", "b", default);
        Assert.Equal(["b:1"], await ClusterTables.OthersAsync(_two, "a:1", default));
        await ClusterTables.ForgetAsync(_one, "b:1", default);
        Assert.Empty(await ClusterTables.OthersAsync(_two, "a:1", default));
    }

    [Fact]
    public async Task One_node_at_a_time_may_begin_a_cluster()
    {
        Assert.True(await ClusterTables.TryBeginAsync(_one, default));
        Assert.False(await ClusterTables.TryBeginAsync(_two, default));
        await _one.CloseAsync();
        NpgsqlConnection.ClearPool(_one);
        await using var third = new NpgsqlConnection(_journal.Options.ConnectionString);
        await third.OpenAsync();
        Assert.True(await ClusterTables.TryBeginAsync(third, default));
    }
}
