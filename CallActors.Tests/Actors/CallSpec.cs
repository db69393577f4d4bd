using System.Numerics;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using CallActors.Telemetry;
using Xunit.Abstractions;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>The time of an actor system's scheduler: a spec moves one clock, and deadlines and timers follow.</summary>
internal sealed class SchedulerTime(IScheduler scheduler) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => scheduler.Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => scheduler.Now.UtcTicks;
}

/// <summary>A supervisor with its sessions, between a gateway, a loader and a writer that the spec plays.</summary>
public abstract class CallSpec : TestKit
{
    private static readonly Config Clock = ConfigurationFactory.ParseString(
        """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = WARNING
        """).WithFallback(SessionMailbox.Hocon);

    protected static readonly CallId Id = CallId.Parse("CA-1");
    protected static readonly BusinessProfile Salon = new(new BusinessId(7), "Salon", "+97231234567")
    {
        GreetingMessage = "Hello {{first_name}}, this is {{business_name}}.",
        TimeZone = "Asia/Jerusalem",
        OpeningHoursJson = """{"sun":[["00:00","24:00"]],"mon":[["00:00","24:00"]],"tue":[["00:00","24:00"]],"wed":[["00:00","24:00"]],"thu":[["00:00","24:00"]],"fri":[["00:00","24:00"]],"sat":[["00:00","24:00"]]}""",
        SlotSizeMinutes = 30,
        BookingWindowDays = 30,
        MinNoticeMinutes = 0,
    };

    private int _events;

    private protected CallSpec(ITestOutputHelper output, Config? config = null, bool journaled = false, int leastWaste = 5_000)
        : base(config is null ? Clock : Clock.WithFallback(config), output: output)
    {
        Loader = CreateTestProbe("loader");
        Loader.IgnoreMessages(message => message is BusinessesRecalled);
        Writer = CreateTestProbe("writer");
        Gateway = CreateTestProbe("gateway");
        Parts = PartsWith(
            CallLimits.Default) with
        { IsJournaled = journaled, LeastWaste = leastWaste, Cuts = new CutTurns(TimeProvider.System, TimeSpan.Zero) };
        if (journaled) Parts.Journals.Away(0, "starting");
        Supervisor = StartSupervisor(Parts);
    }

    private protected SessionParts Parts { get; }

    protected IActorRef Supervisor { get; set; }

    private protected SessionParts PartsWith(CallLimits limits) => new(
        Loader.Ref, Writer.Ref, Sys.ActorOf(Props.Create<AdmissionActor>(limits)), CallTimeouts.Default, Counters, new SchedulerTime(Sys.Scheduler))
    {
        Businesses = limits.LimitBusinesses
            ? Sys.ActorOf(Props.Create<Businesses>((Func<BusinessId, Props>)(id => Props.Create<BusinessAdmission>(id, limits, Supervisor, 1))))
            : null,
        Calendars = StartCalendars(),
    };

    private protected IActorRef StartCalendars() =>
        Sys.ActorOf(
            Props.Create<Businesses>(
            (Func<BusinessId, Props>)(id => Props.Create<BusinessCalendarActor>(id, Supervisor, 1, TimeSpan.Zero, new SchedulerTime(Sys.Scheduler)))));

    private protected IActorRef StartSupervisor(SessionParts parts) => Sys.ActorOf(Props.Create<CallSupervisor>(0, parts));

    protected TestProbe Loader { get; }
    protected TestProbe Writer { get; }
    protected TestProbe Gateway { get; }
    private protected CallCounters Counters { get; } = new();

    protected new DateTimeOffset Now => Sys.Scheduler.Now;

    protected void Advance(TimeSpan by) => ((TestScheduler)Sys.Scheduler).Advance(by);

    /// <summary>
    /// What is heard of a session may be told before its next alarm is set, and a clock that is moved in between moves the alarm with it: the second question
    /// comes to the supervisor behind the alarm.
    /// </summary>
    protected void UntilAlarmIsSet()
    {
        Look();
        Look();
    }

    protected EventHeader Header(CallId? call = null, string? id = null, BigInteger? sequence = null) =>
        new(new EventKey("gw", id ?? $"e-{++_events}"), call ?? Id, Now, sequence);

    protected CallEvents.Started Started(CallId? call = null, string? id = null) =>
        new(Header(call, id), new CallStart(CallDirection.Inbound, "+972541112222", "+97231234567"));

    protected void Tell(object message) => Supervisor.Tell(message, Gateway.Ref);

    protected CallReply Reply() => Gateway.ExpectMsg<CallReply>();

    protected CallReply Ask(object message)
    {
        Tell(message);
        return Reply();
    }

    protected static LoadedCall Found(BusinessProfile? business = null, LeadRow? lead = null, LedgerRow? ledger = null) =>
        new(business ?? Salon, null, null, null, null, null, lead, null, ledger);

    private protected static readonly LeadRow Dana = new(new LeadId(41), "Dana", "Levi", "Dana Levi", "user_provided", Gender.Female);

    protected void AnswerLoad(LoadedCall? found = null)
    {
        var load = Loader.ExpectMsg<LoadContext>();
        Loader.Reply(new ContextLoaded(load.CallId, load.Attempt, found ?? Found(lead: Dana), new StatementCost(1, TimeSpan.FromMilliseconds(2), 1)));
    }

    /// <summary>A call that has its context and waits for its greeting to end.</summary>
    protected CallReply InGreeting(CallId? call = null, LoadedCall? found = null)
    {
        Tell(Started(call));
        AnswerLoad(found);
        return Reply();
    }

    protected void InLive(CallId? call = null, LoadedCall? found = null)
    {
        InGreeting(call, found);
        Assert.Equal(CallPhase.Live, Ask(new CallEvents.GreetingFinished(Header(call), GreetingOutcome.Played)).State);
    }

    protected CallEvents.Ended EndedWith(CallStatus status = CallStatus.Completed, CallId? call = null) => new(Header(call), status, null, null);

    protected FlushBatch ExpectFlush() => Writer.ExpectMsg<FlushBatch>();

    protected void Commit(FlushBatch batch, int? attempt = null) =>
        Writer.Reply(new FlushCommitted(batch.CallId, attempt ?? batch.Attempt, new StatementCost(5, TimeSpan.FromMilliseconds(3), 1)));

    /// <summary>Waits until the supervisor has forgotten the call.</summary>
    protected void ExpectGone(CallId? call = null) => AwaitAssert(() =>
    {
        var looking = CreateTestProbe();
        Supervisor.Tell(new CallQueries.GetCall(call ?? Id), looking.Ref);
        looking.ExpectMsg<CallQueries.CallUnknown>(TimeSpan.FromSeconds(1));
    });

    protected CallQueries.CallView Look(CallId? call = null)
    {
        var looking = CreateTestProbe();
        Supervisor.Tell(new CallQueries.GetCall(call ?? Id), looking.Ref);
        return looking.ExpectMsg<CallQueries.CallView>();
    }
}
