using System.Text.Json;
using CallActors.Host.Gateways.CloudEvents;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>What a frame of a media stream is.</summary>
internal enum MediaFrameKind
{
    /// <summary>No JSON object that names its event.</summary>
    Unreadable,

    /// <summary>Audio.</summary>
    Media,

    /// <summary>An event there is no use for, such as <c>connected</c>.</summary>
    Other,
    Start,
    Dtmf,
    Mark,
    Stop,
}

/// <summary>One text frame of a media stream, as far as anybody here wants to know it.</summary>
/// <param name="Kind">What it is.</param>
internal readonly record struct MediaFrame(MediaFrameKind Kind)
{
    public string? AccountSid { get; init; }
    public string? CallSid { get; init; }
    public string? StreamSid { get; init; }

    /// <summary>Of a mark: its name.</summary>
    public string? Mark { get; init; }

    /// <summary>Reads a frame. Fifty a second are audio: of those nothing but the event's name is looked at.</summary>
    public static MediaFrame Read(ReadOnlyMemory<byte> frame)
    {
        switch (KindOf(frame.Span))
        {
            case MediaFrameKind.Start: return ReadStart(frame);
            case MediaFrameKind.Mark: return ReadMark(frame);
            case var kind: return new MediaFrame(kind);
        }
    }

    private static MediaFrameKind KindOf(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return MediaFrameKind.Unreadable;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isEvent = reader.ValueTextEquals("event"u8);
                if (!reader.Read()) break;
                if (isEvent) return KindNamed(reader);
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half a surrogate pair in it.
        }

        return MediaFrameKind.Unreadable;
    }

    private static MediaFrameKind KindNamed(Utf8JsonReader value) =>
        value.TokenType != JsonTokenType.String ? MediaFrameKind.Unreadable
        : value.ValueTextEquals("media"u8) ? MediaFrameKind.Media
        : value.ValueTextEquals("start"u8) ? MediaFrameKind.Start
        : value.ValueTextEquals("dtmf"u8) ? MediaFrameKind.Dtmf
        : value.ValueTextEquals("mark"u8) ? MediaFrameKind.Mark
        : value.ValueTextEquals("stop"u8) ? MediaFrameKind.Stop
        : MediaFrameKind.Other;

    private static MediaFrame ReadStart(ReadOnlyMemory<byte> frame) => Within(frame, "start", ["accountSid", "callSid", "streamSid"], members =>
        new MediaFrame(
            MediaFrameKind.Start)
        { AccountSid = Text(members["accountSid"]), CallSid = Text(members["callSid"]), StreamSid = Text(members["streamSid"]) });

    private static MediaFrame ReadMark(ReadOnlyMemory<byte> frame) =>
        Within(frame, "mark", ["name"], members => new MediaFrame(MediaFrameKind.Mark) { Mark = Text(members["name"]) });

    private static MediaFrame Within(ReadOnlyMemory<byte> frame, string name, string[] names, Func<Members, MediaFrame> read)
    {
        if (!JsonBytes.TryParse(frame, out var document, out _)) return new MediaFrame(MediaFrameKind.Unreadable);
        using (document)
        {
            var inner = Members.Of(document.RootElement, [name]).Element(name);
            return inner.ValueKind == JsonValueKind.Object ? read(Members.Of(inner, names)) : new MediaFrame(MediaFrameKind.Unreadable);
        }
    }

    private static string? Text(Given given) => given is { Kind: GivenKind.Text, Value.Length: > 0 and <= 255 } ? given.Value : null;
}
