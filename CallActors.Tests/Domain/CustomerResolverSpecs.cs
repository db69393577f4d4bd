using CallActors.Domain;
using static CallActors.Tests.Domain.FoundCalls;

namespace CallActors.Tests.Domain;

public sealed class CustomerResolverSpecs
{
    private static readonly LoadedCall All = OnlyBusiness with
    {
        Call = Call("Alma"),
        LeadOfEvent = Lead(1, "Bela", source: "import"),
        Job = Job("Carmel"),
        LeadOfCall = Lead(2, "Dana", source: "call_ai"),
        LeadOfPhone = Lead(3, "Ella", source: "user_provided"),
        LeadOfJob = Lead(4, "Fanny"),
    };

    [Fact]
    public void Candidates_are_asked_in_their_order_and_an_unusable_one_is_skipped()
    {
        var found = All;
        Assert.Equal(new KnownName("Alma", "call_log"), CustomerResolver.NameOf(found));
        found = found with { Call = Call("Customer") };
        Assert.Equal(new KnownName("Bela", "import"), CustomerResolver.NameOf(found));
        found = found with { LeadOfEvent = Lead(1, "ללא שם") };
        Assert.Equal(new KnownName("Carmel", "job"), CustomerResolver.NameOf(found));
        found = found with { Job = Job("0501234567") };
        Assert.Equal(new KnownName("Dana", "call_ai"), CustomerResolver.NameOf(found));
        found = found with { LeadOfCall = null };
        Assert.Equal(new KnownName("Ella", "user_provided"), CustomerResolver.NameOf(found));
        found = found with { LeadOfPhone = Lead(3, "  ") };
        Assert.Equal(new KnownName("Fanny", null), CustomerResolver.NameOf(found));
        Assert.Null(CustomerResolver.NameOf(found with { LeadOfJob = null }));
        Assert.Null(CustomerResolver.NameOf(Nothing));
    }

    [Fact]
    public void A_lead_without_a_usable_name_is_called_by_its_first_and_last()
    {
        Assert.Equal("Dana Cohen", CustomerResolver.NameOf(Lead(1, "Customer", " Dana ", "Cohen")));
        Assert.Equal("Cohen", CustomerResolver.NameOf(Lead(1, null, null, "Cohen")));
        Assert.Equal("Whole", CustomerResolver.NameOf(Lead(1, " Whole ", "First", "Last")));
        Assert.Null(CustomerResolver.NameOf(Lead(1)));
    }

    [Fact]
    public void The_lead_is_the_call_rows_else_the_events_else_the_jobs_else_the_phones()
    {
        Assert.Equal(2, CustomerResolver.LeadOf(All)?.Id.Value);
        Assert.Equal(1, CustomerResolver.LeadOf(All with { LeadOfCall = null })?.Id.Value);
        Assert.Equal(4, CustomerResolver.LeadOf(All with { LeadOfCall = null, LeadOfEvent = null })?.Id.Value);
        Assert.Equal(3, CustomerResolver.LeadOf(OnlyBusiness with { LeadOfPhone = All.LeadOfPhone })?.Id.Value);
        Assert.Null(CustomerResolver.LeadOf(OnlyBusiness));
    }
}
