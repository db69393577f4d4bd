using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.CalendarMessages;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Tests.Actors;

/// <summary>What a calendar does about a session that is gone: its last words go a longer way than the news of its end.</summary>
public sealed class GoneSessionSpecs : TestKit
{
    private static readonly Config Clock = ConfigurationFactory.ParseString("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """);
    private static readonly BusinessId Salon = new(7);
    private static readonly CallId Call = CallId.Parse("CA-1"), Other = CallId.Parse("CA-2");
    private static readonly Slot Noon = new(
        new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 23, 12, 30, 0, TimeSpan.Zero));
    private readonly TestProbe _partition;
    private readonly TestProbe _session;
    private readonly TestProbe _other;
    private readonly IActorRef _calendar;

    public GoneSessionSpecs(ITestOutputHelper output) : base(Clock, output: output)
    {
        _partition = CreateTestProbe("partition");
        _session = CreateTestProbe("session");
        _other = CreateTestProbe("other");
        _calendar = Sys.ActorOf(Props.Create<BusinessCalendarActor>(Salon, _partition.Ref, 1, TimeSpan.Zero, new SchedulerTime(Sys.Scheduler)));
        var asked = _partition.ExpectMsg<FindSlotsOfBusiness>();
        _calendar.Tell(new SlotsOfBusiness(0, Salon, asked.At, []));
        _calendar.Tell(new HoldSlots(Salon, Call, _session.Ref, []) { Wanted = Noon });
        Assert.True(_session.ExpectMsg<SlotAnswered>().IsReserved);
    }

    [Fact]
    public void What_a_session_said_of_its_commit_before_it_was_gone_is_waited_for_and_its_partition_is_not_asked()
    {
        Gone();
        _calendar.Tell(new HoldSlots(Salon, Call, _session.Ref, [Noon]) { IsCommitted = true });
        Assert.False(IsFree());
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(1));
        Assert.False(IsFree());
        _partition.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Of_one_that_said_nothing_its_partition_is_asked_and_what_it_held_is_taken_until_it_answers()
    {
        Gone();
        Assert.False(IsFree());
        _partition.ExpectNoMsg(TimeSpan.Zero);
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(1));
        var asked = _partition.ExpectMsg<FindSlotsOfBusiness>();
        Assert.Equal(Call, Assert.Single(asked.Calls));
        Assert.False(IsFree());
        _calendar.Tell(new SlotsOfBusiness(0, Salon, asked.At, [new SlotsOfCall(new HeldCall(Call, null), [])]));
        Assert.True(IsFree());
    }

    /// <summary>The news of a session's end, which is told ahead of messages; the calendar has dealt with it when it has answered twice.</summary>
    private void Gone()
    {
        ((IInternalActorRef)_calendar).SendSystemMessage(new DeathWatchNotification(_session.Ref, existenceConfirmed: true, addressTerminated: false));
        IsFree();
        IsFree();
    }

    private bool IsFree()
    {
        _calendar.Tell(new HoldSlots(Salon, Other, _other.Ref, []) { AsksWhatIsTaken = true });
        return !_other.ExpectMsg<SlotAnswered>().Taken.Stretches.Any();
    }
}
