using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Storage;
using Xunit.Abstractions;

namespace CallActors.Tests.Actors;

public sealed class LedgerKeeperSpecs : TestKit
{
    private static readonly Config Clock = ConfigurationFactory.ParseString(
        """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = INFO
        """);

    private static readonly LedgerSettings Settings = new();
    private readonly ScriptedLedger _ledger = new();
    private readonly IActorRef _keeper;

    public LedgerKeeperSpecs(ITestOutputHelper output) : base(Clock, output: output) =>
        _keeper = Sys.ActorOf(Props.Create<LedgerKeeperActor>(_ledger, Settings, new SchedulerTime(Sys.Scheduler)));

    private new DateTimeOffset Now => Sys.Scheduler.Now;

    private void Advance(TimeSpan by) => ((TestScheduler)Sys.Scheduler).Advance(by);

    /// <summary>Moves the clock until the keeper asks something, and not further.</summary>
    /// <returns>What it asked, and after how long.</returns>
    private (ScriptedLedger.Asked Asked, TimeSpan After) Next(TimeSpan step)
    {
        var began = Now;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        ScriptedLedger.Asked? asked;
        while (!_ledger.Asks.TryTake(out asked, 20, limit.Token)) Advance(step);
        return (asked, Now - began);
    }

    private ScriptedLedger.Asked Begun()
    {
        var (look, after) = Next(TimeSpan.FromMinutes(5));
        Assert.Null(look.Span);
        // A clock that is moved on until something is heard may have been moved too far, and never too little.
        Assert.True(after >= Settings.WaitOf(0), $"It asked after {after}.");
        return look;
    }

    /// <summary>What the keeper asks without the clock being moved.</summary>
    private ScriptedLedger.Asked AtOnce() =>
        _ledger.Asks.TryTake(out var asked, TimeSpan.FromSeconds(5)) ? asked : throw new TimeoutException("Nothing was asked.");

    [Fact]
    public void What_is_older_than_is_kept_goes_piece_by_piece_with_pauses_and_then_not_until_the_next_time()
    {
        var started = Now;
        var look = Begun();
        var before = Now - Settings.Keep;
        look.Answer.SetResult(true);
        var first = AtOnce();
        Assert.Equal(DateTimeOffset.UnixEpoch, first.Span!.Value.Since);
        Assert.InRange(first.Span.Value.Before, started + Settings.WaitOf(0) - Settings.Keep, before);

        var reached = before.AddDays(-2);
        first.Answer.SetResult(new Forgotten(ILedger.PieceRows, reached));
        var (second, pause) = Next(TimeSpan.FromMilliseconds(50));
        Assert.True(pause >= TimeSpan.FromMilliseconds(250), $"It went on after {pause}.");
        Assert.Equal((reached, first.Span.Value.Before), second.Span);
        EventFilter.Info(contains: $"forgotten {ILedger.PieceRows + 3} calls").ExpectOne(() => second.Answer.SetResult(new Forgotten(3, before)));
        Begun();
    }

    [Fact]
    public void A_database_that_fails_is_logged_and_asked_again_the_next_time()
    {
        EventFilter.Warning(contains: "connection refused").ExpectOne(() => Begun().Answer.SetException(new CrmException(CrmFault.Away, "connection refused")));
        Begun().Answer.SetResult(true);
        EventFilter.Warning(contains: "no permission")
            .ExpectOne(() => AtOnce().Answer.SetException(new CrmException(CrmFault.Refused, "no permission", "42501")));
        Begun().Answer.SetResult(true);
        AtOnce().Answer.SetResult(new Forgotten(0, null));
        Begun();
    }

    [Fact]
    public void Without_an_index_nothing_is_read_and_the_log_says_what_mends_it()
    {
        EventFilter.Warning(contains: "create index callactors_flush_committed_at_idx").ExpectOne(() => Begun().Answer.SetResult(false));
        Begun();
    }

    [Fact]
    public void What_is_under_way_is_given_up_when_the_service_stops()
    {
        var look = Begun();
        Watch(_keeper);
        Sys.Stop(_keeper);
        ExpectTerminated(_keeper);
        AwaitCondition(() => look.Cancel.IsCancellationRequested);
    }

    /// <summary>A ledger whose every answer the spec gives.</summary>
    private sealed class ScriptedLedger : ILedger
    {
        /// <summary>A question; without a span it is whether there is an index.</summary>
        public sealed record Asked((DateTimeOffset Since, DateTimeOffset Before)? Span, TaskCompletionSource<object> Answer, CancellationToken Cancel);

        public BlockingCollection<Asked> Asks { get; } = [];

        public async Task<bool> IsIndexedAsync(CancellationToken cancel) => (bool)await Ask(null, cancel);

        public async Task<Forgotten> ForgetAsync(DateTimeOffset since, DateTimeOffset before, CancellationToken cancel) =>
            (Forgotten)await Ask((since, before), cancel);

        private Task<object> Ask((DateTimeOffset, DateTimeOffset)? span, CancellationToken cancel)
        {
            var asked = new Asked(span, new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously), cancel);
            Asks.Add(asked, CancellationToken.None);
            return asked.Answer.Task;
        }
    }
}
