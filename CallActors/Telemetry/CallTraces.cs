using System.Diagnostics;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;

namespace CallActors.Telemetry;

/// <summary>
/// The one source of activities, by whose name it is listened to: what a call's event waited for, and which statement was sent for which calls. Where nobody
/// listens nothing is made. A statement is many calls': it is nobody's child, and names them.
/// </summary>
public static class CallTraces
{
    public const string Name = "CallActors";

    /// <summary>So many calls a statement's activity names; all are counted.</summary>
    public const int MostCallsNamed = 128;

    private static readonly ActivitySource Source = new(Name, CallMeter.Version);

    /// <summary>What an event that comes now is told within: what its sender says, else what the process is at.</summary>
    /// <param name="traceParent">W3C's <c>traceparent</c>, as CloudEvents' Distributed Tracing extension has it. One that is malformed is none.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Null: nobody listens.</returns>
    public static TraceOrigin? OriginOf(string? traceParent, TimeProvider time)
    {
        if (!Source.HasListeners()) return null;
        return new TraceOrigin(
            ActivityContext.TryParse(traceParent, null, isRemote: true, out var told) ? told : Activity.Current?.Context ?? default, time.GetUtcNow());
    }

    /// <summary>An event on its way to its call, until it is answered.</summary>
    /// <param name="told">The event.</param>
    /// <param name="origin">Where it came from, and when.</param>
    /// <returns>Null, or one that wants no data: this one is not sampled.</returns>
    public static Activity? Event(CallEvent told, TraceOrigin origin)
    {
        KeyValuePair<string, object?>[] tags =
        [
            new("cloudevents.event_type", told.Type), new("cloudevents.event_id", told.Header.Key.Id), new("cloudevents.event_source", told.Header.Key.Source),
            new("cloudevents.event_subject", told.CallId.ToString()),
        ];

        // Whose turn it is may be found out within another request: that is not its parent.
        Activity.Current = null;
        return Source.StartActivity($"process {told.Type}", ActivityKind.Consumer, origin.Parent, tags, null, origin.Since);
    }

    /// <summary>How an event was answered.</summary>
    public static void Answered(this Activity? activity, CallReply reply)
    {
        if (activity is not { IsAllDataRequested: true }) return;
        activity.SetTag("callactors.outcome", reply.Outcome.ToString().ToLowerInvariant());
        if (reply.Problem is not { } problem) return;
        activity.SetTag("error.type", problem.Type.Name);
        if (problem.Type.Status >= 500) activity.SetStatus(ActivityStatusCode.Error, problem.Detail);
    }

    /// <summary>What is asked of a database for several calls at once.</summary>
    /// <param name="what">A verb and its object, such as <c>load contexts</c>.</param>
    /// <param name="asked">What is asked, one of each call.</param>
    /// <param name="callOf">Whose one is.</param>
    /// <param name="ask">Asks it. A failure is the activity's, and goes on.</param>
    public static Task<T> Together<TAsked, T>(string what, IReadOnlyCollection<TAsked> asked, Func<TAsked, CallId> callOf, Func<Task<T>> ask) =>
        Source.HasListeners()
            ? Within(
                what,
                activity =>
                    activity.SetTag("callactors.calls", asked.Count)
                    .SetTag("callactors.call_ids", asked.Take(MostCallsNamed).Select(one => callOf(one).ToString()).ToArray()),
                ask)
            : ask();

    /// <summary>What is appended to a partition's log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="rows">How many rows of the journal it is.</param>
    /// <param name="append">Appends it. A failure is the activity's, and goes on.</param>
    public static Task Appended(string log, int rows, Func<Task> append) =>
        Source.HasListeners()
            ? Within(
                "append to log",
                activity => activity.SetTag("callactors.log", log).SetTag("callactors.rows", rows),
                async () =>
                {
                    await append();
                    return true;
                })
            : append();

    private static async Task<T> Within<T>(string what, Action<Activity> tell, Func<Task<T>> work)
    {
        Activity.Current = null;
        using var activity = Source.StartActivity(what, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true }) tell(activity);
        try
        {
            return await work();
        }
        catch (Exception failure)
        {
            // Its words may have a caller's in them: a database tells what it would not have.
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
            throw;
        }
    }
}

/// <summary>Where an event came from.</summary>
/// <param name="Parent">What it is told within; none: it is a trace of its own.</param>
/// <param name="Since">When it was taken; it may have to stand in line after that.</param>
public sealed record TraceOrigin(ActivityContext Parent, DateTimeOffset Since);
