using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Tests.Domain.FoundCalls;

namespace CallActors.Tests.Domain;

public sealed class FlushPlannerSpecs
{
    private const string Phone = "+972501234567";
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(2));

    private static CallRecord Record(params WriteIntent[] intents) =>
        new(CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, Phone, "+97235550100"), Start)
        {
            Status = CallStatus.Completed,
            EndedAt = Start.AddMinutes(1),
            Intents = intents.Aggregate(IntentStash.Empty, (stash, intent) => stash.With(intent, null)),
        };

    private static FlushPlan Plan(CallRecord record, LoadedCall found) => Assert.IsType<FlushDecision.Write>(FlushPlanner.Plan(record, found)).Plan;

    private static readonly WriteIntent Dana = new WriteIntent.Name("Dana", "Cohen", 0.9);

    [Fact]
    public void Without_a_business_a_record_is_refused_and_not_dropped() =>
        Assert.Equal(new FlushDecision.Refuse("unknown business"), FlushPlanner.Plan(Record(Dana), Nothing));

    [Fact]
    public void A_new_phone_makes_a_lead_of_what_was_found_out()
    {
        Assert.Equal(
            new LeadPlan.Created(Phone, new LeadNames("Dana", "Cohen"), Gender.Male),
            Plan(Record(Dana, new WriteIntent.DetectedGender(Gender.Male)), OnlyBusiness).Lead);
        Assert.Equal(new LeadPlan.Created(Phone, null, null), Plan(Record(new WriteIntent.Name("Customer", null, null)), OnlyBusiness).Lead);
    }

    [Theory]
    [InlineData("")]
    [InlineData("anonymous")]
    public void A_withheld_number_makes_none(string from) =>
        Assert.Null(Plan(Record(Dana) with { Start = new CallStart(CallDirection.Inbound, from, "+97235550100") }, OnlyBusiness).Lead);

    [Fact]
    public void A_locked_lead_wins_over_the_call_rows_and_a_leads_event_does_not()
    {
        var found = OnlyBusiness with { LeadOfCall = Lead(1), LeadOfEvent = Lead(2) };
        Assert.Equal(new LeadPlan.Known(new LeadId(2), null, null), Plan(Record() with { LeadId = new LeadId(2) }, found).Lead);
        Assert.Equal(new LeadPlan.Known(new LeadId(1), null, null), Plan(Record(), found).Lead);
        // The lead it was locked on to has been deleted since.
        Assert.Equal(new LeadPlan.Known(new LeadId(1), null, null), Plan(Record() with { LeadId = new LeadId(2) }, found with { LeadOfEvent = null }).Lead);
    }

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData("Customer", null, "import", true)]
    [InlineData("Customer", "Noa", "import", false)]
    [InlineData("Noa", null, null, false)]
    [InlineData("Customer", null, "user_provided", false)]
    [InlineData(null, null, "USER_PROVIDED", false)]
    public void A_detected_name_is_written_only_over_none_and_never_over_a_users(string? name, string? first, string? source, bool written)
    {
        var lead = Assert.IsType<LeadPlan.Known>(Plan(Record(Dana), OnlyBusiness with { LeadOfPhone = Lead(1, name, first, source: source) }).Lead);
        Assert.Equal(written ? new LeadNames("Dana", "Cohen") : null, lead.Name);
        Assert.Equal(written, lead.Changes);
    }

    [Fact]
    public void A_gender_that_is_stored_already_is_no_change()
    {
        var found = OnlyBusiness with { LeadOfPhone = Lead(1, "Noa", gender: Gender.Female) };
        Assert.False(((LeadPlan.Known)Plan(Record(new WriteIntent.DetectedGender(Gender.Female)), found).Lead!).Changes);
        Assert.Equal(Gender.Male, Plan(Record(new WriteIntent.DetectedGender(Gender.Male)), found).Lead!.Gender);
        Assert.Null(Plan(Record(), found).Lead!.Gender);
    }

    [Theory]
    [InlineData(null, CallStatus.Completed)]
    [InlineData("queued", CallStatus.Completed)]
    [InlineData("in-progress", CallStatus.Completed)]
    [InlineData("busy", CallStatus.Busy)]
    public void The_status_moves_on_from_the_stored_one(string? stored, CallStatus expected) =>
        Assert.Equal(expected, Plan(Record(), OnlyBusiness with { Call = Call(status: stored) }).CallLog.Status);

    [Fact]
    public void The_calls_name_is_the_one_it_ended_with_where_none_is_stored()
    {
        Assert.Equal("Dana Cohen", Plan(Record(Dana), OnlyBusiness).CallLog.CustomerName);
        Assert.Equal("Noa", Plan(Record(Dana), OnlyBusiness with { LeadOfPhone = Lead(1, "Noa") }).CallLog.CustomerName);
        Assert.Equal("Noa", Plan(Record(), OnlyBusiness with { Call = Call(" "), Job = Job("Noa") }).CallLog.CustomerName);
        Assert.Equal(
            "Spoken Name", Plan(Record() with { CustomerName = "Spoken Name" }, OnlyBusiness with { LeadOfEvent = Lead(1, "Noa") }).CallLog.CustomerName);
        Assert.Null(Plan(Record(), OnlyBusiness with { Call = Call("Customer"), Job = Job("Noa") }).CallLog.CustomerName);
        Assert.Null(Plan(Record(Dana), OnlyBusiness with { Call = Call("Ella") }).CallLog.CustomerName);
        Assert.Null(Plan(Record(), OnlyBusiness).CallLog.CustomerName);
    }

    [Theory]
    [InlineData("+972 50-123-4567", "+972501234567")]
    [InlineData("", "")]
    [InlineData("anonymous", "anonymous")]
    [InlineData("sip:1001@10.0.0.1", "sip:1001@10.0.0.1")]
    public void Numbers_are_stored_as_the_CRM_does_and_addresses_as_they_came(string given, string stored) =>
        Assert.Equal(stored, Plan(Record() with { Start = new CallStart(CallDirection.Inbound, given, "+1") }, OnlyBusiness).CallLog.From);

    [Fact]
    public void Markers_carry_the_offset_of_the_event()
    {
        var slot = new Slot(Start, Start.AddMinutes(30));
        var session = Plan(
            Record(new WriteIntent.RequestedSlot(Start.ToOffset(TimeSpan.FromMinutes(-210))), new WriteIntent.Appointment(slot, null, null, null, null)),
            OnlyBusiness).Session;
        Assert.Equal(new SessionPlan("2026-03-01T06:30:00-03:30", "2026-03-01T12:00:00+02:00"), session);
        Assert.Equal(new SessionPlan(null, null), Plan(Record(), OnlyBusiness).Session);
    }

    [Fact]
    public void An_appointment_that_was_withdrawn_is_not_booked()
    {
        var slot = new Slot(Start, Start.AddMinutes(30));
        var booked = new WriteIntent.Appointment(slot, " ", "Dana", Phone, "window seat");
        Assert.Equal([new AppointmentPlan(slot, "Appointment", "Dana", Phone)], Plan(Record(booked), OnlyBusiness).Appointments);
        Assert.Empty(Plan(Record(booked, new WriteIntent.NoAppointment(Start)), OnlyBusiness).Appointments);
    }

    [Fact]
    public void A_job_ends_with_its_call_and_a_completed_one_does_not_fail_afterwards()
    {
        var found = OnlyBusiness with { Job = Job() };
        Assert.Equal(new JobPlan(new JobId(6), true, Start, Start.AddMinutes(1)), Plan(Record(), found).Job);
        Assert.False(Plan(Record() with { Status = CallStatus.Busy }, found).Job!.Completed);
        Assert.Null(Plan(Record() with { Status = CallStatus.Busy }, found with { Job = Job(status: "completed") }).Job);
        Assert.NotNull(Plan(Record(), found with { Job = Job(status: "failed") }).Job);
    }

    [Fact]
    public void A_snapshot_neither_makes_nor_names_nor_books_nor_ends_anything()
    {
        var slot = new Slot(Start, Start.AddMinutes(30));
        var snapshot = Record(Dana, new WriteIntent.DetectedGender(Gender.Female),
            new WriteIntent.Appointment(slot, null, null, null, null)) with
        { Final = false, Status = CallStatus.InProgress };
        var known = Plan(snapshot, OnlyBusiness with { LeadOfPhone = Lead(1), Job = Job() });
        Assert.Equal(new LeadPlan.Known(new LeadId(1), null, Gender.Female), known.Lead);
        Assert.Null(known.Job);
        Assert.Null(known.CallLog.CustomerName);
        Assert.Empty(known.Appointments);
        Assert.NotNull(known.Session.LastConfirmedSlot);
        Assert.Null(Plan(snapshot, OnlyBusiness).Lead);
    }

    [Theory]
    [InlineData("Cohen", "Cohen")]
    [InlineData("unknown", null)]
    [InlineData("לקוח", null)]
    [InlineData("Ng", "Ng")]
    public void A_last_name_that_is_none_is_not_written(string detected, string? written) =>
        Assert.Equal(new LeadNames("Dana", written), Plan(Record(new WriteIntent.Name("Dana", detected, null)), OnlyBusiness).Lead?.Name);

    [Theory]
    [InlineData(null, "Haircut")]
    [InlineData(" ", "Haircut")]
    [InlineData("Beard", "Beard")]
    public void A_slot_is_called_what_it_was_asked_for_as_unless_it_was_confirmed_as_something_else(string? confirmed, string written)
    {
        var slot = new Slot(Start, Start.AddMinutes(30));
        var record = Record(
            new WriteIntent.RequestedTitle(Start.AddHours(2), "Another"),
            new WriteIntent.RequestedTitle(Start.ToUniversalTime(), "Haircut"),
            new WriteIntent.Appointment(slot, confirmed, null, null, null));
        Assert.Equal(written, Assert.Single(Plan(record, OnlyBusiness).Appointments).Title);
    }
}
