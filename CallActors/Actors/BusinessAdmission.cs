using Akka.Actor;
using CallActors.Messages;
using static CallActors.Messages.AdmissionMessages;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Actors;

/// <summary>
/// Holds one business's limits, for all nodes together. It counts calls that are held, learned from the partitions that hold them and from the sessions that
/// it watches; there is no number that could leak. Where it is begun anew it asks all partitions first, and admits nobody before they have answered.
/// </summary>
internal sealed class BusinessAdmission : UntypedActor, IWithTimers, IWithStash
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    private readonly BusinessId _business;
    private readonly CallLimits _limits;
    private readonly StartRates<BusinessId> _starts = new();
    private readonly IActorRef _partitions;
    private readonly BusinessCalls _calls;

    private sealed record AskPartitions : INoSerializationVerificationNeeded
    {
        public static readonly AskPartitions Instance = new();
    }

    /// <param name="business">The business.</param>
    /// <param name="limits">How many calls it may have, and start.</param>
    /// <param name="calls">The way to the partitions.</param>
    /// <param name="partitions">How many there are.</param>
    public BusinessAdmission(BusinessId business, CallLimits limits, IActorRef calls, int partitions)
    {
        _business = business;
        _limits = limits;
        _partitions = calls;
        _calls = new BusinessCalls(partitions);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    protected override void PreStart() => Ask();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AdmitToBusiness { IsHeld: true } again: Hold(again.CallId, again.Session); break;
            case AdmitToBusiness when !_calls.IsKnown: Stash.Stash(); break;
            case AdmitToBusiness admit: Consider(admit); break;
            case ReleaseFromBusiness release:
                if (_calls.Release(release.CallId) is { } session) Context.Unwatch(session);
                break;
            case Terminated gone:
                if (_calls.Lost(gone.ActorRef) is { } partition) Ask(partition);
                break;
            case CallsOfBusiness answer: OnAnswer(answer); break;
            case AskPartitions: Ask(); break;
            default: Unhandled(message); break;
        }
    }

    private void Consider(AdmitToBusiness admit)
    {
        if (!_calls.Contains(admit.CallId) && RefusalOf() is { } problem)
        {
            admit.Session.Tell(new NotAdmittedToBusiness(_business, problem));
            return;
        }

        Hold(admit.CallId, admit.Session);
        admit.Session.Tell(new AdmittedToBusiness(_business));
    }

    private Problem? RefusalOf()
    {
        if (_calls.Count >= _limits.PerBusiness)
            return new Problem(ProblemType.TooManyCalls,
                $"Business {_business.Value} holds {_calls.Count} calls, which is its limit.")
            { RetryAfter = AdmissionActor.RetryAfter };
        return _limits.StartsPerSecondPerBusiness is { } rate && _starts.Wait(_business, rate) is { } wait
            ? new Problem(ProblemType.TooManyCalls, $"{rate} calls of business {_business.Value} may be started a second.") { RetryAfter = wait }
            : null;
    }

    private void Hold(CallId call, IActorRef session)
    {
        if (_calls.Hold(call, session, out var before)) Context.Watch(session);
        if (before is { }) Context.Unwatch(before);
    }

    private void Ask()
    {
        foreach (var partition in _calls.InDoubt) Ask(partition);
    }

    private void Ask(int partition)
    {
        _partitions.Tell(new FindCallsOfBusiness(partition, _business) { Number = _calls.Asked(partition) });
        if (!Timers.IsTimerActive(AskPartitions.Instance)) Timers.StartSingleTimer(AskPartitions.Instance, AskPartitions.Instance, AskAgain);
    }

    private void OnAnswer(CallsOfBusiness answer)
    {
        var wasKnown = _calls.IsKnown;
        var follows = _calls.Answered(answer);
        foreach (var session in follows.Watch) Context.Watch(session);
        foreach (var session in follows.Unwatch) Context.Unwatch(session);
        if (_calls.IsKnown && !wasKnown) Stash.UnstashAll();
    }
}

/// <summary>The businesses of one machine: what a shard region is to a cluster.</summary>
internal sealed class Businesses : UntypedActor
{
    private readonly Dictionary<BusinessId, IActorRef> _admissions = [];
    private readonly Func<BusinessId, Props> _props;

    public Businesses(Func<BusinessId, Props> props) => _props = props;

    protected override void OnReceive(object message)
    {
        if (message is not IBusinessMessage about)
        {
            Unhandled(message);
            return;
        }

        if (!_admissions.TryGetValue(about.BusinessId, out var admission))
            _admissions[about.BusinessId] = admission = Context.ActorOf(_props(about.BusinessId));
        admission.Forward(message);
    }
}
