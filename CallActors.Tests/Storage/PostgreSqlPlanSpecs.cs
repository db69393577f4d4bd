using System.Globalization;
using System.Text.RegularExpressions;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Storage.PostgreSql;
using CallActors.Telemetry;
using CallActors.Tests.Fixtures;
using Npgsql;

namespace CallActors.Tests.Storage;

/// <summary>How PostgreSQL finds what the statements ask for, with the plans that it makes once and keeps.</summary>
public sealed partial class PostgreSqlPlanSpecs : PostgreSqlSpec
{
    /// <summary>A plan outlives the moment it was made in: what reads a whole table while that is small goes on reading it all when it has grown.</summary>
    [Fact]
    public async Task No_table_is_read_from_end_to_end_for_a_call_however_small_it_is()
    {
        await Crm.ExecuteAsync(
            """
            insert into leads (tenant_id, first_name, phone_e164) select b.id, 'Grace', '+1' || n from business b, generate_series(1, 300) n;
            insert into outbound_call_jobs (run_id, lead_id, business_id, status) select 1, l.id, l.tenant_id, 'queued' from leads l;
            insert into call_log (business_id, call_sid, lead_id, status) select l.tenant_id, 'past-' || l.id, l.id, 'completed' from leads l;
            insert into call_session (call_sid, business_id) select call_sid, business_id from call_log;
            insert into callactors_flush (call_sid, committed_at, intents, node, events) select call_sid, now(), 0, 'spec', '' from call_log;
            insert into callactors_dead_letter (call_sid, at, reason, batch) select call_sid, now(), 'spec', '{}' from call_log;
            analyze
            """);
        // A session tells what it read when it ends, at the latest.
        NpgsqlConnection.ClearAllPools();
        while (await Crm.ScalarAsync<long>("select n_tup_ins from pg_stat_user_tables where relname = 'callactors_dead_letter'") < 300) await Task.Yield();
        // Nor by way of the constraint's index, which finds no business.
        const string Read =
            """
            select relname || ' ' || seq_scan as read from pg_stat_user_tables where relname <> 'schema_version'
            union all
            select indexrelname || ' ' || idx_scan from pg_stat_user_indexes where indexrelname = 'appointments_no_overlap'
            order by read
            """;
        const string Looked = "select coalesce(idx_scan, 0) from pg_stat_user_tables where relname = 'callactors_flush'";
        var (before, looked) = (await Crm.RowsAsync(Read), await Crm.ScalarAsync<long>(Looked));

        await using (var database = CrmDatabase.Open(Crm.Options, TimeProvider.System, new StatementCounter()))
        {
            for (var i = 0; i < 4; i++)
            {
                var calls = Enumerable.Range(0, 10)
                    .Select(n => Ended($"CA{i}-{n}", new WriteIntent.Name("Dana", null, null), new WriteIntent.Summary("Talked."))).ToArray();
                await database.LoadAsync([.. calls.Select(call => call.Query)], default);
                await database.CommitAsync([.. calls], default);
            }
        }

        while (await Crm.ScalarAsync<long>(Looked) < looked + 40) await Task.Yield();
        Assert.Equal(before, await Crm.RowsAsync(Read));
    }

    /// <summary>
    /// Nested loops are all that the plans may use, so those that end at a table have to end at an index of it: one that goes through the table, empty when the
    /// plan was made, compares every call with every one there ever was.
    /// </summary>
    [Fact]
    public async Task A_group_costs_what_its_calls_cost_and_not_what_their_pairs_would()
    {
        const int Calls = 400;
        var settings = PostgreSqlConnections.Settings(Crm.Options);
        settings.Options += " -c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c auto_explain.log_timing=off";
        settings.MaxPoolSize = 1;
        var log = (await PostgresServer.SharedAsync()).Log;
        await using var database = CrmDatabase.Open(Crm.Options with { ConnectionString = settings.ToString() }, Crm.Time, new StatementCounter());

        // The plans are made while a handful of calls is all there is.
        foreach (var call in await CallsOfCustomersAsync(0, 4)) await PlansOfAsync([call]);
        await PlansOfAsync(await CallsOfCustomersAsync(4, Calls));
        var plans = await PlansOfAsync(await CallsOfCustomersAsync(4 + Calls, Calls));

        // Each call is seen by each of them, and by each step no more often than a few times.
        Assert.All(plans, plan => Assert.InRange(MostRowsOfAStep(plan), Calls / 2, 5 * Calls));

        async Task<List<string>> PlansOfAsync(List<CallRecord> group)
        {
            var mark = log.Mark();
            await database.LoadAsync([.. group.Select(call => call.Query)], default);
            await database.CommitAsync([.. group], default);
            while (true)
            {
                // The last of them is that of the last statement; where the server's log comes through a pipe it may come after the commit.
                var plans = log.PlansSince(mark, Crm.Options.ConnectionString).Where(plan => plan.Contains("unnest", StringComparison.Ordinal)).ToList();
                if (plans is [.., var last] && last.Contains("Insert on appointments", StringComparison.Ordinal)) return plans;
                await Task.Yield();
            }
        }
    }

    /// <summary>
    /// Calls of leads that have no name yet, every second one from a job; each finds out a name and books an hour. As many appointments of the business are
    /// over.
    /// </summary>
    private async Task<List<CallRecord>> CallsOfCustomersAsync(int first, int count)
    {
        await Crm.ExecuteAsync(
            """
            insert into leads (tenant_id, first_name, phone_e164) select b.id, 'Customer', '+1' || n from business b, generate_series(@first, @last) n;
            insert into outbound_call_jobs (run_id, lead_id, business_id, status)
              select 1, l.id, l.tenant_id, 'queued' from leads l where l.id not in (select lead_id from outbound_call_jobs where lead_id is not null) order by l.id;
            insert into appointments (business_id, start_time, end_time)
              select b.id, timestamptz '2026-01-01 00:00Z' + n * interval '1 hour', timestamptz '2026-01-01 00:30Z' + n * interval '1 hour' from business b, generate_series(@first, @last) n
            """,
            new { first, last = first + count - 1 });
        var jobs = (await Crm.RowsAsync("select id from outbound_call_jobs order by id")).ConvertAll(row => new JobId((long)row[0]!));
        return [.. Enumerable.Range(first, count).Select(n => Ended(
            $"CA{n}",
            new WriteIntent.Name("Dana", null, null),
            new WriteIntent.Appointment(new Slot(Noon.AddHours(n), Noon.AddHours(n).AddMinutes(30)), null, null, null, null)) with
        {
            Start = new CallStart(CallDirection.Inbound, $"+1{n}", "+97235550100") { JobId = n % 2 == 0 ? jobs[n] : null },
        })];
    }

    /// <summary>The rows that the busiest step of a plan gave or threw away, in all of its loops.</summary>
    private static double MostRowsOfAStep(string plan)
    {
        var (most, loops, rows) = (0.0, 0.0, 0.0);
        foreach (Match line in Step().Matches(plan))
        {
            if (line.Groups["loops"].Success)
                (loops, rows) = (Number("loops"), Number("rows"));
            else
                rows += Number("removed");
            most = Math.Max(most, rows * loops);

            double Number(string group) => double.Parse(line.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        }

        return most;
    }

    [GeneratedRegex(@"\(actual rows=(?<rows>[\d.]+) loops=(?<loops>\d+)\)|Rows Removed by [\w ]+: (?<removed>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();

    /// <summary>The service's own plan of it, made while the table is small and kept: from there on a ledger of millions is worked off.</summary>
    [Fact]
    public async Task A_piece_of_the_ledger_is_found_by_its_index_and_waits_for_nobody()
    {
        await Crm.ExecuteAsync(
            """
            insert into callactors_flush (call_sid, committed_at, intents, node, events)
              select 'old-' || n, timestamptz '2026-01-01 00:00Z' + n * interval '1 second', 0, 'spec', '' from generate_series(1, 3000) n;
            analyze
            """);
        const string Read = "select seq_scan from pg_stat_user_tables where relname = 'callactors_flush'";
        const string Looked = "select coalesce(sum(idx_tup_read), 0)::bigint from pg_stat_user_indexes where relname = 'callactors_flush'";
        while (await Crm.ScalarAsync<long>("select n_tup_ins from pg_stat_user_tables where relname = 'callactors_flush'") < 3000) await Task.Yield();
        var (before, looked) = (await Crm.ScalarAsync<long>(Read), await Crm.ScalarAsync<long>(Looked));

        await using var other = new NpgsqlConnection(Crm.Options.ConnectionString + ";Pooling=false");
        await other.OpenAsync();
        await using (await other.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("select 1 from callactors_flush where call_sid in ('old-1', 'old-2') for update", other);
            await hold.ExecuteNonQueryAsync();
            await using var database = CrmDatabase.Open(Crm.Options, Crm.Time, new StatementCounter());
            var (rows, since) = (0, DateTimeOffset.UnixEpoch);
            for (var i = 0; i < 3; i++)
            {
                var piece = await database.ForgetAsync(since, Noon.AddDays(-7), default);
                (rows, since) = (rows + piece.Rows, piece.Youngest!.Value);
            }

            Assert.Equal(2_998, rows);
        }

        Assert.Equal(2, await Crm.ScalarAsync<long>("select count(*) from callactors_flush"));
        while (await Crm.ScalarAsync<long>(Looked) < looked + 6000) await Task.Yield();
        // Ours, which counts what is left.
        Assert.InRange(await Crm.ScalarAsync<long>(Read), before, before + 1);
        // Found by the one index, deleted by the other: a piece reads what it takes, and not what is left.
        Assert.InRange(await Crm.ScalarAsync<long>(Looked) - looked, 6_000, 6_100);
    }

    /// <summary>
    /// An existing CRM may have no index that finds a business's appointments: what a load costs then must not grow with the businesses it is for.
    /// </summary>
    [Fact]
    public async Task Appointments_that_no_index_finds_are_read_once_for_all_businesses_of_a_load()
    {
        await Crm.ExecuteAsync(
            """
            drop index appointments_business_idx;
            insert into business (name, phone_number) select 'Salon', '+1' || n from generate_series(1, 40) n;
            insert into appointments (business_id, start_time, end_time)
              select b.id, timestamptz '2026-03-01 10:00Z' + n * interval '1 hour', timestamptz '2026-03-01 10:30Z' + n * interval '1 hour' from business b, generate_series(1, 20) n;
            analyze
            """);
        while (await Crm.ScalarAsync<long>("select n_tup_ins from pg_stat_user_tables where relname = 'appointments'") < 820) await Task.Yield();
        const string Read = "select seq_scan from pg_stat_user_tables where relname = 'appointments'";
        const string Looked = "select idx_scan from pg_stat_user_indexes where indexrelname = 'callactors_flush_pkey'";
        var (before, looked) = (await Crm.ScalarAsync<long>(Read), await Crm.ScalarAsync<long>(Looked));

        await using (var database = CrmDatabase.Open(Crm.Options, Crm.Time, new StatementCounter()))
        {
            var loaded = await database.LoadAsync(
                [.. Enumerable.Range(1, 40)
                    .Select(n => ContextQuery.ForStart(CallId.Parse($"CA{n}"), new CallStart(CallDirection.Inbound, "+972501234567", $"+1{n}")))], default);
            Assert.All(loaded.Calls, call => Assert.Equal(20, call.Busy!.Count));
        }

        while (await Crm.ScalarAsync<long>(Looked) == looked) await Task.Yield();
        Assert.Equal(before + 1, await Crm.ScalarAsync<long>(Read));
    }
}
