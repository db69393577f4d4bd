using CallActors.Messages;
using static CallActors.Messages.AdmissionMessages;

namespace CallActors.Cluster;

/// <summary>What sessions and a business's admission say to each other, as it crosses nodes.</summary>
internal static class AdmissionCodec
{
    public static readonly WireForm[] Forms =
    [
        WireForm.Of("admit-to-business/1", Wire.AdmitToBusiness.Parser,
            (AdmitToBusiness asked) => new()
            {
                BusinessId = asked.BusinessId.Value,
                CallId = asked.CallId.Value,
                Session = ClusterValues.ToPath(asked.Session),
                IsHeld = asked.IsHeld,
            },
            (wire, system) => new AdmitToBusiness(
                new BusinessId(wire.BusinessId), ClusterValues.ToCallId(wire.CallId), ClusterValues.ToActor(wire.Session, system), wire.IsHeld)),
        WireForm.Of("release-from-business/1", Wire.ReleaseFromBusiness.Parser,
            (ReleaseFromBusiness told) => new() { BusinessId = told.BusinessId.Value, CallId = told.CallId.Value },
            wire => new ReleaseFromBusiness(new BusinessId(wire.BusinessId), ClusterValues.ToCallId(wire.CallId))),
        WireForm.Of("admitted-to-business/1", Wire.AdmittedToBusiness.Parser,
            (AdmittedToBusiness told) => new() { BusinessId = told.BusinessId.Value },
            wire => new AdmittedToBusiness(new BusinessId(wire.BusinessId))),
        WireForm.Of("not-admitted-to-business/1", Wire.NotAdmittedToBusiness.Parser,
            (NotAdmittedToBusiness told) => new() { BusinessId = told.BusinessId.Value, Problem = ProblemCodec.ToWire(told.Problem) },
            wire => new NotAdmittedToBusiness(new BusinessId(wire.BusinessId), ProblemCodec.FromWire(wire.Problem))),
    ];
}
