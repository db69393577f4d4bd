namespace CallActors.Domain;

/// <summary>Which field of the CRM an intent writes. Of two intents for one field one wins.</summary>
/// <param name="Name">The field, as the API shows it.</param>
/// <param name="At">Of an appointment: its start in UTC, since each start is a field of its own.</param>
public readonly record struct IntentField(string Name, DateTimeOffset? At = null);

/// <summary>Something the conversation found out and the CRM is to hold after the call.</summary>
public abstract record WriteIntent
{
    public abstract IntentField Field { get; }

    /// <summary>False: it only decides on others, and is no field of the CRM by itself.</summary>
    public virtual bool IsWritten => true;

    /// <summary>Bytes of its text, roughly: most are short, and a transcript is not.</summary>
    public virtual int TextBytes => 64;

    /// <summary>A name that is usable by <see cref="CustomerName"/>.</summary>
    public sealed record Name(string FirstName, string? LastName, double? Confidence) : WriteIntent
    {
        public override IntentField Field => new("customerName");
    }

    public sealed record DetectedGender(Gender Gender) : WriteIntent
    {
        public override IntentField Field => new("gender");
    }

    public sealed record RequestedSlot(DateTimeOffset Start) : WriteIntent
    {
        public override IntentField Field => new("lastRequestedSlot");
    }

    /// <summary>What the slot of this start is to be called once it is confirmed, unless the confirmation says otherwise.</summary>
    public sealed record RequestedTitle(DateTimeOffset Start, string Title) : WriteIntent
    {
        public override IntentField Field => new("requestedTitle", Start.ToUniversalTime());

        public override bool IsWritten => false;
    }

    /// <summary>
    /// The slot of this start is this call's, confirmed or not: nobody else is promised it while the call goes on. Without an end it was given back, and stands
    /// so that a request of a lower sequence that comes late does not take it again.
    /// </summary>
    public sealed record Reservation(DateTimeOffset Start, DateTimeOffset? End) : WriteIntent
    {
        public override IntentField Field => new("reservation", Start.ToUniversalTime());

        public override bool IsWritten => false;
    }

    public sealed record Appointment(Slot Slot, string? Title, string? ContactName, string? ContactPhone, string? Notes) : WriteIntent
    {
        public override IntentField Field => AppointmentField(Slot.Start);
    }

    /// <summary>Stands where an appointment stood, so that a confirmation of a lower sequence that comes late does not revive it.</summary>
    public sealed record NoAppointment(DateTimeOffset Start) : WriteIntent
    {
        public override IntentField Field => AppointmentField(Start);

        public override bool IsWritten => false;
    }

    public sealed record Summary(string Text) : WriteIntent
    {
        public override IntentField Field => new("summary");

        public override int TextBytes => Text.Length * sizeof(char);
    }

    public sealed record Transcription(string Text) : WriteIntent
    {
        public override IntentField Field => new("transcription");

        public override int TextBytes => Text.Length * sizeof(char);
    }

    public sealed record RecordingUrl(string Url) : WriteIntent
    {
        public override IntentField Field => new("recordingUrl");
    }

    private static IntentField AppointmentField(DateTimeOffset start) => new("appointment", start.ToUniversalTime());
}
