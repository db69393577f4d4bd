using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Tests.Domain.FoundCalls;

namespace CallActors.Tests.Domain;

public sealed class ContextResolverSpecs
{
    private static readonly CallId Id = CallId.Parse("CA1");

    [Fact]
    public void A_context_holds_what_the_conversation_needs()
    {
        var found = OnlyBusiness with
        {
            LeadOfEvent = Lead(1, "Dana Cohen", source: "import", gender: Gender.Female),
            LeadOfPhone = Lead(2, "Noa", gender: Gender.Male),
            Job = Job("Customer"),
            LastConfirmedSlot = "2026-03-01T12:00:00+02:00",
        };
        var context = ContextResolver.Resolve(Id, new CallStart(CallDirection.Outbound, "+97235550100", "+972 50-123-4567"), found);
        Assert.Equal(new CustomerProfile(new LeadId(1), "Dana Cohen", "Dana", "import", Gender.Female, "+972501234567"), context.Customer);
        Assert.Equal(new JobProfile(new JobId(6), 7, "Customer"), context.Job);
        Assert.Equal((Id, CallDirection.Outbound, ContextSource.Database), (context.CallId, context.Direction, context.Source));
        Assert.Equal("2026-03-01T12:00:00+02:00", context.LastConfirmedSlot);
        Assert.Same(found.Business, context.Business);
    }

    [Fact]
    public void Nobody_known_is_a_customer_without_a_name()
    {
        var context = ContextResolver.Resolve(Id, new CallStart(CallDirection.Inbound, "anonymous", "+97235550100"), OnlyBusiness);
        Assert.Equal(new CustomerProfile(null, null, null, null, null, null), context.Customer);
        Assert.Null(context.Job);
    }

    [Fact]
    public void A_call_without_a_business_has_no_context() =>
        Assert.Throws<ArgumentException>(() => ContextResolver.Resolve(Id, new CallStart(CallDirection.Inbound, "", ""), Nothing));
}
