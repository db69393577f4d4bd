using System.Numerics;
using System.Text;
using System.Text.Json;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Messages;
using static CallActors.Messages.CallQueries;

namespace CallActors.Tests.Host.Api;

/// <summary>What goes over the wire, to the letter.</summary>
public class ShapesSpecs
{
    private static readonly CallId Id = CallId.Parse("CA1");
    private static readonly DateTimeOffset At = new(2026, 5, 17, 10, 0, 0, TimeSpan.FromHours(3));

    private static readonly CallContext Context = new(
        Id,
        CallDirection.Inbound,
        new BusinessProfile(new BusinessId(7), "מספרה", "+1")
        {
            TimeZone = "Asia/Jerusalem",
            WorkingHours = "9-17",
            OpeningHoursJson = """{"sun":[["10:00","20:00"]]}""",
            VoiceName = "v",
            CallGoal = "appointment",
        },
        new CustomerProfile(new LeadId(42), "Dana Levi", "Dana", "user_provided", Gender.Female, "+2"),
        new JobProfile(new JobId(3), 9, null),
        "Hello Dana",
        null,
        ContextSource.Database);

    private const string ContextJson =
        """{"callId":"CA1","direction":"inbound","business":{"id":7,"name":"מספרה","timeZone":"Asia/Jerusalem","workingHours":"9-17","openingHours":{"sun":[["10:00","20:00"]]},"voiceName":"v","callGoal":"appointment"},"customer":{"leadId":42,"name":"Dana Levi","firstName":"Dana","nameSource":"user_provided","gender":"female","phone":"+2"},"job":{"id":3,"runId":9,"leadName":null},"greeting":"Hello Dana","lastConfirmedSlot":null,"source":"database"}""";

    [Fact]
    public void A_start_is_answered_with_the_context() => Is(
        $$"""{"eventId":"e-7","callId":"CA1","outcome":"applied","state":"greeting","stashed":0,"context":{{ContextJson}}}""",
        json => ReplyJson.Write(json, new CallReply(Id, "e-7", CallOutcome.Applied, CallPhase.Greeting, 0, Context)));

    [Fact]
    public void What_is_not_known_is_null() => Is(
        """{"eventId":"e-7","callId":"CA1","outcome":"duplicate","state":"loading","stashed":1,"context":{"callId":"CA1","direction":"outbound","business":{"id":null,"name":null,"timeZone":null,"workingHours":null,"openingHours":null,"voiceName":null,"callGoal":null},"customer":{"leadId":null,"name":null,"firstName":null,"nameSource":null,"gender":null,"phone":null},"job":null,"greeting":"","lastConfirmedSlot":null,"source":"minimal"}}""",
        json => ReplyJson.Write(json, new CallReply(Id, "e-7", CallOutcome.Duplicate, CallPhase.Loading, 1, new CallContext(
            Id, CallDirection.Outbound, new BusinessProfile(null, null, null), new CustomerProfile(null, null, null, null, null, null), null, "", null,
            ContextSource.Minimal))));

    [Theory]
    [InlineData("no json")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\ud800")]
    public void Opening_hours_that_are_no_object_are_null(string stored)
    {
        var context = Context with { Business = Context.Business with { OpeningHoursJson = stored } };
        Assert.Contains("\"openingHours\":null", Text(json => WriteContext(json, context)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_says_what_it_is_now() => Is(
        """{"eventId":"e-7","callId":"CA1","outcome":"applied","state":"live","stashed":2,"slot":{"start":"2026-05-17T10:00:00+03:00","end":null,"state":"cancelled"}}""",
        json => ReplyJson.Write(json, new CallReply(Id, "e-7", CallOutcome.Applied, CallPhase.Live, 2, Slot: new SlotReply(At, null, "cancelled"))));

    [Fact]
    public void A_duplicate_after_the_call_has_no_state() => Is(
        """{"eventId":"e-7","callId":"CA1","outcome":"duplicate"}""",
        json => ReplyJson.Write(json, new CallReply(Id, "e-7", CallOutcome.Duplicate)));

    [Fact]
    public void A_refusal_among_others_carries_its_problem() => Is(
        """{"eventId":"e-7","eventSource":"/gw","callId":"CA1","outcome":"refused","state":"live","stashed":0,"problem":{"type":"urn:callactors:slot-taken","title":"The slot is taken","status":409,"detail":"Gone.","reason":"taken","alternatives":[{"start":"2026-05-17T10:00:00+03:00","end":"2026-05-17T11:00:00+03:00"}]}}""",
        json => ReplyJson.Write(
            json,
            new CallReply(Id, "e-7", CallOutcome.Refused, CallPhase.Live,
                Problem: new Problem(ProblemType.SlotTaken, "Gone.") { Reason = "taken", Alternatives = [new Slot(At, At.AddHours(1))] }),
            "/gw"));

    [Fact]
    public void A_problem_lists_its_faults() => Is(
        """{"type":"urn:callactors:malformed-event","title":"The event is malformed","status":400,"detail":"d","errors":[{"pointer":"/data/from","detail":"from: is missing"}],"retryAfter":2}""",
        json => ProblemJson.Write(json,
            new Problem(ProblemType.MalformedEvent, "d") { Errors = [new Fault("/data/from", "from: is missing")], RetryAfter = TimeSpan.FromSeconds(1.001) }));

    [Fact]
    public void A_call_is_shown_in_full()
    {
        var call = new Call
        {
            Id = Id,
            Start = new CallStart(CallDirection.Inbound, "+2", "+1"),
            Source = "gw",
            StartedAt = At,
            OpenedAt = At,
            LastHeardAt = At,
            LastEventAt = At,
            Phase = CallPhase.Flushing,
            Status = CallStatus.NoAnswer,
            EndedAt = At,
            EndReason = EndReason.MaxDuration,
            Timeline = [new TimelineEntry(At, "ended", null)],
            Stash = IntentStash.Empty
                .With(new WriteIntent.Name("Dana", null, 0.5), BigInteger.Parse("12", null))
                .With(new WriteIntent.DetectedGender(Gender.Male), null)
                .With(new WriteIntent.RequestedSlot(At), null)
                .With(new WriteIntent.Appointment(new Slot(At, At.AddHours(1)), "t", null, null, null), null)
                .With(new WriteIntent.NoAppointment(At.AddHours(2)), null)
                .With(new WriteIntent.Summary("s"), null)
                .With(new WriteIntent.Transcription("t"), null)
                .With(new WriteIntent.RecordingUrl("u"), null),
        };
        Is(
            """{"callId":"CA1","state":"flushing","stashed":7,"context":null,"direction":"inbound","from":"+2","to":"+1","source":"gw","status":"no-answer","startedAt":"2026-05-17T10:00:00+03:00","answeredAt":null,"endedAt":"2026-05-17T10:00:00+03:00","endReason":"maxDuration","intents":[{"field":"customerName","firstName":"Dana","lastName":null,"confidence":0.5,"sequence":"12"},{"field":"gender","gender":"male","sequence":null},{"field":"lastRequestedSlot","start":"2026-05-17T10:00:00+03:00","sequence":null},{"field":"appointment","start":"2026-05-17T10:00:00+03:00","end":"2026-05-17T11:00:00+03:00","title":"t","contactName":null,"contactPhone":null,"notes":null,"sequence":null},{"field":"summary","text":"s","sequence":null},{"field":"transcription","text":"t","sequence":null},{"field":"recordingUrl","url":"u","sequence":null}],"timeline":[{"at":"2026-05-17T10:00:00+03:00","what":"ended","note":null}],"database":{"load":{"statements":1,"milliseconds":1.5},"live":{"statements":0,"milliseconds":0},"flush":{"statements":0,"milliseconds":0}}}""",
            json => CallJson.Write(
                json, new CallView(call, new DatabaseCost(new StatementCost(1, TimeSpan.FromMilliseconds(1.5), 4), StatementCost.None, StatementCost.None))));
    }

    [Fact]
    public void Stats_are_figures() => Is(
        """{"node":"n","loading":1,"greeting":2,"live":3,"flushing":4,"oldestFlushSeconds":1.5,"deadLetters":5,"events":{"applied":6,"duplicate":7,"refused":8},"refusals":9,"database":{"available":false,"statements":{"load":10,"live":0,"flush":12},"milliseconds":{"load":1.25,"live":0,"flush":2},"upkeep":{"statements":15,"milliseconds":3.5}},"journal":{"available":true,"durability":"memory"},"callbacks":{"forged":13,"ignored":14}}""",
        json => ServiceJson.Write(json, new ServiceStats("n")
        {
            Loading = 1,
            Greeting = 2,
            Live = 3,
            Flushing = 4,
            OldestFlush = TimeSpan.FromSeconds(1.5),
            DeadLetters = 5,
            Applied = 6,
            Duplicate = 7,
            Refused = 8,
            Refusals = 9,
            ForgedCallbacks = 13,
            IgnoredCallbacks = 14,
            DatabaseAvailable = false,
            Load = new PhaseCost(10, 1.25),
            Flush = new PhaseCost(12, 2),
            Upkeep = new PhaseCost(15, 3.5),
        }));

    private static void WriteContext(Utf8JsonWriter json, CallContext context) => CallActors.Host.Api.ContextJson.Write(json, context);

    private static void Is(string expected, Action<Utf8JsonWriter> write) => Assert.Equal(expected, Text(write));

    private static string Text(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(JsonReply.ToBytes(write).Span);
}
