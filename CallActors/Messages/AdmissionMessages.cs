using Akka.Actor;

namespace CallActors.Messages;

/// <summary>What sessions and a business's admission say to each other. In a cluster it crosses nodes.</summary>
public static class AdmissionMessages
{
    /// <summary>Addressed to one business's admission, wherever it lives.</summary>
    public interface IBusinessMessage
    {
        BusinessId BusinessId { get; }
    }

    /// <summary>May this call of the business be held? Answered with <see cref="AdmittedToBusiness"/> or <see cref="NotAdmittedToBusiness"/>.</summary>
    /// <param name="BusinessId">The business.</param>
    /// <param name="CallId">The call.</param>
    /// <param name="Session">Who asks, and is watched.</param>
    /// <param name="IsHeld">It was admitted in an earlier life: it counts, whatever the limit.</param>
    public sealed record AdmitToBusiness(BusinessId BusinessId, CallId CallId, IActorRef Session, bool IsHeld) : IBusinessMessage;

    /// <summary>The call has ended: it counts no longer.</summary>
    public sealed record ReleaseFromBusiness(BusinessId BusinessId, CallId CallId) : IBusinessMessage;

    /// <summary>The call may be held, and counts.</summary>
    public sealed record AdmittedToBusiness(BusinessId BusinessId);

    /// <summary>It may not; the problem says why and when to come again.</summary>
    public sealed record NotAdmittedToBusiness(BusinessId BusinessId, Problem Problem);
}
