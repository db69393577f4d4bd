using CallActors.Domain;

namespace CallActors.Journal;

/// <summary>Intents as they stand in the log, and in a call that crosses nodes.</summary>
internal static class IntentCodec
{
    public static Wire.Stashed ToWire(WriteIntent intent, System.Numerics.BigInteger? sequence)
    {
        var wire = new Wire.Stashed { Intent = ToWire(intent) };
        if (sequence is { } number) wire.Sequence = number.ToWire();
        return wire;
    }

    /// <exception cref="InvalidDataException">It has something this version does not know.</exception>
    public static StashedIntent FromWire(Wire.Stashed wire)
    {
        WireValues.Present(wire.Intent);
        return new StashedIntent(FromWire(wire.Intent), wire.HasSequence ? wire.Sequence.FromWire() : null);
    }

    private static Wire.Intent ToWire(WriteIntent intent) => intent switch
    {
        WriteIntent.Name name => new() { Name = ToWire(name) },
        WriteIntent.DetectedGender detected => new() { DetectedGender = new() { Gender = WireEnums.Gender.Write(detected.Gender) } },
        WriteIntent.RequestedSlot requested => new() { RequestedSlot = new() { Start = requested.Start.ToWire() } },
        WriteIntent.RequestedTitle requested => new() { RequestedSlot = new() { Start = requested.Start.ToWire(), Title = requested.Title } },
        WriteIntent.Reservation reservation => new() { RequestedSlot = ToWire(reservation) },
        WriteIntent.Appointment appointment => new() { Appointment = ToWire(appointment) },
        WriteIntent.NoAppointment none => new() { NoAppointment = new() { Start = none.Start.ToWire() } },
        WriteIntent.Summary summary => new() { Summary = new() { Text = summary.Text } },
        WriteIntent.Transcription transcription => new() { Transcription = new() { Text = transcription.Text } },
        WriteIntent.RecordingUrl recording => new() { RecordingUrl = new() { Url = recording.Url } },
        _ => throw new InvalidOperationException($"There is no form for the intent {intent.GetType().Name}."),
    };

    private static WriteIntent FromWire(Wire.Intent wire) => wire.KindCase switch
    {
        Wire.Intent.KindOneofCase.Name => new WriteIntent.Name(
            wire.Name.FirstName, wire.Name.HasLastName ? wire.Name.LastName : null, wire.Name.HasConfidence ? wire.Name.Confidence : null),
        Wire.Intent.KindOneofCase.DetectedGender => new WriteIntent.DetectedGender(WireEnums.Gender.Read(wire.DetectedGender.Gender)),
        Wire.Intent.KindOneofCase.RequestedSlot when wire.RequestedSlot.HasTitle =>
            new WriteIntent.RequestedTitle(wire.RequestedSlot.Start.FromWire(), wire.RequestedSlot.Title),
        Wire.Intent.KindOneofCase.RequestedSlot when wire.RequestedSlot.End is not null || wire.RequestedSlot.Freed =>
            new WriteIntent.Reservation(wire.RequestedSlot.Start.FromWire(), wire.RequestedSlot.End.FromOptional()),
        Wire.Intent.KindOneofCase.RequestedSlot => new WriteIntent.RequestedSlot(wire.RequestedSlot.Start.FromWire()),
        Wire.Intent.KindOneofCase.Appointment => FromWire(wire.Appointment),
        Wire.Intent.KindOneofCase.NoAppointment => new WriteIntent.NoAppointment(wire.NoAppointment.Start.FromWire()),
        Wire.Intent.KindOneofCase.Summary => new WriteIntent.Summary(wire.Summary.Text),
        Wire.Intent.KindOneofCase.Transcription => new WriteIntent.Transcription(wire.Transcription.Text),
        Wire.Intent.KindOneofCase.RecordingUrl => new WriteIntent.RecordingUrl(wire.RecordingUrl.Url),
        _ => throw new InvalidDataException("What was read has an intent of a kind this version does not know."),
    };

    private static Wire.Intent.Types.RequestedSlot ToWire(WriteIntent.Reservation reservation) => reservation.End is { } end
        ? new() { Start = reservation.Start.ToWire(), End = end.ToWire() }
        : new() { Start = reservation.Start.ToWire(), Freed = true };

    private static Wire.Intent.Types.Name ToWire(WriteIntent.Name name)
    {
        var wire = new Wire.Intent.Types.Name { FirstName = name.FirstName };
        if (name.LastName is { } last) wire.LastName = last;
        if (name.Confidence is { } confidence) wire.Confidence = confidence;
        return wire;
    }

    private static Wire.Intent.Types.Appointment ToWire(WriteIntent.Appointment appointment)
    {
        var wire = new Wire.Intent.Types.Appointment { Start = appointment.Slot.Start.ToWire(), End = appointment.Slot.End.ToWire() };
        if (appointment.Title is { } title) wire.Title = title;
        if (appointment.ContactName is { } name) wire.ContactName = name;
        if (appointment.ContactPhone is { } phone) wire.ContactPhone = phone;
        if (appointment.Notes is { } notes) wire.Notes = notes;
        return wire;
    }

    private static WriteIntent.Appointment FromWire(Wire.Intent.Types.Appointment wire) => new(
        new Slot(wire.Start.FromWire(), wire.End.FromWire()),
        wire.HasTitle ? wire.Title : null,
        wire.HasContactName ? wire.ContactName : null,
        wire.HasContactPhone ? wire.ContactPhone : null,
        wire.HasNotes ? wire.Notes : null);
}
