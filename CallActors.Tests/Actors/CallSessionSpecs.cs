using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

public sealed class CallSessionSpecs(ITestOutputHelper output) : CallSpec(output)
{
    [Fact]
    public void A_started_call_asks_once_and_answers_with_its_context()
    {
        var reply = InGreeting();
        Assert.Equal(CallOutcome.Applied, reply.Outcome);
        Assert.Equal(CallPhase.Greeting, reply.State);
        Assert.Equal("Hello Dana, this is Salon.", reply.Context!.Greeting);
        Assert.Equal(ContextSource.Database, reply.Context.Source);
        Loader.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(1, Look().Cost.Load.Statements);
    }

    [Fact]
    public void A_gateway_that_reconnects_gets_the_same_context_and_no_second_query()
    {
        var first = InGreeting();
        var again = Ask(Started(id: "another"));
        Assert.Equal(CallOutcome.Applied, again.Outcome);
        Assert.Equal(first.Context, again.Context);
        var same = Ask(Started(id: "another"));
        Assert.Equal(CallOutcome.Duplicate, same.Outcome);
        Assert.Equal(first.Context, same.Context);
        Loader.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Database_messages_are_served_in_greeting()
    {
        InGreeting();
        Tell(new ReloadContext(Id));
        AnswerLoad(Found(Salon with { Name = "Salon Dana" }, Dana));
        var reloaded = Reply();
        Assert.Equal(CallOutcome.Applied, reloaded.Outcome);
        Assert.Equal("Salon Dana", reloaded.Context!.Business.Name);

        Tell(new FlushNow(Id));
        var snapshot = ExpectFlush();
        Assert.False(snapshot.Record.Final);
        Commit(snapshot);
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
    }

    [Fact]
    public void Database_messages_are_refused_and_counted_in_the_live_call()
    {
        InLive();
        foreach (var message in new IDatabaseMessage[] { new ReloadContext(Id), new FlushNow(Id) })
        {
            var reply = Ask(message);
            Assert.Equal(CallOutcome.Refused, reply.Outcome);
            Assert.Same(ProblemType.LiveCall, reply.Problem!.Type);
        }

        Assert.Equal(2, Counters.LiveRefusals);
        Loader.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_call_does_not_go_live_while_a_database_message_is_under_way()
    {
        InGreeting();
        Tell(new ReloadContext(Id));
        var load = Loader.ExpectMsg<LoadContext>();
        Tell(new CallEvents.GreetingFinished(Header(), GreetingOutcome.Played));
        Gateway.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Loader.Reply(new ContextLoadFailed(Id, load.Attempt, "the database is away", null));
        Assert.Same(ProblemType.Overloaded, Reply().Problem!.Type);
        Assert.Equal(CallPhase.Live, Reply().State);
    }

    [Fact]
    public void Intents_that_come_while_loading_are_not_lost()
    {
        Tell(Started());
        Tell(new CallEvents.GenderDetected(Header(), Gender.Male));
        Tell(new CallEvents.Noted(Header(), "wants a cut", null, null));
        Assert.Equal(CallPhase.Loading, Look().Call.Phase);
        AnswerLoad();
        Assert.NotNull(Reply().Context);
        Assert.Equal(1, Reply().Stashed);
        Assert.Equal(2, Reply().Stashed);
    }

    [Fact]
    public void A_load_that_fails_goes_on_with_what_was_last_known_and_is_counted()
    {
        Tell(Started());
        var load = Loader.ExpectMsg<LoadContext>();
        Loader.Reply(new ContextLoadFailed(Id, load.Attempt, "connection refused", Salon));
        var reply = Reply();
        Assert.Equal(CallOutcome.Applied, reply.Outcome);
        Assert.Equal(ContextSource.Minimal, reply.Context!.Source);
        Assert.Equal("Salon", reply.Context.Business.Name);
        Assert.Equal("Hello, this is Salon.", reply.Context.Greeting);
        Assert.Equal(1, Counters.MinimalContexts);
    }

    [Theory]
    [InlineData(null, null, null, CallOutcome.Refused)]
    [InlineData(7L, null, null, CallOutcome.Applied)]
    [InlineData(null, 17L, null, CallOutcome.Applied)]
    [InlineData(null, null, 27L, CallOutcome.Applied)]
    public void An_outbound_call_by_which_no_business_can_be_found_is_refused_though_the_database_is_away(
        long? business, long? job, long? row, CallOutcome outcome)
    {
        Tell(new CallEvents.Started(Header(), new CallStart(CallDirection.Outbound, "+97231234567", "+972541112222")
        {
            BusinessId = business is { } id ? new BusinessId(id) : null,
            JobId = job is { } number ? new JobId(number) : null,
            CallLogId = row is { } key ? new CallLogId(key) : null,
        }));
        var load = Loader.ExpectMsg<LoadContext>();
        Loader.Reply(new ContextLoadFailed(Id, load.Attempt, "connection refused", null));
        var reply = Reply();
        Assert.Equal((outcome, outcome == CallOutcome.Refused ? ProblemType.UnknownBusiness : null), (reply.Outcome, reply.Problem?.Type));
        Assert.Equal(outcome == CallOutcome.Refused ? 0 : 1, Counters.MinimalContexts);
    }

    [Fact]
    public void A_load_that_times_out_goes_on_without_and_its_late_answer_is_dropped_and_counted()
    {
        Tell(Started());
        var load = Loader.ExpectMsg<LoadContext>();
        UntilAlarmIsSet();
        Gateway.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Advance(CallTimeouts.Default.Load);

        // The loader remembers the business, and is asked for it without the database.
        var abandoned = Loader.ExpectMsg<AbandonLoad>();
        Loader.Reply(new ContextLoadFailed(Id, abandoned.Attempt, "too late", Salon));
        var reply = Reply();
        Assert.Equal(ContextSource.Minimal, reply.Context!.Source);
        Assert.Equal("Salon", reply.Context.Business.Name);
        Loader.Reply(new ContextLoaded(Id, load.Attempt, Found(), StatementCost.None));
        AwaitAssert(() => Assert.Equal(1, Counters.LateCompletions));
        Assert.Equal(ContextSource.Minimal, Look().Call.Context!.Source);
    }

    [Fact]
    public void A_call_goes_on_even_when_the_loader_itself_does_not_answer()
    {
        Tell(Started());
        Loader.ExpectMsg<LoadContext>();
        UntilAlarmIsSet();
        Advance(CallTimeouts.Default.Load);
        Loader.ExpectMsg<AbandonLoad>();
        UntilAlarmIsSet();
        Advance(TimeSpan.FromSeconds(1));
        var reply = Reply();
        Assert.Equal((ContextSource.Minimal, "+97231234567"), (reply.Context!.Source, reply.Context.Business.Phone));
    }

    [Fact]
    public void No_business_no_call()
    {
        Tell(Started());
        Tell(new CallEvents.Answered(Header(id: "answered")));
        var load = Loader.ExpectMsg<LoadContext>();
        Loader.Reply(new ContextLoaded(Id, load.Attempt, new LoadedCall(null, null, null, null, null, null, null, null, null), StatementCost.None));
        Assert.Same(ProblemType.UnknownBusiness, Reply().Problem!.Type);

        // What waited is looked up like any event of a call that is not here.
        AnswerLoad(Found());
        var waited = Reply();
        Assert.Equal("answered", waited.EventId);
        Assert.Same(ProblemType.UnknownCall, waited.Problem!.Type);
        ExpectGone();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_greeting_that_nobody_reports_arms_the_guard_five_seconds_after_the_answer()
    {
        InGreeting();
        Ask(new CallEvents.Answered(Header()));
        Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(CallPhase.Greeting, Look().Call.Phase);
        Advance(TimeSpan.FromSeconds(0.2));
        AwaitAssert(() => Assert.Equal(CallPhase.Live, Look().Call.Phase));
        Assert.Same(ProblemType.LiveCall, Ask(new ReloadContext(Id)).Problem!.Type);
    }

    [Theory]
    [InlineData(GreetingOutcome.Played)]
    [InlineData(GreetingOutcome.Skipped)]
    [InlineData(GreetingOutcome.Failed)]
    public void Live_starts_however_the_greeting_ended(GreetingOutcome outcome)
    {
        InGreeting();
        Assert.Equal(CallPhase.Live, Ask(new CallEvents.GreetingFinished(Header(), outcome)).State);
    }

    [Fact]
    public void An_event_sent_twice_is_applied_once()
    {
        InLive();
        var noted = new CallEvents.Noted(Header(), "first", null, null);
        Assert.Equal(CallOutcome.Applied, Ask(noted).Outcome);
        var again = Ask(noted with { Summary = "second" });
        Assert.Equal(CallOutcome.Duplicate, again.Outcome);
        Assert.Equal(CallPhase.Live, again.State);
        Ask(EndedWith());
        Assert.Equal("first", ExpectFlush().Record.Intents.Find<WriteIntent.Summary>()!.Text);
    }
}
