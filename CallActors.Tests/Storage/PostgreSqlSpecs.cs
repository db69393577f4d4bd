using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Telemetry;
using CallActors.Tests.Fixtures;
using Npgsql;

namespace CallActors.Tests.Storage;

/// <summary>What only PostgreSQL has: its own log, its triggers, its locks, its killed connections.</summary>
public sealed class PostgreSqlSpecs : PostgreSqlSpec
{
    [Fact]
    public async Task The_server_saw_one_statement_for_a_load_and_as_many_as_were_counted_for_a_commit()
    {
        var log = (await PostgresServer.SharedAsync()).Log;
        var mark = log.Mark();
        await Crm.Database.LoadAsync([.. Enumerable.Range(0, 100).Select(i => Ended($"CA{i}").Query)], default);
        Assert.Single(log.StatementsSince(mark, Crm.Options.ConnectionString), statement => !StatementLog.IsFrame(statement));

        mark = log.Mark();
        var committed = await Crm.Database.CommitAsync([.. Enumerable.Range(0, 100).Select(i => Ended($"CA{i}"))], default);
        var seen = log.StatementsSince(mark, Crm.Options.ConnectionString);
        Assert.Equal(committed.Cost.Statements, seen.Count(statement => !StatementLog.IsFrame(statement)));
        Assert.Single(seen, statement => statement.StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Of a node alone that is days ahead the others' rows are not its to delete.</summary>
    [Fact]
    public async Task What_was_committed_lately_by_the_databases_own_clock_stays_whatever_a_nodes_clock_says()
    {
        await Crm.ExecuteAsync(
            """
            insert into callactors_flush (call_sid, committed_at, intents, node, events)
              select 'old', now() - interval '73 hours', 0, 'spec', ''::bytea union all select 'young', now() - interval '71 hours', 0, 'spec', ''
            """);
        Crm.Time.Now = TimeProvider.System.GetUtcNow().AddDays(30);
        Assert.Equal(1, (await Crm.Database.ForgetAsync(DateTimeOffset.UnixEpoch, Crm.Time.Now.AddDays(-7), default)).Rows);
        Assert.Equal("young", await Crm.ScalarAsync<string>("select call_sid from callactors_flush"));
    }

    /// <summary>Dapper forgets statements by itself, once it has seen a thousand.</summary>
    [Fact]
    public async Task A_load_has_its_parameters_though_Dapper_forgets_the_statement_while_it_is_read()
    {
        ContextQuery[] nobody = [ContextQuery.ForLedger(CallId.Parse("CA1"))];
        for (var i = 0; i < 200; i++)
        {
            // Sent, and its answer is under way.
            var load = Crm.Database.LoadAsync(nobody, default);
            for (var turn = 0; turn < i % 20 && !load.IsCompleted; turn++) await Task.Yield();
            Dapper.SqlMapper.PurgeQueryCache();
            await load;
            await Crm.Database.LoadAsync(nobody, default);
        }
    }

    [Fact]
    public async Task A_trigger_that_raises_refuses_the_group_with_its_state()
    {
        await Crm.ExecuteAsync(
            """
            create function no() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$;
            create trigger no before insert on call_session for each row execute function no();
            """);
        var refused = await Assert.ThrowsAsync<CrmException>(() => Crm.Database.CommitAsync([Ended("CA1")], default));
        Assert.Equal((CrmFault.Refused, "P0001", "not today"), (refused.Fault, refused.SqlState, refused.Message));
        Assert.Equal("0", await Crm.RowAsync("select count(*) from callactors_flush"));
    }

    [Fact]
    public async Task A_trigger_that_swallows_a_row_refuses_the_group_too()
    {
        await Crm.ExecuteAsync(
            """
            create function gone() returns trigger language plpgsql as $$ begin return null; end $$;
            create trigger gone before insert on appointments for each row execute function gone();
            """);
        var refused = await Assert.ThrowsAsync<CrmException>(
            () => Crm.Database.CommitAsync([Ended("CA1", new WriteIntent.Appointment(new Slot(Noon, Noon.AddHours(1)), null, null, null, null))], default));
        Assert.Equal(CrmFault.Refused, refused.Fault);
        Assert.Equal("0", await Crm.RowAsync("select count(*) from call_log"));
    }

    [Fact]
    public async Task A_row_that_appears_while_a_lock_is_waited_for_is_locked_in_order_by_beginning_again()
    {
        var salon = new BusinessId(await Crm.ScalarAsync<long>("select id from business"));
        var lead = await Crm.AddLeadAsync(salon, "+972501234567", "Customer");
        var job = await Crm.AddJobAsync(salon, lead);
        var record = Ended("CA1", new WriteIntent.Name("Dana", null, null));

        await WhileAnotherHoldsAsync(
            $"update outbound_call_jobs set status = 'dialing'; insert into call_log (business_id, call_sid, status) values ({salon.Value}, 'CA1', 'busy')",
            () => Crm.Database.CommitAsync([record with { Start = record.Start with { JobId = job } }], default));

        Assert.Equal("CA1|busy|Dana", await Crm.RowAsync("select call_sid, status, customer_name from call_log"));
        Assert.Equal("failed|CA1", await Crm.RowAsync("select status, call_sid from outbound_call_jobs"));
        Assert.Equal(2, Crm.Counter.Read(DatabasePhase.Flush).Transactions);
    }

    /// <summary>A call that knew its lead when it started locks that before it looks for the first time.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_another_writes_while_a_lock_is_waited_for_is_seen_before_it_is_written_over(bool isKnown)
    {
        var salon = new BusinessId(await Crm.ScalarAsync<long>("select id from business"));
        var lead = await Crm.AddLeadAsync(salon, "+972501234567", "Customer");
        var call = await Crm.AddCallAsync(salon, "CA1", status: "in-progress");
        var record = Ended("CA1", new WriteIntent.Name("Dana", null, null));
        if (isKnown) record = record with { BusinessId = salon, LeadId = lead, Start = record.Start with { CallLogId = call } };
        await WhileAnotherHoldsAsync(
            "update leads set name = 'Noa', name_source = 'user_provided'; update call_log set status = 'busy'",
            () => Crm.Database.CommitAsync([record], default));

        Assert.Equal(1, Crm.Counter.Read(DatabasePhase.Flush).Transactions);
        Assert.Equal("Noa|user_provided", await Crm.RowAsync("select name, name_source from leads"));
        Assert.Equal("busy|Noa", await Crm.RowAsync("select status, customer_name from call_log"));
    }

    /// <summary>
    /// What the calls' loads had found tells the locks, and saves the look that would; where it tells the wrong ones the group begins again, and the next ones
    /// look first.
    /// </summary>
    [Fact]
    public async Task A_group_that_knows_its_locks_looks_once_and_one_that_is_wrong_begins_again()
    {
        var salon = new BusinessId(await Crm.ScalarAsync<long>("select id from business"));
        var strange = await Crm.Database.CommitAsync([Stranger("CA1", 1)], default);
        var known = await Crm.Database.CommitAsync([Stranger("CA2", 2) with { BusinessId = salon }], default);
        Assert.Equal(strange.Cost.Statements - 1, known.Cost.Statements);
        Assert.Equal(2, Crm.Counter.Read(DatabasePhase.Flush).Transactions);

        // Its number has a lead by now, which the call does not know of.
        var lead = await Crm.AddLeadAsync(salon, "+97250123003", "Customer");
        await Crm.Database.CommitAsync([Stranger("CA3", 3) with { BusinessId = salon }], default);
        Assert.Equal(4, Crm.Counter.Read(DatabasePhase.Flush).Transactions);
        Assert.Equal($"1|Dana|{lead.Value}", await Crm.RowAsync("select count(*) over (), name, id from leads where phone_e164 = '+97250123003'"));
        Assert.Equal(lead.Value, await Crm.ScalarAsync<long>("select lead_id from call_log where call_sid = 'CA3'"));

        var next = await Crm.Database.CommitAsync([Stranger("CA4", 4) with { BusinessId = salon }], default);
        Assert.Equal((strange.Cost.Statements, 5), (next.Cost.Statements, Crm.Counter.Read(DatabasePhase.Flush).Transactions));

        CallRecord Stranger(string id, int number)
        {
            var record = Ended(id, new WriteIntent.Name("Dana", null, null));
            return record with { Start = record.Start with { From = $"+9725012300{number}" } };
        }
    }

    [Fact]
    public async Task A_connection_that_was_killed_is_away_and_the_same_group_goes_through_again()
    {
        await Crm.Database.LoadAsync([Ended("CA1").Query], default);
        await Crm.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'callactors' and datname = current_database()");
        // The server may be a moment late with the killing: whenever it comes, the same group again is the answer.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                await Crm.Database.CommitAsync([Ended("CA1")], default);
            }
            catch (CrmException failure)
            {
                Assert.Equal(CrmFault.Away, failure.Fault);
            }
        }
        Assert.Equal("1", await Crm.RowAsync("select count(*) from call_log"));
    }

    [Fact]
    public async Task A_database_that_only_reads_is_away()
    {
        await Crm.ExecuteAsync(
            $"alter database {new NpgsqlConnectionStringBuilder(Crm.Options.ConnectionString).Database} set default_transaction_read_only = on");
        await using var fresh = CrmDatabase.Open(
            Crm.Options with { ConnectionString = Crm.Options.ConnectionString + ";Application Name=reader" }, Crm.Time, Crm.Counter);
        var failure = await Assert.ThrowsAsync<CrmException>(() => fresh.CommitAsync([Ended("CA1")], default));
        Assert.Equal((CrmFault.Away, "25006"), (failure.Fault, failure.SqlState));
    }

    /// <summary>Another transaction writes, the store's commit comes to its locks and waits, and the other commits.</summary>
    private async Task WhileAnotherHoldsAsync(string writes, Func<Task> commit)
    {
        var log = (await PostgresServer.SharedAsync()).Log;
        var mark = log.Mark();
        await using var other = new NpgsqlConnection(Crm.Options.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await new NpgsqlCommand(writes, other).ExecuteNonQueryAsync();

        var waiting = commit();
        while (!waiting.IsCompleted
            && !log.StatementsSince(mark, Crm.Options.ConnectionString).Any(statement => statement.Contains("no key update", StringComparison.Ordinal)))
            await Task.Yield();
        await transaction.CommitAsync();
        await waiting;
    }
}
