using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>Makes a call's context of what the load found.</summary>
public static class ContextResolver
{
    /// <summary>The context of a call whose business is known.</summary>
    /// <exception cref="ArgumentException">There is no business for this call: it is to be rejected, not resolved.</exception>
    public static CallContext Resolve(CallId callId, CallStart start, LoadedCall found)
    {
        var business = found.Business ?? throw new ArgumentException("No business was found for this call.", nameof(found));
        var lead = CustomerResolver.LeadOf(found);
        var name = CustomerResolver.NameOf(found);
        var firstName = CustomerName.FirstNameOf(name?.Text);
        return new CallContext(
            callId,
            start.Direction,
            business,
            new CustomerProfile(lead?.Id, name?.Text, firstName, name?.Source, lead?.Gender, start.CustomerPhone),
            found.Job is { } job ? new JobProfile(job.Id, job.RunId, job.LeadName) : null,
            Greeting.Render(business.GreetingMessage, firstName, business.Name),
            found.LastConfirmedSlot,
            ContextSource.Database);
    }

    /// <summary>The context with another customer, who is greeted by their own name.</summary>
    public static CallContext WithCustomer(CallContext context, CustomerProfile customer) => context with
    {
        Customer = customer,
        Greeting = Greeting.Render(context.Business.GreetingMessage, customer.FirstName, context.Business.Name),
    };
}
