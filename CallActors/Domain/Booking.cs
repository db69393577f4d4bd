using System.Collections.Immutable;
using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>
/// What follows from the appointment events of a call: the business's rules, the slots this call holds already, and what the business's calendar says of
/// others.
/// </summary>
internal static class Booking
{
    /// <summary>What the calendar has to be asked before the event is decided; null: nothing, it is decided without.</summary>
    public static SlotQuestion? QuestionOf(Call call, CallEvents.CallEvent told)
    {
        var (slot, intent) = told switch
        {
            CallEvents.AppointmentRequested requested => (requested.Slot, (WriteIntent)ReservationOf(requested.Slot)),
            CallEvents.AppointmentConfirmed confirmed => (confirmed.Slot, AppointmentOf(call, confirmed)),
            _ => (default, null!),
        };
        if (intent is null || call.HeldSlots.Contains(slot) || call.Context?.Business is not { Id: { } business }) return null;

        // What a higher sequence has overtaken changes nothing, and must not take a slot either.
        if (ReferenceEquals(call.Stash.With(intent, told.Header.Sequence), call.Stash)) return null;
        return AreHoursUnknown(call) ? null : new SlotQuestion(business, slot, Reserves: FaultOf(call, slot, told.Header.Time) is null);
    }

    public static Decision Request(Call call, CallEvents.AppointmentRequested told, DateTimeOffset heardAt, SlotAnswer? says)
    {
        if (Refusal(call, told.Slot, told.Header.Time, says) is { } problem) return Decision.Refuse(problem);
        var reservation = ReservationOf(told.Slot);
        var isConfirmed = call.Stash.Appointments.Any(appointment => appointment.Slot == told.Slot);
        var stands = isConfirmed || call.Stash.With(reservation, told.Header.Sequence).Reserved.Contains(told.Slot);
        return Decision.Apply([
            CallDecider.HeardOf(told, heardAt, Describe(told.Slot)),
            CallDecider.StashedOf(told, new WriteIntent.RequestedSlot(told.Slot.Start)),
            .. TitleOf(told),
            .. GivenUpFor(call, told, told.Slot),
            CallDecider.StashedOf(told, reservation)])
            with
        { Slot = new SlotReply(told.Slot.Start, told.Slot.End, isConfirmed ? "confirmed" : stands ? "requested" : "cancelled") };
    }

    public static Decision Confirm(Call call, CallEvents.AppointmentConfirmed told, DateTimeOffset heardAt, SlotAnswer? says) =>
        Refusal(call, told.Slot, told.Header.Time, says) is { } problem
            ? Decision.Refuse(problem)
            : Write(call, told, heardAt, told.Slot.Start, Describe(told.Slot), AppointmentOf(call, told), GivenUpFor(call, told, told.Slot));

    public static Decision Cancel(Call call, CallEvents.AppointmentCancelled told, DateTimeOffset heardAt) => Write(
        call, told, heardAt, told.Start, Describe(told.Start), new WriteIntent.NoAppointment(told.Start),
        [CallDecider.StashedOf(told, new WriteIntent.Reservation(told.Start, null))]);

    /// <summary>What became of the slot that an event was about: its reply may have been lost, and the slot cancelled since. Null: it is about none.</summary>
    public static SlotReply? SlotNow(Call call, CallEvents.CallEvent told)
    {
        DateTimeOffset? about = told switch
        {
            CallEvents.AppointmentRequested requested => requested.Slot.Start,
            CallEvents.AppointmentConfirmed confirmed => confirmed.Slot.Start,
            CallEvents.AppointmentCancelled cancelled => cancelled.Start,
            _ => null,
        };
        if (about is not { } start) return null;
        if (call.Stash.Appointments.FirstOrDefault(booked => booked.Slot.Start == start) is { } booked)
            return new SlotReply(booked.Slot.Start, booked.Slot.End, "confirmed");
        foreach (var kept in call.Stash.Reserved)
            if (kept.Start == start) return new SlotReply(kept.Start, kept.End, "requested");
        return new SlotReply(start, null, "cancelled");
    }

    private static WriteIntent.Reservation ReservationOf(Slot slot) => new(slot.Start, slot.End);

    private static WriteIntent.Appointment AppointmentOf(Call call, CallEvents.AppointmentConfirmed told)
    {
        // Said again without a word on title or contact, what was said before still holds.
        var before = call.Stash.Appointments.FirstOrDefault(appointment => appointment.Slot.Start == told.Slot.Start);
        return new WriteIntent.Appointment(
            told.Slot, told.Title ?? before?.Title, told.ContactName ?? before?.ContactName, told.ContactPhone ?? before?.ContactPhone,
            told.Notes ?? before?.Notes);
    }

    private static IEnumerable<CallFact> TitleOf(CallEvents.AppointmentRequested told) =>
        string.IsNullOrWhiteSpace(told.Title) ? [] : [CallDecider.StashedOf(told, new WriteIntent.RequestedTitle(told.Slot.Start, told.Title))];

    /// <summary>Who asks for a slot that overlaps one that was only asked for has changed their mind; a confirmed one must be cancelled.</summary>
    private static IEnumerable<CallFact> GivenUpFor(Call call, CallEvents.CallEvent told, Slot slot) =>
        call.Stash.Reserved.Where(own => own != slot && own.Overlaps(slot))
            .Select(own => CallDecider.StashedOf(told, new WriteIntent.Reservation(own.Start, null)));

    /// <summary>
    /// Stashes the intent and answers with what the slot then is: an event of a lower sequence than the one that stands changes nothing, and must not say it
    /// did.
    /// </summary>
    private static Decision Write(
        Call call, CallEvents.CallEvent told, DateTimeOffset heardAt, DateTimeOffset start, string what, WriteIntent intent, IEnumerable<CallFact> andThen)
    {
        var after = call.Stash.With(intent, told.Header.Sequence);
        var standing = after.Appointments.FirstOrDefault(appointment => appointment.Slot.Start == start);
        var note = ReferenceEquals(after, call.Stash) ? $"{what}, overtaken by a higher sequence" : what;
        return Decision.Apply([CallDecider.HeardOf(told, heardAt, note), CallDecider.StashedOf(told, intent), .. andThen])
            with
        { Slot = standing is null ? new SlotReply(start, null, "cancelled") : new SlotReply(standing.Slot.Start, standing.Slot.End, "confirmed") };
    }

    private static Problem? Refusal(Call call, Slot slot, DateTimeOffset now, SlotAnswer? says)
    {
        // Asking again for what the call holds is no error; the hours may have closed in on it meanwhile.
        if (call.HeldSlots.Contains(slot)) return null;
        if (AreHoursUnknown(call))
        {
            return new Problem(ProblemType.HoursUnknown,
                "The database did not answer when this call began, and the business's hours had not been seen before: no slot can be promised unless the context is loaded anew.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        var (type, fault) = FaultOf(call, slot, now) is { } not ? (ProblemType.SlotNotBookable, not)
            : says is { IsReserved: false }
                ? (ProblemType.SlotTaken, (Reason: "taken", Detail: "Another call holds this time or a part of it, or the business has an appointment then."))
            : (null, default);
        return type is null ? null : new Problem(type, fault.Detail)
        {
            Reason = fault.Reason,
            Alternatives = SlotSearch.Nearest(slot, BookingTerms.Of(call.Context!.Business), now, [.. call.HeldSlots, .. says?.Taken ?? []]),
        };
    }

    private static bool AreHoursUnknown(Call call) => call.Context is not { Source: ContextSource.Database } && call.Context?.Business.OpeningHoursJson is null;

    /// <summary>Why a slot cannot be booked, whoever else has it.</summary>
    private static (string Reason, string Detail)? FaultOf(Call call, Slot slot, DateTimeOffset now) =>
        BookingRules.Fault(slot, BookingTerms.Of(call.Context!.Business), now)
        // The same start with another end takes the place of what was held; a slot that only overlaps does not.
        ?? (call.Stash.Appointments.Any(own => own.Slot.Start != slot.Start && own.Slot.Overlaps(slot))
            ? ("overlap", "This call holds a slot that overlaps this one; cancel that one first.")
            : null);

    private static string Describe(Slot slot) => $"{Describe(slot.Start)}/{Describe(slot.End)}";

    private static string Describe(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
}
