using Akka.Actor;
using Akka.Persistence;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using Xunit.Abstractions;

namespace CallActors.Tests.Journal;

/// <summary>What a node knew of its businesses' appointments is known to the next life of its calls, which loads nothing.</summary>
public sealed class JournaledBusySpecs(ITestOutputHelper output) : JournaledSpec(output)
{
    private static readonly BusinessId Business = Salon.Id!.Value;

    [Fact]
    public void A_call_that_goes_on_after_a_restart_finds_the_appointments_that_were_known()
    {
        UntilReady();
        var known = Learn(10);
        InLive();
        Assert.Equal(known, AfterRestart());
        // What was read is written by a later life, too, when it is referred to.
        InLive(CallId.Parse("CA-2"));
        Assert.Equal(known, AfterRestart());
    }

    [Fact]
    public void An_appointment_that_a_later_call_found_is_known_to_all_after_a_restart()
    {
        UntilReady();
        Learn(10);
        InLive();
        Advance(TimeSpan.FromMinutes(1));
        var known = Learn(10, 12);
        InLive(CallId.Parse("CA-2"));
        Assert.Equal(known, AfterRestart());
    }

    [Fact]
    public void What_was_to_be_written_when_the_store_failed_is_written_later()
    {
        UntilReady();
        var known = Learn(10);
        Fail(StoreFault.RefusesWrites);
        Tell(Started());
        AnswerLoad();
        Assert.Equal(503, Reply().Problem!.Type.Status);
        Fail(StoreFault.None);
        UntilBack();
        ExpectGone();
        Assert.Null(AfterRestart(known));
        InLive();
        Assert.Equal(known, AfterRestart());
    }

    [Fact]
    public void What_was_to_be_written_when_the_store_rejected_it_is_written_later()
    {
        UntilReady();
        var known = Learn(10);
        Fail(StoreFault.RejectsWrites);
        Tell(Started());
        AnswerLoad();
        Assert.Equal(503, Reply().Problem!.Type.Status);
        Fail(StoreFault.None);
        InLive(CallId.Parse("CA-2"));
        Assert.Equal(known, AfterRestart());
    }

    [Fact]
    public void A_long_call_s_appointments_stay_when_the_log_is_trimmed()
    {
        UntilReady();
        var known = Learn(10);
        InLive();
        TakeBriefCalls(40, of: Salon with { Id = new BusinessId(8) });
        AwaitAssert(() =>
        {
            Advance(CutTurns.Again(1));
            Assert.InRange(EntriesInLog(), 1, 60);
        });
        Assert.Equal(known, AfterRestart());
    }

    [Fact]
    public void A_log_that_says_no_sense_of_appointments_is_read_all_the_same()
    {
        UntilReady();
        InLive();
        Watch(Supervisor);
        Sys.Stop(Supervisor);
        ExpectTerminated(Supervisor);
        var entry = BusyCodec.ToWire(Business, new KnownBusy(BusyTimes.FromMinutes([(60, 90)]), Now));
        entry.Steps.Add(30);
        var writing = CreateTestProbe();
        Sys.ActorOf(Props.Create<LogAppender>(new EntryBatch { Busy = { entry } }, writing.Ref));
        writing.ExpectMsg<EntryBatch>();
        Assert.Null(AfterRestart());
        Assert.Equal(CallPhase.Live, Look().Call.Phase);
    }

    private sealed class LogAppender(EntryBatch batch, IActorRef asker) : UntypedPersistentActor
    {
        public override string PersistenceId => CallJournal.IdOf(0);

        protected override void OnRecover(object message)
        {
            if (message is RecoveryCompleted) Persist(batch, written => asker.Tell(written));
        }

        protected override void OnCommand(object message) => Unhandled(message);
    }

    private KnownBusy Learn(params int[] hours)
    {
        var known = new KnownBusy(
            BusyTimes.Of(hours.Select(hour => new Slot(Now.Date.AddDays(1).AddHours(hour), Now.Date.AddDays(1).AddHours(hour + 1)))), Now);
        Parts.Busy.Remember(Business, known);
        return known;
    }

    /// <summary>What the next life knows, which knows nothing by itself.</summary>
    private KnownBusy? AfterRestart(KnownBusy? learns = null)
    {
        var busy = new BusyBook();
        Restart(busy: busy);
        var found = busy.Find(Business);
        if (learns is { }) busy.Remember(Business, learns);
        return found;
    }
}
