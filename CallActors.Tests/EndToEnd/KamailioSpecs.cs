using System.Security.Cryptography;
using System.Text;
using CallActors.Tests.Fixtures;
using Xunit.Abstractions;

namespace CallActors.Tests.EndToEnd;

/// <summary>
/// A real Kamailio on the configuration that is shipped, real SIP calls through it, and the service behind it; either of the two is killed under them.
/// </summary>
public sealed class KamailioSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Key = "a-key-for-kamailio";
    private const string Number = "+97235550100";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How the callee, or the caller, treats a call; how many a second; the scenario; and what the CRM is to say of them.</summary>
    private static readonly (string Kind, int PerSecond, string Scenario, string Answer, string Status)[] Mix =
    [
        ("talks", 52, "completed", "200", "completed"),
        ("asks", 3, "challenged", "200", "completed"),
        ("busy-" + new string('x', 70), 15, "refused", "486", "busy"),
        ("absent", 8, "refused", "480", "no-answer"),
        ("rings-unheard", 7, "refused", "408", "no-answer"),
        ("rings-given-up", 10, "canceled", "487", "canceled"),
        ("wrong", 5, "refused", "404", "failed"),
    ];

    private readonly int _port = KamailioProcess.FreePort();
    private readonly int _proxy = KamailioProcess.FreePort();
    private readonly int _callee = KamailioProcess.FreePort();
    private SpecCrm _crm = null!;
    private DirectoryInfo _folder = null!;
    private SippProcess _answering = null!;
    private GatewayClient _operator = null!;

    public async Task InitializeAsync()
    {
        await SipPrograms.FindAsync();
        _crm = await SpecCrm.OnPostgreSqlAsync();
        await _crm.AddBusinessAsync(Number);
        _folder = Directory.CreateTempSubdirectory("callactors-sip-");
        _answering = await SippProcess.AnswerAsync(_callee);
        _operator = new GatewayClient(new Uri($"http://127.0.0.1:{_port}"), Key);
    }

    public async Task DisposeAsync()
    {
        _operator.Dispose();
        await _answering.DisposeAsync();
        await _crm.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<ServiceProcess> StartServiceAsync() => ServiceProcess.StartAtAsync(
        _port, _folder.FullName, null,
        ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString), ("Gateway:ApiKeys", Key));

    private Task<KamailioProcess> StartKamailioAsync() => KamailioProcess.StartAsync(
        ("CALLACTORS_URL", $"http://127.0.0.1:{_port}/v1/events"),
        ("CALLACTORS_KEY", Key),
        ("CALLACTORS_SOURCE", "kamailio/spec"),
        ("CALLACTORS_SNAPSHOT_SECONDS", "2"),
        ("SIP_LISTEN", $"udp:127.0.0.1:{_proxy}"),
        ("SIP_NEXT_HOP", $"sip:127.0.0.1:{_callee}"),
        ("SIP_NO_ANSWER_SECONDS", "2"),
        ("SIP_WORKERS", "2"));

    [Fact]
    public async Task A_thousand_calls_are_in_the_CRM_as_SIP_saw_them_though_the_service_was_dead_for_four_seconds()
    {
        var calls = new List<(string CallId, string Status)>();
        await using var kamailio = await StartKamailioAsync();
        await using (var dying = await StartServiceAsync())
        {
            var callers = await Task.WhenAll(
                Mix.Select(of => SippProcess.CallAsync(of.Scenario, _proxy, of.PerSecond * 10, of.PerSecond, of.Kind, milliseconds: 1500)));
            await _operator.Until("/v1/stats", stats => (int)stats.Body["events"]!["applied"]! > 1000);
            await dying.KillAsync();

            // What is tested is this very time, not something that happens in it.
            using var dead = new PeriodicTimer(TimeSpan.FromSeconds(4));
            await dead.WaitForNextTickAsync();
            await using var reborn = await StartServiceAsync();
            foreach (var (caller, of) in callers.Zip(Mix))
            {
                foreach (var (callId, answer) in await caller.UntilDoneAsync(Patience))
                {
                    Assert.Equal(of.Answer, answer);
                    calls.Add((CallIdOf(callId), of.Status));
                }

                await caller.DisposeAsync();
            }

            await UntilWrittenAsync(1000);
            await _operator.UntilNoCallIsLeft();
            foreach (var life in new[] { dying, reborn }) Assert.DoesNotContain("live calls:", life.Output, StringComparison.Ordinal);
            output.WriteLine((await _operator.Get("/v1/stats")).Body.ToJsonString());
        }

        Assert.Equal(1000, calls.Count);
        Assert.Equal(
            calls.Select(call => $"{call.CallId} {call.Status}").Order(StringComparer.Ordinal),
            (await _crm.RowsAsync("select call_sid, status from call_log")).Select(row => $"{row[0]} {row[1]}").Order(StringComparer.Ordinal));
        Assert.Equal("1000|1000", await _crm.RowAsync("select count(*), count(distinct call_sid) from callactors_flush"));
        Assert.Equal(0, await _crm.ScalarAsync<long>("select count(*) from callactors_dead_letter"));

        // Their times are SIP's: those who talked did so for as long as the caller held the line.
        Assert.Equal("550", await _crm.RowAsync("select count(*) from call_log where status = 'completed'"));
        Assert.Empty((await _crm.RowsAsync(
            "select duration, events from call_log join callactors_flush using (call_sid) where status = 'completed' and duration is distinct from least(greatest(duration, 1), 3)"))
            .Select(row => $"{row[0]} s: {row[1]}"));
    }

    [Fact]
    public async Task A_Kamailio_that_is_killed_leaves_no_call_behind()
    {
        await using var service = await StartServiceAsync();
        await using (var dying = await StartKamailioAsync())
        {
            await using var caller = await SippProcess.CallAsync("completed", _proxy, calls: 50, perSecond: 50, "talks", milliseconds: 600_000);
            await _operator.Until("/v1/stats", stats => (int)stats.Body["live"]! == 50);
            await dying.KillAsync();
        }

        Assert.Equal(50, (int)(await _operator.Get("/v1/stats")).Body["live"]!);
        await using var reborn = await StartKamailioAsync();
        await UntilWrittenAsync(50);
        await _operator.UntilNoCallIsLeft();
        Assert.Contains("Gateway kamailio/spec lists 0 live calls: 50 that it does not list were ended as lost", service.Output, StringComparison.Ordinal);
        Assert.Equal("50|completed", await _crm.RowAsync("select count(*), min(status) from call_log where status = 'completed'"));
        Assert.Equal("50|50", await _crm.RowAsync("select count(*), count(distinct call_sid) from callactors_flush"));
    }

    /// <summary>What becomes of a Call-ID that is longer than the service takes.</summary>
    private static string CallIdOf(string callId) =>
        callId.Length <= 64 ? callId : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(callId)));

    private async Task UntilWrittenAsync(int calls)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await _crm.ScalarAsync<long>("select count(*) from callactors_flush") is var written && written < calls)
        {
            Assert.False(limit.IsCancellationRequested, $"{written} of {calls} calls are written");
            await beat.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
