using System.Numerics;

namespace CallActors.Domain;

/// <summary>An intent and the sequence of the event that brought it.</summary>
public sealed record StashedIntent(WriteIntent Intent, BigInteger? Sequence);

/// <summary>
/// What a call wants written, one intent a field, in the order of the events that won. Of two for one field the higher sequence wins,
/// whichever came first; where one of them has none, the later arrival.
/// </summary>
public sealed record IntentStash(ValueList<StashedIntent> Held)
{
    public static readonly IntentStash Empty = new([]);

    /// <summary>Intents that will be written: a withdrawn appointment is none, nor is a title that was only asked for.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var held in Held.AsSpan())
                if (held.Intent.IsWritten) count++;
            return count;
        }
    }

    public IEnumerable<WriteIntent> Standing => Held.Select(held => held.Intent).Where(intent => intent.IsWritten);

    public IEnumerable<WriteIntent.Appointment> Appointments => Standing.OfType<WriteIntent.Appointment>();

    /// <summary>Whether any intent is about a slot. Asked of every call at every event, so it makes nothing.</summary>
    public bool HasSlots
    {
        get
        {
            foreach (var held in Held.AsSpan())
                if (held.Intent is WriteIntent.Appointment or WriteIntent.Reservation) return true;
            return false;
        }
    }

    /// <summary>Slots that were asked for and not given back, whether they were confirmed or not.</summary>
    public IEnumerable<Slot> Reserved =>
        Held.Select(held => held.Intent).OfType<WriteIntent.Reservation>().Where(kept => kept.End is { }).Select(kept => new Slot(kept.Start, kept.End!.Value));

    /// <summary>What the database is to be told: a reservation is between the calls that are under way, and ends with this one.</summary>
    public IntentStash WithoutReservations()
    {
        foreach (var held in Held.AsSpan())
            if (held.Intent is WriteIntent.Reservation) return new IntentStash([.. Held.Where(one => one.Intent is not WriteIntent.Reservation)]);
        return this;
    }

    /// <summary>The stash with the intent in it, if it wins its field; otherwise as it was.</summary>
    public IntentStash With(WriteIntent intent, BigInteger? sequence)
    {
        var field = intent.Field;
        var rival = -1;
        for (var i = 0; i < Held.Count && rival < 0; i++)
            if (Held[i].Intent.Field == field) rival = i;

        if (rival < 0) return new IntentStash(Held.Add(new StashedIntent(intent, sequence)));
        return Outranks(Held[rival].Sequence, sequence)
            ? Filled(rival, intent, sequence)
            : new IntentStash(Held.RemoveAt(rival).Add(new StashedIntent(intent, sequence)));
    }

    /// <summary>
    /// What a confirmation that came late says of an appointment, where the one that stands said nothing of it: in their order it would have been kept.
    /// </summary>
    private IntentStash Filled(int standing, WriteIntent late, BigInteger? sequence)
    {
        if (Held[standing].Intent is not WriteIntent.Appointment stands || late is not WriteIntent.Appointment told
            || WasGivenBackAfter(sequence, told.Slot.Start)) return this;
        var filled = stands with
        {
            Title = stands.Title ?? told.Title,
            ContactName = stands.ContactName ?? told.ContactName,
            ContactPhone = stands.ContactPhone ?? told.ContactPhone,
            Notes = stands.Notes ?? told.Notes,
        };
        return filled == stands ? this : new IntentStash([.. Held.Select((held, i) => i == standing ? held with { Intent = filled } : held)]);
    }

    /// <summary>Whether a slot was given back after an event of this sequence, though it stands again: what was said of it before is forgotten.</summary>
    private bool WasGivenBackAfter(BigInteger? sequence, DateTimeOffset start) =>
        Held.Any(held => held.Intent is WriteIntent.Reservation { End: null } back && back.Start == start && Outranks(held.Sequence, sequence));

    /// <summary>What the slot of this start was to be called when it was asked for; null: nothing was said.</summary>
    public string? RequestedTitleOf(DateTimeOffset start) =>
        Held.Select(held => held.Intent).OfType<WriteIntent.RequestedTitle>().FirstOrDefault(requested => requested.Start == start)?.Title;

    /// <summary>The intent that stands in a field, if one does.</summary>
    public T? Find<T>() where T : WriteIntent
    {
        for (var i = Held.Count - 1; i >= 0; i--)
            if (Held[i].Intent is T found) return found;
        return null;
    }

    /// <summary>
    /// The start of the appointment that was confirmed last, of those that still stand: by sequence where the gateway numbers its events, by
    /// arrival otherwise. Null: none stands.
    /// </summary>
    public DateTimeOffset? LastConfirmedStart
    {
        get
        {
            StashedIntent? last = null;
            foreach (var held in Held)
                if (held.Intent is WriteIntent.Appointment && !Outranks(last?.Sequence, held.Sequence)) last = held;
            return (last?.Intent as WriteIntent.Appointment)?.Slot.Start;
        }
    }

    private static bool Outranks(BigInteger? standing, BigInteger? incoming) => standing is { } s && incoming is { } i && s > i;
}
