using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>
/// What the frames of one media stream mean to its call. A stream begins when the call is answered; while frames come the call is alive, and so it is when
/// a key is pressed, or the stream stops: the call itself may go on, at an agent's desk perhaps, and its end is told by its status.
/// </summary>
/// <param name="beat">While frames come, the call is said to be alive this often.</param>
internal sealed class MediaStream(TimeSpan beat)
{
    /// <summary>The mark that stands behind the greeting in the audio sent to Twilio, which gives it back when it has been played.</summary>
    private const string GreetingMark = "greeting";

    private string source = "";
    private string prefix = "";
    private CallId call;
    private long events;
    private DateTimeOffset beaten;

    /// <summary>The call; default before the stream has told which it is.</summary>
    public CallId Call => call;

    /// <summary>Whether it has been told that nothing more comes.</summary>
    public bool HasStopped { get; private set; }

    /// <summary>Takes a frame in.</summary>
    /// <returns>The event it is, or null.</returns>
    public CallEvent? Hear(MediaFrame frame, DateTimeOffset now)
    {
        if (frame.Kind == MediaFrameKind.Start && call == default) return Begin(frame, now);
        if (call == default) return null;
        switch (frame.Kind)
        {
            case MediaFrameKind.Mark when frame.Mark == GreetingMark:
                return new GreetingFinished(Header("greeting", now), GreetingOutcome.Played);
            case MediaFrameKind.Stop:
                HasStopped = true;
                return Alive("stop", now);
            case MediaFrameKind.Dtmf:
                return Alive($"dtmf/{++events}", now);
            default:
                return now - beaten >= beat ? Alive($"beat/{++events}", now) : null;
        }
    }

    /// <summary>The connection has gone.</summary>
    /// <returns>A last sign of life where it went without a stop; this is no end of the call.</returns>
    public CallEvent? Close(DateTimeOffset now) => call == default || HasStopped ? null : Alive("closed", now);

    private Answered? Begin(MediaFrame start, DateTimeOffset now)
    {
        if (!CallId.TryParse(start.CallSid, out call)) return null;
        (source, prefix, beaten) = ($"twilio:{start.AccountSid}", $"{call}/{start.StreamSid}", now);
        return new Answered(Header("start", now));
    }

    private Heartbeat Alive(string id, DateTimeOffset now)
    {
        beaten = now;
        return new Heartbeat(Header(id, now));
    }

    private EventHeader Header(string id, DateTimeOffset now) => new(new EventKey(source, $"{prefix}/{id}"), call, now);
}
