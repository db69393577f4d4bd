using System.Buffers.Binary;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using CallActors.Tests.Domain;
using CallActors.Tests.Fixtures;
using Dapper;
using Microsoft.Data.Sqlite;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Tests.Journal;

/// <summary>What the logs of a node do to the SQLite file they share, seen in the file.</summary>
public sealed class SqliteLogSpecs : IAsyncLifetime
{
    private SpecJournal _journal = null!;
    private JournalStore _store = null!;
    private TestKit _kit = null!;

    public async Task InitializeAsync()
    {
        _journal = await SpecJournal.OnSqliteAsync();
        _store = await JournalStore.PrepareAsync(_journal.Options);
        _kit = new TestKit(_journal.Start("writing"));
    }

    public async Task DisposeAsync()
    {
        _kit.Dispose();
        await _store.DisposeAsync();
        await _journal.DisposeAsync();
    }

    private string File => new SqliteConnectionStringBuilder(_journal.Options.ConnectionString).DataSource;

    [Fact]
    public async Task What_comes_while_a_transaction_is_under_way_goes_together_in_the_next()
    {
        const int Logs = 24, Appends = 5;
        var cuts = new CutTurns(TimeProvider.System, CutTurns.Pause);
        await Task.WhenAll(Enumerable.Range(0, Logs).Select(async partition =>
        {
            var supervisor = _kit.CreateTestProbe();
            var log = Start(supervisor, partition, 5_000, cuts);
            await supervisor.ExpectMsgAsync<Recovered>(TimeSpan.FromSeconds(30));
            for (var i = 1; i <= Appends; i++) await WriteAsync(log, Begin(CallId.Parse($"c{partition}-{i}")), supervisor);
        }));

        // A claim and five entries a log; one after the other they would be as many transactions.
        Assert.InRange(CommitsOf(await System.IO.File.ReadAllBytesAsync(File + "-wal")), 1, Logs * (1 + Appends) * 3 / 4);
    }

    [Fact]
    public async Task A_log_is_cut_in_portions_when_it_is_its_turn()
    {
        const int Calls = 300;
        var time = TimeProvider.System;
        var cuts = new CutTurns(time, CutTurns.Pause);
        Assert.True(cuts.TryTake(this));
        var supervisor = _kit.CreateTestProbe();
        var log = Start(supervisor, 0, 2 * Calls, cuts);
        await supervisor.ExpectMsgAsync<Recovered>(TimeSpan.FromSeconds(30));
        await using var connection = new SqliteConnection(_journal.Options.ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync(
            """
            create table portion (up_to integer primary key);
            create trigger portions after update of deleted on journal
            begin insert or ignore into portion values (new.sequence_number); end
            """);

        for (var i = 0; i < Calls; i++)
        {
            var call = CallId.Parse($"c{i}");
            await Write(Begin(call));
            await Write(new Append(call, 1, 2, [], Closes: true));
        }

        // It is due now. The claim and the mark that stands behind the cut are in it, too.
        await Write(Begin(CallId.Parse("stays")));
        Assert.Equal((2 * Calls) + 3, await connection.ExecuteScalarAsync<int>("select count(*) from journal"));

        cuts.End(this);
        while (await connection.ExecuteScalarAsync<int>("select count(*) from portion where up_to > @all", new { all = 2 * Calls }) == 0) await Task.Yield();
        var portions = (await connection.QueryAsync<long>("select up_to from portion order by up_to")).ToArray();
        Assert.Equal(Enumerable.Range(1, 2 * Calls / LogCut.Portion).Select(i => (long)i * LogCut.Portion), portions[..^1]);
        Assert.InRange(await connection.ExecuteScalarAsync<int>("select count(*) from journal"), 1, 5);

        Task Write(Append append) => WriteAsync(log, append, supervisor);
    }

    /// <summary>The businesses stand in the portion that is gone; calls that refer to them do not.</summary>
    [Fact]
    public async Task A_log_whose_writer_died_between_two_portions_is_read()
    {
        const int Calls = 300;
        var cuts = new CutTurns(TimeProvider.System, TimeSpan.FromDays(1));
        var supervisor = _kit.CreateTestProbe();
        var log = Start(supervisor, 0, 2 * Calls, cuts);
        await supervisor.ExpectMsgAsync<Recovered>(TimeSpan.FromSeconds(30));
        await using var connection = new SqliteConnection(_journal.Options.ConnectionString);
        await connection.OpenAsync();
        var stays = CallId.Parse("stays");
        await Write(Begin(stays));
        for (var i = 0; i < Calls; i++)
        {
            var call = CallId.Parse($"c{i}");
            await Write(Begin(call));
            await Write(new Append(call, 1, 2, [], Closes: true));
        }

        // The last row that is deleted stays, marked. Asked for it, the one call that stays writes its state anew; then nothing holds up the cut.
        var state = Begin(stays).Facts.Aggregate((Call?)null, Call.Apply)!;
        await Write(new Append(stays, 1, 2, [new CallFact.Restored(state)], false));
        while (await connection.ExecuteScalarAsync<int>("select min(sequence_number) from journal") < LogCut.Portion) await Task.Yield();
        Assert.True(await connection.ExecuteScalarAsync<int>("select count(*) from journal") > Calls);
        _kit.Watch(log);
        _kit.Sys.Stop(log);
        _kit.ExpectTerminated(log);

        var next = _kit.CreateTestProbe();
        Start(next, 0, 2 * Calls, cuts);
        var recovered = Assert.Single((await next.ExpectMsgAsync<Recovered>(TimeSpan.FromSeconds(30))).Calls);
        Assert.Equal((state, 2L), (recovered.State, recovered.Number));

        Task Write(Append append) => WriteAsync(log, append, supervisor);
    }

    private static IActorRef Start(Akka.TestKit.TestProbe supervisor, int partition, int leastWaste, CutTurns cuts) =>
        supervisor.ChildActorOf(
            Props.Create<CallJournal>(
            partition, leastWaste, cuts, (Func<bool>)(() => true), LogWriter.On("spec"), true, null, new BusyBook(), new LogProof(TimeProvider.System)));

    private static async Task WriteAsync(IActorRef log, Append append, Akka.TestKit.TestProbe supervisor)
    {
        log.Tell(append, supervisor.Ref);
        await supervisor.FishForMessageAsync(message => message is Appended, TimeSpan.FromSeconds(30));
    }

    private static Append Begin(CallId call) => new(
        call,
        1,
        1,
        [
            new CallFact.Opened(call, CallScripts.Start().Start, CallScripts.Noon, CallScripts.Noon),
            new CallFact.ContextGiven(CallScripts.Context with { CallId = call, Business = CallScripts.Salon }, CallScripts.Noon),
        ],
        false);

    /// <summary>
    /// Transactions in a write-ahead log: the last page of each says how many pages the database has then. See "The WAL file format" of SQLite.
    /// </summary>
    private static int CommitsOf(byte[] log)
    {
        const int LogHeader = 32, FrameHeader = 24;
        var (commits, salt) = (0, log.AsSpan(16, 8).ToArray());
        var frame = FrameHeader + BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(8));
        for (var at = LogHeader; at + frame <= log.Length && log.AsSpan(at + 8, 8).SequenceEqual(salt); at += frame)
            if (BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(at + 4)) != 0) commits++;
        return commits;
    }
}
