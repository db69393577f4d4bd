using System.Net.Sockets;
using CallActors.Storage;
using CallActors.Storage.PostgreSql;
using CallActors.Storage.Sqlite;
using Npgsql;

namespace CallActors.Tests.Storage;

public sealed class CrmFaultSpecs
{
    [Theory]
    [InlineData("08006")]
    [InlineData("08P01")]
    [InlineData("25006")]
    [InlineData("25P03")]
    [InlineData("28P01")]
    [InlineData("28000")]
    [InlineData("3D000")]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("42P01")]
    [InlineData("42703")]
    [InlineData("53300")]
    [InlineData("53100")]
    [InlineData("55P03")]
    [InlineData("57014")]
    [InlineData("57P01")]
    [InlineData("57P03")]
    [InlineData("58030")]
    public void What_heals_without_the_batch_being_changed_is_away(string sqlState) => Assert.Equal(CrmFault.Away, PostgreSqlFaults.Of(sqlState));

    [Theory]
    [InlineData("22001")]
    [InlineData("22021")]
    [InlineData("23505")]
    [InlineData("23503")]
    [InlineData("23P01")]
    [InlineData("40002")]
    [InlineData("42501")]
    [InlineData("42804")]
    [InlineData("P0001")]
    [InlineData("XX000")]
    [InlineData("")]
    public void What_this_batch_met_is_refused(string sqlState) => Assert.Equal(CrmFault.Refused, PostgreSqlFaults.Of(sqlState));

    [Fact]
    public void A_driver_that_cannot_reach_the_server_says_away_and_one_that_cannot_write_a_value_says_refused()
    {
        Assert.Equal(CrmFault.Away, PostgreSqlFaults.Classify(new NpgsqlException("gone", new IOException()))?.Fault);
        Assert.Equal(CrmFault.Away, PostgreSqlFaults.Classify(new NpgsqlException("The connection pool has been exhausted", new TimeoutException()))?.Fault);
        Assert.Equal(CrmFault.Away, PostgreSqlFaults.Classify(new SocketException())?.Fault);
        Assert.Equal(CrmFault.Away, PostgreSqlFaults.Classify(new TimeoutException())?.Fault);
        Assert.Equal(CrmFault.Refused, PostgreSqlFaults.Classify(new InvalidCastException())?.Fault);
        Assert.Equal("23505", PostgreSqlFaults.Classify(new PostgresException("twice", "ERROR", "ERROR", "23505"))?.SqlState);
    }

    [Fact]
    public void A_driver_that_lost_its_place_says_away()
    {
        // It throws the bare type: "Received unexpected backend message DataRow. Please file a bug."
        var bare = Activator.CreateInstance<Exception>();
        bare.Source = "Npgsql";
        Assert.Equal(CrmFault.Away, PostgreSqlFaults.Classify(bare)?.Fault);
        bare.Source = "CallActors";
        Assert.Null(PostgreSqlFaults.Classify(bare));
    }

    [Fact]
    public void A_bug_of_ours_is_no_fault_of_the_database()
    {
        Assert.Null(PostgreSqlFaults.Classify(new InvalidOperationException()));
        Assert.Null(SqliteFaults.Classify(new InvalidOperationException()));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(26)]
    public void A_SQLite_file_that_is_busy_full_or_gone_is_away(int code) => Assert.Equal(CrmFault.Away, SqliteFaults.Of(code, ""));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(20)]
    public void A_SQLite_constraint_or_type_is_a_refusal(int code) => Assert.Equal(CrmFault.Refused, SqliteFaults.Of(code, ""));

    [Fact]
    public void A_table_that_is_missing_is_the_operators_to_mend() =>
        Assert.Equal(CrmFault.Away, SqliteFaults.Of(1, "SQLite Error 1: 'no such table: leads'."));
}
