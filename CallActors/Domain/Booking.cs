using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>What follows from the appointment events of a call: the business's rules, and the slots this call holds already.</summary>
internal static class Booking
{
    public static Decision Request(Call call, CallEvents.AppointmentRequested told, DateTimeOffset heardAt)
    {
        if (Refusal(call, told.Slot, told.Header.Time) is { } problem) return Decision.Refuse(problem);
        var held = call.Stash.Appointments.Any(appointment => appointment.Slot.Start == told.Slot.Start && appointment.Slot.End == told.Slot.End);
        return Decision.Apply(
            [CallDecider.HeardOf(told, heardAt, Describe(told.Slot)), CallDecider.StashedOf(told, new WriteIntent.RequestedSlot(told.Slot.Start)), .. TitleOf(told)])
            with
        { Slot = new SlotReply(told.Slot.Start, told.Slot.End, held ? "confirmed" : "requested") };
    }

    private static IEnumerable<CallFact> TitleOf(CallEvents.AppointmentRequested told) =>
        string.IsNullOrWhiteSpace(told.Title) ? [] : [CallDecider.StashedOf(told, new WriteIntent.RequestedTitle(told.Slot.Start, told.Title))];

    public static Decision Confirm(Call call, CallEvents.AppointmentConfirmed told, DateTimeOffset heardAt)
    {
        if (Refusal(call, told.Slot, told.Header.Time) is { } problem) return Decision.Refuse(problem);

        // Said again without a word on title or contact, what was said before still holds.
        var before = call.Stash.Appointments.FirstOrDefault(appointment => appointment.Slot.Start == told.Slot.Start);
        return Write(call, told, heardAt, told.Slot.Start, Describe(told.Slot), new WriteIntent.Appointment(
            told.Slot, told.Title ?? before?.Title, told.ContactName ?? before?.ContactName, told.ContactPhone ?? before?.ContactPhone, told.Notes ?? before?.Notes));
    }

    public static Decision Cancel(Call call, CallEvents.AppointmentCancelled told, DateTimeOffset heardAt) =>
        Write(call, told, heardAt, told.Start, Describe(told.Start), new WriteIntent.NoAppointment(told.Start));

    /// <summary>Stashes the intent and answers with what the slot then is: an event of a lower sequence than the one that stands changes nothing, and must not say it did.</summary>
    private static Decision Write(Call call, CallEvents.CallEvent told, DateTimeOffset heardAt, DateTimeOffset start, string what, WriteIntent intent)
    {
        var after = call.Stash.With(intent, told.Header.Sequence);
        var standing = after.Appointments.FirstOrDefault(appointment => appointment.Slot.Start == start);
        var note = ReferenceEquals(after, call.Stash) ? $"{what}, overtaken by a higher sequence" : what;
        return Decision.Apply(CallDecider.HeardOf(told, heardAt, note), CallDecider.StashedOf(told, intent))
            with
        { Slot = standing is null ? new SlotReply(start, null, "cancelled") : new SlotReply(standing.Slot.Start, standing.Slot.End, "confirmed") };
    }

    private static Problem? Refusal(Call call, Slot slot, DateTimeOffset now)
    {
        var held = call.Stash.Appointments.Select(appointment => appointment.Slot).ToArray();

        // Asking again for what the call holds is no error; the hours may have closed in on it meanwhile.
        if (held.Contains(slot)) return null;
        var business = call.Context?.Business;
        if (business?.OpeningHoursJson is null && call.Context?.Source != ContextSource.Database)
        {
            return new Problem(ProblemType.HoursUnknown, "The database did not answer, and the business's hours were never seen: no slot can be promised.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        if (BookingRules.Check(slot, business!, now, held) is { } not) return NotBookable(not.Reason, not.Detail, not.Alternatives);

        // The same start with another end takes the place of what was held; a slot that only overlaps does not.
        return held.Any(own => own.Start != slot.Start && own.Overlaps(slot))
            ? NotBookable("overlap", "This call holds a slot that overlaps this one; cancel that one first.", BookingRules.Alternatives(slot, business!, now, held))
            : null;
    }

    private static Problem NotBookable(string reason, string detail, System.Collections.Immutable.ImmutableArray<Slot> alternatives) =>
        new(ProblemType.SlotNotBookable, detail) { Reason = reason, Alternatives = alternatives };

    private static string Describe(Slot slot) => $"{Describe(slot.Start)}/{Describe(slot.End)}";

    private static string Describe(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
}
