using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Storage.Statements;

namespace CallActors.Tests.Storage;

/// <summary>What was planned before the locks were had stands for what has not changed since, and for nothing else.</summary>
public sealed class HeldRowsSpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BusinessId Salon = new(1);
    private static readonly LeadRow Lead = new(new LeadId(2), "Customer", null, null, null, null);
    private static readonly HeldLead SameLead = new(Lead, 1);
    private static readonly HeldJob SameJob = new(new JobRow(new JobId(3), null, "Dana", "calling"), 1, new LeadId(2));
    private static readonly HeldCall SameCall = new(new CallRow(new CallLogId(4), new LeadId(2), "in-progress", null), 1, "CA1");

    public static TheoryData<string> Changes => new(Changed.Keys);

    private static readonly Dictionary<string, HeldRows> Changed = new()
    {
        ["the lead has got a name"] = Held(SameLead with { Row = Lead with { Name = "Noa" } }),
        ["the lead's name is from its user"] = Held(SameLead with { Row = Lead with { NameSource = "user_provided" } }),
        ["the lead has got a gender"] = Held(SameLead with { Row = Lead with { Gender = Gender.Female } }),
        ["the lead is another tenant's"] = Held(SameLead with { Tenant = 9 }),
        ["the job is completed"] = Held(job: SameJob with { Row = SameJob.Row with { Status = "completed" } }),
        ["the job is for another name"] = Held(job: SameJob with { Row = SameJob.Row with { LeadName = "Noa" } }),
        ["the job is for another lead"] = Held(job: SameJob with { Lead = new LeadId(9) }),
        ["the job is another tenant's"] = Held(job: SameJob with { Tenant = 9 }),
        ["the call is busy"] = Held(call: SameCall with { Row = SameCall.Row with { Status = "busy" } }),
        ["the call has another lead"] = Held(call: SameCall with { Row = SameCall.Row with { LeadId = new LeadId(9) } }),
        ["the call has a name"] = Held(call: SameCall with { Row = SameCall.Row with { CustomerName = "Noa" } }),
        ["the row is another call's"] = Held(call: SameCall with { CallSid = "CA2" }),
        ["the call is another tenant's"] = Held(call: SameCall with { Tenant = 9 }),
        ["the lead is gone"] = new HeldRows([], [SameJob], [SameCall]),
        ["the job is gone"] = new HeldRows([SameLead], [], [SameCall]),
        ["the call's row is gone"] = new HeldRows([SameLead], [SameJob], []),
    };

    private static HeldRows Held(HeldLead? lead = null, HeldJob? job = null, HeldCall? call = null) => new([lead ?? SameLead], [job ?? SameJob], [call ?? SameCall]);

    private static FlushGroup Group(LoadedCall? found = null) => FlushGroup.Plan(
        [
            new GroupedRecord(
                7,
                new CallRecord(CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, "+972501234567", "+97235550100"), Noon)
                {
                    Status = CallStatus.Completed,
                    Intents = IntentStash.Empty.With(new WriteIntent.Name("Dana", null, null), null),
                }),
        ],
        [
            found ?? new LoadedCall(
                new BusinessProfile(Salon, "Salon", "+97235550100"), new JobRow(new JobId(3), 5, "Dana", "calling"), SameCall.Row, Lead, null, Lead, null, null, null),
        ]);

    private static readonly HashSet<TenantPhone> NoPhone = [];

    [Fact]
    public void What_says_what_it_said_is_not_looked_up_again()
    {
        Assert.Empty(Group().ChangedSince(Held(), NoPhone));
        // A row that was there before its call's id, or before anybody's business, is still free.
        Assert.Empty(Group().ChangedSince(Held(call: SameCall with { CallSid = null, Tenant = null }), NoPhone));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void What_says_something_else_is_looked_up_again(string change) => Assert.Equal([7], Group().ChangedSince(Changed[change], NoPhone));

    [Fact]
    public void A_phone_that_has_got_a_lead_is_looked_up_again_and_another_tenants_is_not()
    {
        var stranger = Group(new LoadedCall(new BusinessProfile(Salon, "Salon", "+97235550100"), null, null, null, null, null, null, null, null));
        var nothing = new HeldRows([], [], []);
        Assert.Equal([new TenantPhone(Salon, "+972501234567")], stranger.NewPhones());
        Assert.Empty(stranger.ChangedSince(nothing, NoPhone));
        Assert.Empty(stranger.ChangedSince(nothing, new HashSet<TenantPhone> { new(new BusinessId(9), "+972501234567") }));
        Assert.Equal([7], stranger.ChangedSince(nothing, new HashSet<TenantPhone> { new(Salon, "+972501234567") }));
    }
}
