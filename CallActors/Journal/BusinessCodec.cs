using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Journal;

/// <summary>A business as it stands in the log.</summary>
internal static class BusinessCodec
{
    public static Wire.Business ToWire(BusinessProfile business)
    {
        var wire = new Wire.Business();
        if (business.Id is { } id) wire.Id = id.Value;
        if (business.Name is { } name) wire.Name = name;
        if (business.Phone is { } phone) wire.Phone = phone;
        if (business.GreetingMessage is { } greeting) wire.GreetingMessage = greeting;
        if (business.VoiceName is { } voice) wire.VoiceName = voice;
        if (business.TimeZone is { } zone) wire.TimeZone = zone;
        if (business.WorkingHours is { } working) wire.WorkingHours = working;
        if (business.OpeningHoursJson is { } opening) wire.OpeningHoursJson = opening;
        if (business.CallGoal is { } goal) wire.CallGoal = goal;
        if (business.SlotSizeMinutes is { } slot) wire.SlotSizeMinutes = slot;
        if (business.BookingWindowDays is { } window) wire.BookingWindowDays = window;
        if (business.MinNoticeMinutes is { } notice) wire.MinNoticeMinutes = notice;
        return wire;
    }

    public static BusinessProfile FromWire(Wire.Business wire) => new(
        wire.HasId ? new BusinessId(wire.Id) : null,
        wire.HasName ? wire.Name : null,
        wire.HasPhone ? wire.Phone : null)
    {
        GreetingMessage = wire.HasGreetingMessage ? wire.GreetingMessage : null,
        VoiceName = wire.HasVoiceName ? wire.VoiceName : null,
        TimeZone = wire.HasTimeZone ? wire.TimeZone : null,
        WorkingHours = wire.HasWorkingHours ? wire.WorkingHours : null,
        OpeningHoursJson = wire.HasOpeningHoursJson ? wire.OpeningHoursJson : null,
        CallGoal = wire.HasCallGoal ? wire.CallGoal : null,
        SlotSizeMinutes = wire.HasSlotSizeMinutes ? wire.SlotSizeMinutes : null,
        BookingWindowDays = wire.HasBookingWindowDays ? wire.BookingWindowDays : null,
        MinNoticeMinutes = wire.HasMinNoticeMinutes ? wire.MinNoticeMinutes : null,
    };
}
