using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Tests.Domain;

/// <summary>What a load may have found, for the pure specs.</summary>
internal static class FoundCalls
{
    public static readonly LoadedCall Nothing = new(null, null, null, null, null, null, null, null, null);

    public static readonly LoadedCall OnlyBusiness = Nothing with { Business = new BusinessProfile(new BusinessId(1), "Salon", "+97235550100") };

    public static LeadRow Lead(long id, string? name = null, string? first = null, string? last = null, string? source = null, Gender? gender = null) =>
        new(new LeadId(id), first, last, name, source, gender);

    public static CallRow Call(string? customerName = null, string? status = null) => new(new CallLogId(5), null, status, customerName);

    public static JobRow Job(string? leadName = null, string? status = "calling") => new(new JobId(6), 7, leadName, status);
}
