using CallActors.Domain;
using CallActors.Host.Verbs.Demo;
using CallActors.Messages;

namespace CallActors.Tests.Host.Demo;

/// <summary>A demo that cannot fail proves nothing: whatever is wrong in the database is found.</summary>
public sealed class DemoAuditSpecs
{
    private static readonly BusinessProfile Salon = new(new BusinessId(1), "Salon", "+12125550100");

    private static CallResult Called(string id) => new(
        new CallScript(id, CallKind.NewCaller, CallDirection.Inbound, Salon, "+16460000001")
        {
            Events = [new ScriptedEvent("call.started", 0, []), new ScriptedEvent("call.ended", 30, [])],
            DetectedName = "Olivia Bennett",
            DetectedGender = "female",
        },
        Booked: null, Applied: 2, Duplicates: 0, Refused: 0, ReloadRefused: false, Surprises: []);

    private static StoredCall Row(string id, string status = "completed", long lead = 9, long duration = 30, long appointments = 0) => new()
    {
        CallId = id,
        Status = status,
        Duration = duration,
        LeadId = lead,
        BusinessId = 1,
        LeadTenant = 1,
        Phone = "+16460000001",
        Gender = "female",
        Name = "Olivia Bennett",
        Appointments = appointments,
    };

    private static string[] Found(int applied, CallResult[] results, params StoredCall[] rows) =>
        [.. CallAudit.Mismatches([.. results], rows.ToLookup(row => row.CallId!), new ServiceFigures { Applied = applied })];

    [Fact]
    public void What_fits_is_not_complained_about() => Assert.Empty(Found(4, [Called("a"), Called("b")], Row("a"), Row("b")));

    [Fact]
    public void A_call_without_its_row_is_found() => Assert.Contains("b: 0 rows in call_log instead of one", Found(4, [Called("a"), Called("b")], Row("a")));

    [Fact]
    public void A_row_without_its_call_is_found() => Assert.Equal(["'x' is in call_log and was never called"], Found(2, [Called("a")], Row("a"), Row("x")));

    [Fact]
    public void A_wrong_status_is_found() =>
        Assert.Equal(["a (NewCaller): status is busy instead of completed"], Found(2, [Called("a")], Row("a", status: "busy")));

    [Fact]
    public void A_wrong_duration_and_an_appointment_nobody_made_are_found() =>
        Assert.Equal(2, Found(2, [Called("a")], Row("a", duration: 31, appointments: 1)).Length);

    [Fact]
    public void A_doubled_lead_is_found() =>
        Assert.Equal(["+16460000001: 2 leads instead of one"], Found(4, [Called("a"), Called("b")], Row("a"), Row("b", lead: 10)));

    [Fact]
    public void An_event_that_was_applied_twice_is_found() =>
        Assert.Equal(["events applied: the service counts 3 instead of 2"], Found(3, [Called("a")], Row("a")));
}
