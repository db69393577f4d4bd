using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Twilio;
using CallActors.Tests.Fixtures;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Gateways.Twilio;

public class TwilioCallbackSpecs
{
    private const string Call = "CA00000000000000000000000000000001";
    private static readonly DateTimeOffset Arrival = new(2026, 5, 17, 10, 0, 0, TimeSpan.Zero);

    private static CallbackReading Read(params (string Name, string Value)[] parameters) =>
        TwilioCallback.Read(name => parameters.LastOrDefault(parameter => parameter.Name == name).Value, Arrival);

    private static CallEvent[] Events(params (string Name, string Value)[] parameters)
    {
        var reading = Read(parameters);
        Assert.True(reading.Notice is not null, string.Join(", ", reading.Faults.Select(fault => fault.Detail)));
        return [.. reading.Notice.Events()];
    }

    [Theory]
    [InlineData("queued", "call.started")]
    [InlineData("initiated", "call.started")]
    [InlineData("ringing", "call.started call.ringing")]
    [InlineData("in-progress", "call.started call.answered")]
    [InlineData("answered", "call.started call.answered")]
    [InlineData("completed", "call.started call.ended")]
    [InlineData("busy", "call.started call.ended")]
    [InlineData("no-answer", "call.started call.ended")]
    [InlineData("canceled", "call.started call.ended")]
    [InlineData("cancelled", "call.started call.ended")]
    [InlineData("failed", "call.started call.ended")]
    public void Every_status_is_the_events_it_stands_for(string status, string types) =>
        Assert.Equal(types, string.Join(' ', Events(TwilioClient.Callback(Call, status)).Select(told => told.Type)));

    [Theory]
    [InlineData("completed", CallStatus.Completed)]
    [InlineData("busy", CallStatus.Busy)]
    [InlineData("no-answer", CallStatus.NoAnswer)]
    [InlineData("canceled", CallStatus.Canceled)]
    [InlineData("failed", CallStatus.Failed)]
    public void The_end_keeps_its_status(string status, CallStatus expected) =>
        Assert.Equal(expected, Events(TwilioClient.Callback(Call, status)).OfType<Ended>().Single().Status);

    [Fact]
    public void A_captured_body_is_read_with_its_time_sequence_and_duration()
    {
        var events = Events(
            ("Called", "+5511999999999"), ("Direction", "outbound-api"), ("Timestamp", "Sun, 25 Mar 2018 09:53:19 +0000"),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", "3"), ("To", "+5511999999999"), ("CallSid", "CAbe98e5b9ab5e3bd0f3c1f2a1f0c76236"), ("ApiVersion", "2010-04-01"),
            ("CallStatus", "completed"),
            ("Duration", "1"), ("From", "+16465550100"), ("CallDuration", "49"), ("AccountSid", TwilioClient.Account), ("AnsweredBy", "human"),
            ("SipResponseCode", "200"));
        var at = new DateTimeOffset(2018, 3, 25, 9, 53, 19, TimeSpan.Zero);
        Assert.Equal(["call.started", "call.answered", "call.ended"], events.Select(told => told.Type));
        Assert.Equal([at.AddSeconds(-49), at.AddSeconds(-49), at], events.Select(told => told.Header.Time));
        Assert.Equal((CallDirection.Outbound, "+16465550100", "+5511999999999"),
            (((Started)events[0]).Start.Direction, ((Started)events[0]).Start.From, ((Started)events[0]).Start.To));
        var end = (Ended)events[2];
        Assert.Equal((CallStatus.Completed, 49, null, 3), (end.Status, end.DurationSeconds, end.Reason, (int)end.Header.Sequence!.Value));
        Assert.Equal($"twilio:{TwilioClient.Account}", end.Header.Key.Source);
    }

    [Fact]
    public void A_recording_is_noted_and_is_no_status()
    {
        (string, string)[] Recording(string sid, string status) =>
            [("AccountSid", TwilioClient.Account), ("CallSid", Call), ("RecordingSid", sid), ("RecordingUrl", $"https://api.twilio.com/{sid}"),
                ("RecordingStatus", status), ("RecordingDuration", "7")];
        var events = Events(Recording("RE1", "completed"));
        Assert.Equal(["call.noted", "gateway.heartbeat"], events.Select(told => told.Type));
        Assert.Equal("https://api.twilio.com/RE1", ((Noted)events[0]).RecordingUrl);
        Assert.Equal(["gateway.heartbeat"], Events(Recording("RE1", "absent")).Select(told => told.Type));
        Assert.Equal(events.Select(told => told.Header.Key), Events(Recording("RE1", "completed")).Select(told => told.Header.Key));
        Assert.Empty(events.Select(told => told.Header.Key).Intersect(Events(Recording("RE2", "completed")).Select(told => told.Header.Key)));
        Assert.Empty(events.Select(told => told.Header.Key).Intersect(Events(Recording("RE1", "in-progress")).Select(told => told.Header.Key)));
    }

    [Fact]
    public void A_status_that_comes_again_is_the_same_event_and_another_status_is_another()
    {
        string[] Ids(params (string, string)[] parameters) => [.. Events(parameters).Select(told => told.Header.Key.Id)];
        var ringing = Ids(TwilioClient.Callback(Call, "ringing", ("SequenceNumber", "1")));
        Assert.Equal(ringing, Ids(TwilioClient.Callback(Call, "ringing", ("SequenceNumber", "1"), ("Timestamp", "Sun, 17 May 2026 10:00:01 +0000"))));
        var completed = Ids(TwilioClient.Callback(Call, "completed", ("SequenceNumber", "1")));

        // The call starts once, whichever of its callbacks comes first.
        Assert.Equal(ringing[0], completed[0]);
        Assert.NotEqual(ringing[1], completed[1]);
        Assert.NotEqual(completed[1], Ids(TwilioClient.Callback(Call, "completed", ("SequenceNumber", "2")))[1]);
        Assert.NotEqual(completed[1], Ids(TwilioClient.Callback(Call + "x", "completed", ("SequenceNumber", "1")))[1]);
    }

    [Fact]
    public void The_keys_of_CRM_rows_go_along()
    {
        var start = ((Started)Events(TwilioClient.Callback(
            Call, "initiated", ("jobId", "7"), ("callLogId", "8"), ("businessId", "9"), ("leadId", "10"), ("ParentCallSid", "CA-parent")))[0]).Start;
        Assert.Equal((7, 8, 9, 10, "CA-parent"),
            (start.JobId!.Value.Value, start.CallLogId!.Value.Value, start.BusinessId!.Value.Value, start.LeadId!.Value.Value,
            start.ParentCallId!.Value.Value));
    }

    [Fact]
    public void A_recording_is_noted_before_the_end_and_a_SIP_refusal_is_the_reason()
    {
        var events = Events(TwilioClient.Callback(Call, "busy", ("RecordingUrl", "https://api.example/R1"), ("SipResponseCode", "486")));
        Assert.Equal("https://api.example/R1", Assert.IsType<Noted>(events[1]).RecordingUrl);
        Assert.Equal("SIP 486", Assert.IsType<Ended>(events[2]).Reason);
    }

    [Fact]
    public void Without_a_direction_or_a_called_number_there_is_no_start_to_tell()
    {
        Assert.Equal(["call.ringing"], Events(TwilioClient.Callback(Call, "ringing", ("Direction", ""))).Select(told => told.Type));
        Assert.Equal(["call.ringing"], Events(TwilioClient.Callback(Call, "ringing", ("To", ""))).Select(told => told.Type));
        Assert.Equal("", ((Started)Events(TwilioClient.Callback(Call, "ringing", ("From", "")))[0]).Start.From);
    }

    [Theory]
    [InlineData("+266696687", "")]
    [InlineData("+86282452253", "")]
    [InlineData("anonymous", "anonymous")]
    [InlineData("+97286282452253", "+97286282452253")]
    public void A_number_that_spells_that_there_is_none_is_none(string from, string kept) =>
        Assert.Equal(kept, ((Started)Events(TwilioClient.Callback(Call, "ringing", ("From", from)))[0]).Start.From);

    [Theory]
    [InlineData("Timestamp", "yesterday")]
    [InlineData("Timestamp", "Sun, 17 May 0001 10:00:00 +0000")]
    [InlineData("AnsweredBy", "machine_start")]
    [InlineData("ParentCallSid", "no call id")]
    public void What_is_odd_costs_no_call_its_status(string name, string value) =>
        Assert.Equal(Arrival, Events(TwilioClient.Callback(Call, "ringing", (name, value)))[0].Header.Time);

    [Theory]
    [InlineData("CallSid", "", "/CallSid", "CallSid: is missing; a call id, 1 to 64 visible ASCII characters, is expected")]
    [InlineData("CallStatus", "dancing", "/CallStatus",
        "CallStatus: 'dancing' was given; queued, initiated, ringing, in-progress, completed, busy, no-answer, canceled or failed is expected")]
    public void What_is_wrong_is_named(string name, string value, string pointer, string detail)
    {
        var fault = Assert.Single(Read(TwilioClient.Callback(Call, "ringing", (name, value))).Faults);
        Assert.Equal((pointer, detail), (fault.Pointer, fault.Detail));
    }

    [Theory]
    [InlineData("SequenceNumber", "-1", "/SequenceNumber", "SequenceNumber: '-1' was given; an integer is expected")]
    [InlineData("CallDuration", "long", "/CallDuration", "CallDuration: 'long' was given; a number of seconds is expected")]
    [InlineData("jobId", "0", "/jobId", "jobId: '0' was given; an integer from 1 to 9223372036854775807 is expected")]
    [InlineData("From", "a\0b", "/From", "From: 'a\uFFFDb' was given; a text without NUL is expected")]
    public void What_it_says_enough_without_is_left_out_and_named(string name, string value, string pointer, string detail)
    {
        var reading = Read(TwilioClient.Callback(Call, "completed", (name, value)));
        var fault = Assert.Single(reading.LeftOut);
        Assert.Equal((pointer, detail), (fault.Pointer, fault.Detail));
        Assert.Empty(reading.Faults);
        Assert.Equal(CallStatus.Completed, reading.Notice!.Status);
    }
}
