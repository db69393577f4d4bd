using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Domain;

namespace CallActors.Messages;

/// <summary>What sessions and a business's calendar say to each other. In a cluster it crosses nodes.</summary>
public static class CalendarMessages
{
    /// <summary>
    /// A moment in a calendar's life. A later question to a partition has a higher number; another life is another calendar, which knows nothing of this one's
    /// word.
    /// </summary>
    public readonly record struct CalendarMoment(Guid Life, long Number);

    /// <summary>
    /// All that a call holds of the business's time, and what it wants besides. Whole each time, so that one that is lost is made good by the next. Answered
    /// with <see cref="SlotAnswered"/> where something is wanted.
    /// </summary>
    /// <param name="BusinessId">The business.</param>
    /// <param name="CallId">The call.</param>
    /// <param name="Session">Who asks, and is watched.</param>
    /// <param name="Holds">Slots that are this call's.</param>
    public sealed record HoldSlots(BusinessId BusinessId, CallId CallId, IActorRef Session, ImmutableArray<Slot> Holds) : AdmissionMessages.IBusinessMessage
    {
        /// <summary>A slot that is to be this call's, too. It is held from the answer on, until the next message says otherwise.</summary>
        public Slot? Wanted { get; init; }

        /// <summary>What is taken is asked for, and nothing wanted.</summary>
        public bool AsksWhatIsTaken { get; init; }

        /// <summary>Somebody waits for an answer.</summary>
        public bool Asks => Wanted is { } || AsksWhatIsTaken;

        /// <summary>Named again in the answer.</summary>
        public int Attempt { get; init; }

        /// <summary>The business's appointments in the CRM, as the asking node knows them.</summary>
        public KnownBusy? Known { get; init; }

        /// <summary>The call is over and committed: what it held are appointments now.</summary>
        public bool IsCommitted { get; init; }
    }

    /// <param name="CallId">The call.</param>
    /// <param name="Attempt">The question it answers.</param>
    /// <param name="At">When it was said: a partition that has been asked since by this calendar, or by one after it, has not told of this slot, and the word
    /// does not hold.</param>
    /// <param name="IsReserved">The slot that was wanted is this call's.</param>
    /// <param name="Taken">Otherwise what is taken, by other calls or in the CRM.</param>
    public sealed record SlotAnswered(CallId CallId, int Attempt, CalendarMoment At, bool IsReserved, BusyTimes Taken);

    /// <summary>
    /// Which slots of this business do calls hold here? Answered with <see cref="SlotsOfBusiness"/> once the log has been read, and not before.
    /// </summary>
    /// <param name="Partition">Which.</param>
    /// <param name="BusinessId">The business.</param>
    /// <param name="At">When it is asked: named again in the answer.</param>
    public sealed record FindSlotsOfBusiness(int Partition, BusinessId BusinessId, CalendarMoment At) : PartitionMessages.IPartitionMessage
    {
        /// <summary>Calls that are known to the calendar: if they are there, the answer names them though they hold nothing.</summary>
        public ImmutableArray<CallId> Calls { get; init; } = [];
    }

    /// <param name="Partition">Whose calls these are.</param>
    /// <param name="BusinessId">The business.</param>
    /// <param name="At">The question it answers.</param>
    /// <param name="Calls">Its calls there that hold a slot, and those that were asked for.</param>
    public sealed record SlotsOfBusiness(int Partition, BusinessId BusinessId, CalendarMoment At, ImmutableArray<SlotsOfCall> Calls)
    {
        /// <summary>The business's appointments in the CRM, as the partition's node knows them.</summary>
        public KnownBusy? Known { get; init; }
    }

    /// <param name="Call">The call.</param>
    /// <param name="Slots">What it holds.</param>
    public sealed record SlotsOfCall(PartitionMessages.HeldCall Call, ImmutableArray<Slot> Slots);
}
