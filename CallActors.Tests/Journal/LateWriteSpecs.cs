using Akka.Actor;
using Akka.Persistence;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Tests.Journal;

/// <summary>What one life of the journal began, and the store does in the next one's.</summary>
public sealed class LateWriteSpecs(ITestOutputHelper output) : JournaledSpec(output)
{
    [Fact]
    public void A_write_that_comes_late_is_not_taken_for_the_one_that_was_sent_after_it()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.LandsLate);
        var first = new CallEvents.Noted(Header(), "first", null, null);
        var second = new CallEvents.Noted(Header(), null, "second", null);
        Assert.Equal(503, Ask(first).Problem!.Type.Status);
        Fail(StoreFault.None);
        UntilBack();

        UntilTaken(second);
        Assert.Equal(CallOutcome.Duplicate, UntilTaken(first));
        Restart();
        Ask(EndedWith());
        var intents = ExpectFlush().Record.Intents;
        Assert.Equal(("first", "second"), (intents.Find<WriteIntent.Summary>()?.Text, intents.Find<WriteIntent.Transcription>()?.Text));
    }

    [Fact]
    public void A_deletion_that_comes_late_takes_no_business_away_from_the_calls_that_start_after_it()
    {
        UntilReady();
        TakeBriefCalls(1);
        var before = EntriesInLog();
        Restart();
        InLive();
        Persistence.Instance.Apply(Sys).JournalFor(null).Tell(new DeleteMessagesTo("calls-0", before, TestActor));
        ExpectMsg<DeleteMessagesSuccess>();
        Restart();
        Assert.Equal(CallPhase.Live, Look().Call.Phase);
    }

    [Fact]
    public void What_the_journal_says_of_its_life_before_settles_nothing_of_this_ones()
    {
        var supervisor = CreateTestProbe();
        var session = OpenedSessionOf(supervisor, new CallCell(Id) { Epoch = 1 });
        session.Tell(new CallEvents.Noted(Header(), "first", null, null), Gateway.Ref);
        supervisor.FishForMessage<Append>(append => append.Number == 2);
        session.Tell(new JournalLost("its store failed"));
        Assert.Equal(503, Reply().Problem!.Type.Status);
        session.Tell(new LogSays(2, 1));

        session.Tell(new CallEvents.Noted(Header(), "second", null, null), Gateway.Ref);
        supervisor.FishForMessage<Append>(append => append is { Number: 2, Epoch: 2 });
        session.Tell(new NotAppended(1, 2, "it was being started again"));
        session.Tell(new Appended(2, 2));
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
    }

    [Fact]
    public void A_gateway_that_was_told_to_come_again_was_heard()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.RefusesWrites);
        for (var minute = 0; minute < 11; minute++)
        {
            Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(503, Ask(new CallEvents.Heartbeat(Header())).Problem!.Type.Status);
        }

        Fail(StoreFault.None);
        UntilBack();
        Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(CallOutcome.Applied, UntilTaken(new CallEvents.Heartbeat(Header())));
        Assert.Equal(CallPhase.Live, Look().Call.Phase);
    }

    private CallOutcome UntilTaken(CallEvents.CallEvent told)
    {
        var outcome = CallOutcome.Refused;
        AwaitCondition(
            () =>
            {
                Advance(TimeSpan.FromMilliseconds(500));
                return (outcome = Ask(told).Outcome) != CallOutcome.Refused;
            },
            TimeSpan.FromSeconds(20),
            OftenEnough);
        return outcome;
    }
}
