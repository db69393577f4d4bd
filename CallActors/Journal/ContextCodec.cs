using CallActors.Domain;
using CallActors.Messages;
using Google.Protobuf;

namespace CallActors.Journal;

/// <summary>
/// What a call starts from: the start as the gateway told it, the context without its business, which the log refers to and a message between nodes carries
/// beside it.
/// </summary>
internal static class ContextCodec
{
    public static Wire.Start ToWire(CallStart start)
    {
        var wire = new Wire.Start { Direction = WireEnums.Direction.Write(start.Direction), From = start.From, To = start.To };
        if (start.BusinessId is { } business) wire.BusinessId = business.Value;
        if (start.LeadId is { } lead) wire.LeadId = lead.Value;
        if (start.JobId is { } job) wire.JobId = job.Value;
        if (start.CallLogId is { } log) wire.CallLogId = log.Value;
        if (start.ParentCallId is { } parent) wire.ParentCallId = parent.Value;
        if (start.Client is { } client) wire.Client = client;
        return wire;
    }

    /// <exception cref="InvalidDataException">It has something this version does not know.</exception>
    public static CallStart FromWire(Wire.Start? start)
    {
        WireValues.Present(start);
        return new CallStart(WireEnums.Direction.Read(start.Direction), start.From, start.To)
        {
            BusinessId = start.HasBusinessId ? new BusinessId(start.BusinessId) : null,
            LeadId = start.HasLeadId ? new LeadId(start.LeadId) : null,
            JobId = start.HasJobId ? new JobId(start.JobId) : null,
            CallLogId = start.HasCallLogId ? new CallLogId(start.CallLogId) : null,
            ParentCallId = start.HasParentCallId ? CallId.Parse(start.ParentCallId) : null,
            Client = start.HasClient ? start.Client : null,
        };
    }

    /// <param name="context">The context.</param>
    /// <param name="business">Where its business stands; empty: beside it.</param>
    public static Wire.Context ToWire(CallContext context, ByteString business)
    {
        var wire = new Wire.Context
        {
            Direction = WireEnums.Direction.Write(context.Direction),
            Business = business,
            Customer = ToWire(context.Customer),
            Greeting = context.Greeting,
            Source = WireEnums.Source.Write(context.Source),
        };
        if (context.Job is { } job) wire.Job = ToWire(job);
        if (context.LastConfirmedSlot is { } slot) wire.LastConfirmedSlot = slot;
        return wire;
    }

    /// <exception cref="InvalidDataException">The log has something this version does not know.</exception>
    /// <exception cref="InvalidOperationException">The book does not hold the business it refers to.</exception>
    public static CallContext FromWire(Wire.Context? context, CallId callId, BusinessBook book)
    {
        WireValues.Present(context);
        return FromWire(context, callId, book.Resolve(context.Business));
    }

    /// <exception cref="InvalidDataException">It has something this version does not know.</exception>
    public static CallContext FromWire(Wire.Context context, CallId callId, BusinessProfile business) => new(
        callId,
        WireEnums.Direction.Read(context.Direction),
        business,
        FromWire(context.Customer),
        context.Job is { } job ? FromWire(job) : null,
        context.Greeting,
        context.HasLastConfirmedSlot ? context.LastConfirmedSlot : null,
        WireEnums.Source.Read(context.Source));

    private static Wire.Customer ToWire(CustomerProfile customer)
    {
        var wire = new Wire.Customer { Gender = WireEnums.Gender.WriteOptional(customer.Gender) };
        if (customer.LeadId is { } lead) wire.LeadId = lead.Value;
        if (customer.Name is { } name) wire.Name = name;
        if (customer.FirstName is { } first) wire.FirstName = first;
        if (customer.NameSource is { } source) wire.NameSource = source;
        if (customer.Phone is { } phone) wire.Phone = phone;
        return wire;
    }

    private static CustomerProfile FromWire(Wire.Customer? customer)
    {
        WireValues.Present(customer);
        return new CustomerProfile(
            customer.HasLeadId ? new LeadId(customer.LeadId) : null,
            customer.HasName ? customer.Name : null,
            customer.HasFirstName ? customer.FirstName : null,
            customer.HasNameSource ? customer.NameSource : null,
            WireEnums.Gender.ReadOptional(customer.Gender),
            customer.HasPhone ? customer.Phone : null);
    }

    private static Wire.Job ToWire(JobProfile job)
    {
        var wire = new Wire.Job { Id = job.Id.Value };
        if (job.RunId is { } run) wire.RunId = run;
        if (job.LeadName is { } lead) wire.LeadName = lead;
        return wire;
    }

    private static JobProfile FromWire(Wire.Job job) => new(new JobId(job.Id), job.HasRunId ? job.RunId : null, job.HasLeadName ? job.LeadName : null);
}
