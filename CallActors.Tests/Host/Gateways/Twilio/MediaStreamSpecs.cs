using System.Text;
using CallActors.Domain;
using CallActors.Host.Gateways.Twilio;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Gateways.Twilio;

public class MediaStreamSpecs
{
    private const string Call = "CA00000000000000000000000000000001";
    private static readonly TimeSpan Beat = TimeSpan.FromMinutes(1);
    private readonly MediaStream stream = new(Beat);
    private DateTimeOffset now = new(2026, 5, 17, 10, 0, 0, TimeSpan.Zero);

    private CallEvent? Hear(string frame) => stream.Hear(MediaFrame.Read(Encoding.UTF8.GetBytes(frame)), now);

    [Fact]
    public void A_stream_begins_when_the_call_is_answered()
    {
        Assert.Null(Hear(MediaFrames.Connected));
        var answered = Assert.IsType<Answered>(Hear(MediaFrames.Start(Call)));
        Assert.Equal((Call, now, $"twilio:{TwilioClient.Account}"), (answered.CallId.Value, answered.Header.Time, answered.Header.Key.Source));
        Assert.Null(Hear(MediaFrames.Start("CA-other")));
        Assert.Equal(Call, stream.Call.Value);
    }

    [Fact]
    public void While_audio_comes_the_call_is_alive_and_a_stream_that_says_nothing_keeps_nothing_alive()
    {
        Hear(MediaFrames.Start(Call));
        var ids = new HashSet<EventKey>();
        var beats = 0;
        for (var frame = 0; frame < 3 * 60 * 50; frame++)
        {
            now += TimeSpan.FromMilliseconds(20);
            if (Hear(MediaFrames.Media(frame)) is not { } told) continue;
            Assert.IsType<Heartbeat>(told);
            Assert.True(ids.Add(told.Header.Key));
            beats++;
        }

        Assert.Equal(3, beats);
    }

    [Fact]
    public void Keys_a_mark_and_the_stop_mean_what_they_mean()
    {
        Hear(MediaFrames.Start(Call));
        var first = Assert.IsType<Heartbeat>(Hear(MediaFrames.Dtmf("1")));
        Assert.NotEqual(first.Header.Key, Assert.IsType<Heartbeat>(Hear(MediaFrames.Dtmf("1"))).Header.Key);
        Assert.Null(Hear(MediaFrames.Mark("other")));
        Assert.Equal(GreetingOutcome.Played, Assert.IsType<GreetingFinished>(Hear(MediaFrames.Mark("greeting"))).Outcome);
        Assert.False(stream.HasStopped);
        Assert.IsType<Heartbeat>(Hear(MediaFrames.Stop(Call)));
        Assert.True(stream.HasStopped);
        Assert.Null(stream.Close(now));
    }

    [Fact]
    public void A_line_that_is_cut_is_a_sign_of_life_and_no_end()
    {
        Assert.Null(stream.Close(now));
        Hear(MediaFrames.Start(Call));
        Assert.IsType<Heartbeat>(stream.Close(now));
    }

    [Fact]
    public void Before_it_has_told_its_call_a_stream_says_nothing()
    {
        Assert.Null(Hear(MediaFrames.Dtmf("1")));
        Assert.Null(Hear(MediaFrames.Media(1)));
        Assert.Null(Hear("""{"event":"start","start":{"callSid":"no call"}}"""));
        Assert.Null(Hear(MediaFrames.Stop(Call)));
        Assert.Equal(default, stream.Call);
    }

    [Theory]
    [InlineData("""{"event":"media","media":{"payload":"/""", nameof(MediaFrameKind.Media))]
    [InlineData("""{"media":{"payload":"//"},"event":"media"}""", nameof(MediaFrameKind.Media))]
    [InlineData("""{"event":"connected"}""", nameof(MediaFrameKind.Other))]
    [InlineData("""{"event":"mark","mark":{"name":"x"}}""", nameof(MediaFrameKind.Mark))]
    [InlineData("""{"event":"mark","mark":"x"}""", nameof(MediaFrameKind.Unreadable))]
    [InlineData("""{"event":"start","start":""", nameof(MediaFrameKind.Unreadable))]
    [InlineData("""{"event":5}""", nameof(MediaFrameKind.Unreadable))]
    [InlineData("""{"x":1}""", nameof(MediaFrameKind.Unreadable))]
    [InlineData("""{"event":"\ud800"}""", nameof(MediaFrameKind.Unreadable))]
    [InlineData("[]", nameof(MediaFrameKind.Unreadable))]
    [InlineData("", nameof(MediaFrameKind.Unreadable))]
    [InlineData("garbage", nameof(MediaFrameKind.Unreadable))]
    public void Of_audio_only_the_name_is_looked_at_and_rubbish_is_known(string frame, string kind) =>
        Assert.Equal(kind, MediaFrame.Read(Encoding.UTF8.GetBytes(frame)).Kind.ToString());
}
