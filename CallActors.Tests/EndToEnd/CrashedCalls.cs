using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>Calls told by a gateway that retries, and the rows they must leave whatever dies in between: none lost, none doubled, none wrong.</summary>
internal sealed class CrashedCalls(SpecCrm crm, Func<Uri> address, string prefix)
{
    public const string Number = "+97231111111";
    private static readonly string[] Statuses = ["completed", "busy", "no-answer", "canceled"];
    private readonly RetryingGateway _gateway = new(address);

    /// <summary>One call, from its first event to its last.</summary>
    public async Task Tell(int i)
    {
        await Tell(StartOf(i));
        foreach (var told in TalkOf(i)) await Tell(told);
        await Tell(EndOf(i));
    }

    /// <summary>One event, again and again until it counts.</summary>
    public async Task Tell(JsonObject told) => AssertCounts(told, await _gateway.Tell(told));

    public static void AssertCounts(JsonObject told, ServiceAnswer answer) => Assert.True(
        answer.Outcome is "applied" or "duplicate",
        $"{told["type"]} of {told["subject"]} was answered {answer.Status}: {answer.Body.ToJsonString()}");

    public JsonObject StartOf(int i) => Event(i, "call.started", new { direction = "inbound", from = PhoneOf(i), to = Number });

    public JsonObject[] TalkOf(int i) =>
    [
        Event(i, "call.answered"),
        Event(i, "greeting.finished"),
        Event(i, "customer.name_detected", new { firstName = "דנה", lastName = $"לוי{(char)('א' + (i % 20))}" }),
        Event(i, "call.noted", new { summary = $"note {i}" }),
    ];

    public JsonObject EndOf(int i) => Event(i, "call.ended", new { status = StatusOf(i), durationSeconds = i + 1 });

    private JsonObject Event(int i, string type, object? data = null) => GatewayClient.Event(IdOf(i), type, data, $"{IdOf(i)}-{type}");

    /// <summary>Compares every row with what the calls say it must be.</summary>
    public async Task AssertRows(int calls)
    {
        using var gateway = new GatewayClient(address());
        await gateway.UntilNoCallIsLeft();
        var rows = await crm.RowsAsync(
            $"""
            select c.call_sid, c.status, c.duration, c.summary, c.customer_name, l.phone_e164,
              (select count(*) from leads d where d.phone_e164 = c.from_number), (select count(*) from call_session s where s.call_sid = c.call_sid)
            from call_log c join leads l on l.id = c.lead_id where c.call_sid like '{prefix}-%' order by c.call_sid
            """);
        Assert.Equal(
            Enumerable.Range(0, calls).Select(i => $"{IdOf(i)}|{StatusOf(i)}|{i + 1}|note {i}|דנה לוי{(char)('א' + (i % 20))}|{PhoneOf(i)}|1|1"),
            rows.Select(row => string.Join('|', row)));
        Assert.Empty(await crm.RowsAsync("select * from callactors_dead_letter"));
    }

    public string IdOf(int i) => $"{prefix}-{i:0000}";

    private static string StatusOf(int i) => Statuses[i % Statuses.Length];

    // One phone a call, so that a lead written twice is seen.
    private string PhoneOf(int i) => $"+9725{Math.Abs(StringComparer.Ordinal.GetHashCode(prefix)) % 1000:000}{i:00000}";
}
