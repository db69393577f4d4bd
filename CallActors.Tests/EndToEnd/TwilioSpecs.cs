using System.Globalization;
using System.Net.WebSockets;
using CallActors.Messages;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>Twilio before a real service process, the rows in a real CRM.</summary>
public sealed class TwilioSpecs : IAsyncLifetime
{
    private static readonly DateTimeOffset Dialled = new(2026, 5, 17, 10, 0, 0, TimeSpan.Zero);
    private SpecCrm _crm = null!;
    private BusinessId _tenant;

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnSqliteAsync();
        _tenant = await _crm.AddBusinessAsync("+97235550100");
        await _crm.AddLeadAsync(_tenant, "+972501234567", name: "דנה לוי");
    }

    public async Task DisposeAsync() => await _crm.DisposeAsync();

    private Task<ServiceProcess> StartAsync(params (string, string)[] settings) => ServiceProcess.StartAsync(
        null,
        [
            ("Database:ConnectionString", _crm.Options.ConnectionString), ("Gateway:Twilio:PublicUrl", TwilioClient.PublicUrl),
            ("Gateway:Twilio:AuthTokens", $"{TwilioClient.Token},{TwilioClient.OtherToken}"), .. settings,
        ]);

    private static (string, string)[] Timed(string call, string status, int sequence, int seconds, params (string, string)[] more) => TwilioClient.Callback(
        call, status,
        [("SequenceNumber", $"{sequence}"),
            ("Timestamp", Dialled.AddSeconds(seconds).ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture)), .. more]);

    [Fact]
    public async Task A_call_from_its_first_ring_to_its_row()
    {
        await using var service = await StartAsync();
        using var twilio = new TwilioClient(service.Address, TwilioClient.Token);
        using var gateway = new GatewayClient(service.Address);
        var voice = await twilio.Post("/v1/gateways/twilio/voice", TwilioClient.Callback("CA-1", "ringing"));
        Assert.Equal(200, voice.Status);
        Assert.Contains("<Connect><Stream url=\"wss://calls.example.com/v1/gateways/twilio/media\">", voice.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"firstName\" value=\"דנה\"", voice.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"greeting\" value=\"Hi דנה\"", voice.Body, StringComparison.Ordinal);

        using (var socket = await twilio.Stream())
        {
            await socket.Send(MediaFrames.Connected);
            await socket.Send(MediaFrames.Start("CA-1"));
            for (var i = 0; i < 100; i++) await socket.Send(MediaFrames.Media(i));
            await socket.Send(MediaFrames.Mark("greeting"));
            await gateway.Until("/v1/calls/CA-1", answer => answer.State == "live");
            await socket.Send(MediaFrames.Stop("CA-1"));
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        // The stream has stopped, the call goes on: perhaps it was put through.
        Assert.Equal("live", (await gateway.Get("/v1/calls/CA-1")).State);
        var end = TwilioClient.Callback("CA-1", "completed", ("CallDuration", "49"), ("SequenceNumber", "0"), ("RecordingUrl", "https://api.example/R1"));
        Assert.Equal(204, (await twilio.Post("/v1/gateways/twilio/status", end, token2: TwilioClient.OtherToken)).Status);
        Assert.Equal(204, (await twilio.Post("/v1/gateways/twilio/status", end)).Status);
        await gateway.UntilNoCallIsLeft();
        Assert.Equal(204, (await twilio.Post("/v1/gateways/twilio/status", end)).Status);
        Assert.Equal("completed|49|inbound|https://api.example/R1|1", await _crm.RowAsync(
            "select status, duration, direction, recording_url, stream_started_at is not null from call_log where call_sid = 'CA-1'"));
        Assert.Equal(1, await _crm.ScalarAsync<int>("select count(*) from call_log"));
    }

    [Fact]
    public async Task Nobody_else_is_heard_and_nothing_else_is_open_under_the_public_name()
    {
        await using var service = await StartAsync();
        using var stranger = new TwilioClient(service.Address, "not the token of this account");
        using var gateway = new GatewayClient(service.Address);
        Assert.Equal(403, (await stranger.Post("/v1/gateways/twilio/voice", TwilioClient.Callback("CA-1", "ringing"))).Status);
        Assert.Equal(403, (await stranger.Post("/v1/gateways/twilio/status", TwilioClient.Callback("CA-1", "ringing"))).Status);
        await Assert.ThrowsAsync<WebSocketException>(() => stranger.Stream());
        Assert.Equal(421, (await stranger.Post("/v1/events", TwilioClient.Callback("CA-1", "ringing"))).Status);
        var stats = (await gateway.Get("/v1/stats")).Body;
        Assert.Equal((3, 0), ((int)stats["callbacks"]!["forged"]!, (int)stats["events"]!["applied"]!));

        // A stranger can send as many as he likes; the log tells of them once.
        await service.TerminateAsync();
        Assert.Single(service.Output.Split('\n'), line => line.Contains("is not twilio's", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("127.0.0.1 was answered 403, its request is not twilio's: ", service.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_call_too_many_and_a_number_of_nobody_are_rejected()
    {
        await using var service = await StartAsync(("Limits:LiveCallsPerBusiness", "1"));
        using var twilio = new TwilioClient(service.Address, TwilioClient.Token);
        using var gateway = new GatewayClient(service.Address);
        var strange = TwilioClient.Callback("CA-0", "ringing").Select(parameter => parameter.Name == "To" ? ("To", "+97230000000") : parameter).ToArray();
        Assert.Contains("<Reject reason=\"rejected\" />", (await twilio.Post("/v1/gateways/twilio/voice", strange)).Body, StringComparison.Ordinal);
        Assert.Contains("<Connect>", (await twilio.Post("/v1/gateways/twilio/voice", TwilioClient.Callback("CA-1", "ringing"))).Body, StringComparison.Ordinal);
        Assert.Contains("<Reject reason=\"busy\" />", (await twilio.Post("/v1/gateways/twilio/voice", TwilioClient.Callback("CA-2", "ringing"))).Body,
            StringComparison.Ordinal);
        Assert.Contains("<Connect>", (await twilio.Post("/v1/gateways/twilio/voice", TwilioClient.Callback("CA-1", "ringing"))).Body, StringComparison.Ordinal);

        // Its end comes as well, and is nobody on the line: it has its row though the business is full.
        Assert.Equal(204, (await twilio.Post("/v1/gateways/twilio/status", TwilioClient.Callback("CA-2", "busy"))).Status);
        await gateway.Until("/v1/calls/CA-2", answer => answer.Status == 404);
        Assert.Equal("busy", await _crm.ScalarAsync<string>("select status from call_log where call_sid = 'CA-2'"));
        Assert.Equal(429, (await twilio.Post("/v1/gateways/twilio/status", TwilioClient.Callback("CA-4", "ringing"))).Status);
        await gateway.Post("/v1/drain");
        Assert.Contains("<Reject reason=\"busy\" />", (await twilio.Post("/v1/gateways/twilio/voice", TwilioClient.Callback("CA-3", "ringing"))).Body,
            StringComparison.Ordinal);
        Assert.Equal(503, (await twilio.Post("/v1/gateways/twilio/status", TwilioClient.Callback("CA-3", "ringing"))).Status);
        Assert.Equal(204, (await twilio.Post("/v1/gateways/twilio/status", TwilioClient.Callback("CA-1", "no-answer"))).Status);
    }

    [Fact]
    public async Task A_media_stream_keeps_its_call_alive_and_a_call_nobody_ends_ends_when_it_was_last_heard()
    {
        await using var service = await StartAsync(("Timeouts:Idle", "1500ms"));
        using var twilio = new TwilioClient(service.Address, TwilioClient.Token);
        using var gateway = new GatewayClient(service.Address);
        await twilio.Post("/v1/gateways/twilio/voice", TwilioClient.Callback("CA-1", "ringing"));
        using (var socket = await twilio.Stream())
        {
            await socket.Send(MediaFrames.Start("CA-1"));

            // Each beat is half a second; with ten behind it the call has outlived the idle time-out three times.
            using var frames = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (var i = 0; (int)(await gateway.Get("/v1/stats")).Body["events"]!["applied"]! < 13; i++)
            {
                await socket.Send(MediaFrames.Media(i));
                await frames.WaitForNextTickAsync();
            }

            Assert.Equal("live", (await gateway.Until("/v1/calls/CA-1", answer => answer.State != "greeting")).State);
            socket.Abort();
        }

        await gateway.UntilNoCallIsLeft();
        Assert.Equal("completed", await _crm.ScalarAsync<string>("select status from call_log"));
        Assert.InRange(await _crm.ScalarAsync<int>("select duration from call_log"), 3, 60);
    }

    [Fact]
    public async Task A_service_that_is_told_to_stop_says_so_on_its_media_streams_and_goes_on_with_their_calls_when_it_is_back()
    {
        var folder = Directory.CreateTempSubdirectory("callactors-twilio-");
        (string, string)[] settings =
        [
            ("Database:ConnectionString", _crm.Options.ConnectionString), ("Gateway:Twilio:PublicUrl", TwilioClient.PublicUrl),
            ("Gateway:Twilio:AuthTokens", TwilioClient.Token),
        ];
        try
        {
            await using (var service = await ServiceProcess.StartAsync(folder.FullName, settings))
            {
                using var twilio = new TwilioClient(service.Address, TwilioClient.Token);
                using var gateway = new GatewayClient(service.Address);
                await twilio.Post("/v1/gateways/twilio/voice", TwilioClient.Callback("CA-1", "ringing"));
                using var socket = await twilio.Stream();
                await socket.Send(MediaFrames.Start("CA-1"));
                await socket.Send(MediaFrames.Mark("greeting"));
                await gateway.Until("/v1/calls/CA-1", answer => answer.State == "live");
                var stopping = service.TerminateAsync();
                var end = await socket.ReceiveAsync(new byte[16], CancellationToken.None);
                Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.EndpointUnavailable), (end.MessageType, end.CloseStatus));
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                Assert.Equal(0, await stopping);
            }

            await using var again = await ServiceProcess.StartAsync(folder.FullName, settings);
            using var back = new TwilioClient(again.Address, TwilioClient.Token);
            using var after = new GatewayClient(again.Address);
            Assert.Equal("live", (await after.Until("/v1/calls/CA-1", answer => answer.Status == 200)).State);
            Assert.Equal(204, (await back.Post("/v1/gateways/twilio/status", TwilioClient.Callback("CA-1", "completed", ("CallDuration", "9")))).Status);
            await after.UntilNoCallIsLeft();
            Assert.Equal("completed|9", await _crm.RowAsync("select status, duration from call_log"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("completed", 1)]
    [InlineData("completed", 2)]
    [InlineData("busy", 3)]
    [InlineData("no-answer", 4)]
    [InlineData("canceled", 5)]
    [InlineData("failed", 6)]
    public async Task Callbacks_in_any_order_twice_or_lost_leave_the_same_row(string status, int seed)
    {
        await using var service = await StartAsync();
        using var twilio = new TwilioClient(service.Address, TwilioClient.Token);
        var answered = status == "completed";
        await ShuffledCallbacks.LeaveTheRowsOfOrder(_crm, service, "CA", seed, answered ? 4 : 3, async (call, number) =>
        {
            (string, string)[] callback = (number, answered) switch
            {
                (0, _) => Timed(call, "initiated", 0, 0),
                (1, _) => Timed(call, "ringing", 1, 2),
                (2, true) => Timed(call, "in-progress", 2, 6),
                (3, _) => Timed(call, "completed", 3, 55, ("CallDuration", "49")),
                _ => Timed(call, status, 2, 20),
            };
            Assert.Equal(204, (await twilio.Post("/v1/gateways/twilio/status", callback)).Status);
        });
        Assert.Equal(
            answered ? "completed|49|2026-05-17 10:00:06|2026-05-17 10:00:55" : $"{status}|20||2026-05-17 10:00:20",
            await _crm.RowAsync("select status, duration, stream_started_at, stream_ended_at from call_log where call_sid = 'CA-order'"));
    }

    [Fact]
    public async Task An_outbound_call_finds_its_job_by_the_key_in_the_callbacks_URL()
    {
        await using var service = await StartAsync();
        using var twilio = new TwilioClient(service.Address, TwilioClient.Token);
        using var gateway = new GatewayClient(service.Address);
        var job = await _crm.AddJobAsync(_tenant, leadName: "Yossi Cohen");
        var callback = TwilioClient.Callback("CA-out", "completed", ("CallDuration", "12")).Select(parameter => parameter.Name switch
        {
            "Direction" => ("Direction", "outbound-api"),
            "From" => ("From", "+97235550100"),
            "To" => ("To", "+972542222222"),
            _ => parameter,
        }).ToArray();
        Assert.Equal(204, (await twilio.Post($"/v1/gateways/twilio/status?jobId={job.Value}", callback)).Status);
        await gateway.UntilNoCallIsLeft();
        Assert.Equal("completed|CA-out|outbound|12|+972542222222", await _crm.RowAsync(
            "select j.status, j.call_sid, c.direction, c.duration, c.to_number from outbound_call_jobs j join call_log c on c.id = j.call_log_id"));
    }
}
