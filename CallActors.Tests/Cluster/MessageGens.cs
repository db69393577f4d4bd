using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Tests.Domain;
using CsCheck;
using static CallActors.Messages.AdmissionMessages;
using static CallActors.Messages.CalendarMessages;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.CallEvents;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;
using static CallActors.Messages.NodeMessages;
using static CallActors.Messages.PartitionMessages;
using static CallActors.Tests.Cluster.WireGens;

namespace CallActors.Tests.Cluster;

/// <summary>Messages of every kind that crosses nodes.</summary>
internal static class MessageGens
{
    /// <param name="actors">Whom the messages may name.</param>
    public static ImmutableArray<Gen<object>> Naming(IActorRef[] actors)
    {
        var actor = Gen.OneOf(actors);
        return
        [
            .. Events, .. Calls, .. Partitions, .. Nodes,
            Gen.Select(Gen.Int, Businesses, Gen.Select(CallIds, Gen.Null(actor)).Select((id, session) => new HeldCall(id, session)).Array[0, 5],
                CallIds.Array[0, 4])
                .Select((partition, business, calls, loading) =>
                    (object)new CallsOfBusiness(partition, business, [.. calls], [.. loading]) { Number = partition }),
            Gen.Select(Businesses, CallIds, actor, Gen.Bool).Select((business, id, session, held) => (object)new AdmitToBusiness(business, id, session, held)),
            Gen.Select(Gen.Select(Businesses, CallIds, actor), Slots.Array[0, 3], Gen.Nullable(Slots), Gen.Select(Gen.Bool, Gen.Bool, Gen.Int), Gen.Null(Known))
                .Select((ids, holds, wanted, words, known) => (object)new HoldSlots(ids.Item1, ids.Item2, ids.Item3, [.. holds])
                {
                    Wanted = wanted,
                    AsksWhatIsTaken = words.Item1,
                    IsCommitted = words.Item2,
                    Attempt = words.Item3,
                    Known = known,
                }),
            Gen.Select(Gen.Int, Businesses, Moment, Gen.Select(CallIds, Gen.Null(actor), Slots.Array[0, 3]).Array[0, 5])
                .Select((partition, business, at, calls) =>
                (object)new SlotsOfBusiness(
                    partition, business, at, [.. calls.Select(call => new SlotsOfCall(new HeldCall(call.Item1, call.Item2), [.. call.Item3]))])),
        ];
    }

    private static readonly Gen<BusyTimes> Busy = Gen.Select(Gen.Int[0, 50_000_000], Gen.Int[0, 50_000_000]).Array[0, 20]
        .Select(pairs => BusyTimes.FromMinutes(pairs.AsSpan()));

    private static readonly Gen<KnownBusy> Known = Gen.Select(Busy, Time).Select((times, at) => new KnownBusy(times, at));

    private static readonly Gen<CalendarMoment> Moment = Gen.Select(Gen.Guid, Gen.Long).Select((life, number) => new CalendarMoment(life, number));

    private static readonly Gen<object>[] Events =
    [
        Gen.Select(Header, Start).Select((header, start) => (object)new Started(header, start)),
        Gen.Select(Header, Start, Gen.Int[1, int.MaxValue])
            .Select((header, start, limit) => (object)new Started(header, start) { Limits = new ClientLimits(limit, limit / 2) }),
        Header.Select(header => (object)new Ringing(header)),
        Header.Select(header => (object)new Answered(header)),
        Gen.Select(Header, Gen.Enum<GreetingOutcome>()).Select((header, outcome) => (object)new GreetingFinished(header, outcome)),
        Gen.Select(Header, Text, MaybeText, Gen.Nullable(Gen.Double.Special))
            .Select((header, first, last, confidence) => (object)new NameDetected(header, first, last, confidence)),
        Gen.Select(Header, Gen.Enum<Gender>()).Select((header, gender) => (object)new GenderDetected(header, gender)),
        Gen.Select(Header, Slots, MaybeText).Select((header, slot, title) => (object)new AppointmentRequested(header, slot, title)),
        Gen.Select(Header, Slots, MaybeText.Array[4])
            .Select((header, slot, texts) => (object)new AppointmentConfirmed(header, slot, texts[0], texts[1], texts[2], texts[3])),
        Gen.Select(Header, Time).Select((header, start) => (object)new AppointmentCancelled(header, start)),
        Gen.Select(Header, MaybeText.Array[3]).Select((header, texts) => (object)new Noted(header, texts[0], texts[1], texts[2])),
        Header.Select(header => (object)new Heartbeat(header)),
        Gen.Select(Header, Gen.Enum<CallStatus>(), Gen.Nullable(Gen.Int), MaybeText)
            .Select((header, status, seconds, reason) => (object)new Ended(header, status, seconds, reason)),
    ];

    private static readonly Gen<StatementCost> Cost =
        Gen.Select(Gen.Int, Gen.TimeSpan, Gen.Int).Select((statements, duration, shared) => new StatementCost(statements, duration, shared));

    private static readonly Gen<CallReply> Reply =
        from callId in CallIds
        from eventId in MaybeText
        from outcome in Gen.Enum<CallOutcome>()
        from state in Gen.Nullable(Gen.Enum<CallPhase>())
        from stashed in Gen.Int
        from context in Gen.Null(ContextOf(callId))
        from slot in Gen.Null(Gen.Select(Time, MaybeTime, Text).Select((start, end, word) => new SlotReply(start, end, word)))
        from problem in Gen.Null(Problems)
        from snapshot in Gen.Null(Gen.Int.Array[4].Select(counts => new SnapshotReply(counts[0], counts[1], counts[2], counts[3])))
        select new CallReply(callId, eventId, outcome, state, stashed, context, slot, problem) { Snapshot = snapshot };

    private static readonly Gen<CallView> View =
        from script in CallScripts.Script
        from context in Gen.Null(ContextOf(CallScripts.Id))
        from costs in Cost.Array[3]
        select new CallView(After(script) with { Context = context }, new DatabaseCost(costs[0], costs[1], costs[2]));

    private static readonly Gen<object>[] Calls =
    [
        Gen.Select(CallIds, MaybeText).Select((id, reason) => (object)new EndCall(id, reason)),
        Gen.Select(CallIds, Text, Time, Text).Select((id, source, at, origin) => (object)new LoseCall(id, source, at, origin)),
        CallIds.Select(id => (object)new ReloadContext(id)),
        CallIds.Select(id => (object)new FlushNow(id)),
        CallIds.Select(id => (object)new GetCall(id)),
        CallIds.Select(id => (object)new CallUnknown(id)),
        Gen.Select(CallIds, Text).Select((id, reason) => (object)new CallUnreadable(id, reason)),
        Reply.Select(reply => (object)reply),
        View.Select(view => (object)view),
    ];

    private static readonly Gen<CallSummary> Summary =
        from callId in CallIds
        from state in Gen.Enum<CallPhase>()
        from direction in Gen.Enum<CallDirection>()
        from numbers in Gen.Select(Text, Text)
        from started in Time
        from business in Gen.Nullable(Businesses)
        from flushing in MaybeTime
        from source in MaybeText
        from last in Time
        from status in Gen.Nullable(Gen.Enum<CallStatus>())
        select new CallSummary(
            callId, state, direction, numbers.Item1, numbers.Item2, started, business, flushing)
        { Source = source, LastEventAt = last, Status = status };

    private static readonly Gen<object>[] Partitions =
    [
        Gen.Int.Select(partition => (object)new WakePartition(partition)),
        Gen.Int.Select(partition => (object)new CountPartition(partition)),
        Gen.Select(Gen.Int, Businesses).Select((partition, business) => (object)new FindCallsOfBusiness(partition, business) { Number = (long)partition << 8 }),
        Gen.Select(Gen.Int, Businesses, Moment, CallIds.Array[0, 3]).Select((partition, business, at, calls) =>
            (object)new FindSlotsOfBusiness(partition, business, at) { Calls = [.. calls] }),
        Gen.Select(CallIds, Gen.Int, Moment, Gen.Bool, Busy)
            .Select((id, attempt, at, reserved, taken) => (object)new SlotAnswered(id, attempt, at, reserved, taken)),
        Gen.Select(Gen.Int, Gen.Nullable(Gen.Enum<CallPhase>()), Gen.Nullable(Businesses), Gen.Int, MaybeText, MaybeText)
            .Select((partition, state, business, limit, after, source) =>
                (object)new ListPartition(partition, new ListCalls(state, business, limit, after) { Source = source })),
        Gen.Select(Summary.Array[0, 5], Gen.Bool, Gen.Bool).Select((calls, more, partial) => (object)new CallPage([.. calls], more) { IsPartial = partial }),
        Gen.Select(Gen.Int, Text, Time).Select((partition, source, at) => (object)new HearPartition(partition, new HearGateway(source, at))),
        Gen.Const((object)GatewayHeard.Instance),
        Gen.Select(Gen.Enum<CallPhase>().ArrayUnique[0, 4], Gen.Int, MaybeTime).Select((states, calls, oldest) =>
            (object)new CallCounts(states.ToImmutableDictionary(state => state, state => calls + (int)state), oldest)),
    ];

    private static readonly Gen<NodeFigures> Figures =
        from node in Text
        from counts in Gen.Long.Array[4]
        from database in Gen.Select(Gen.Long, Gen.Double).Select((statements, time) => new PhaseFigures(statements, time)).Array[0, 3]
        from reasons in MaybeText.Array[2]
        from partitions in Gen.Int.Array[0, 64]
        from draining in Gen.Bool
        select new NodeFigures(node)
        {
            Applied = counts[0],
            Duplicate = counts[1],
            Refused = counts[2],
            LiveRefusals = counts[3],
            Database = [.. database],
            DatabaseReason = reasons[0],
            JournalReason = reasons[1],
            Partitions = [.. partitions],
            IsDraining = draining,
        };

    private static readonly Gen<object>[] Nodes =
    [
        Gen.Const((object)GetNodeFigures.Instance),
        Figures.Select(figures => (object)figures),
        Businesses.Select(business => (object)new AdmittedToBusiness(business)),
        Gen.Select(Businesses, CallIds).Select((business, id) => (object)new ReleaseFromBusiness(business, id)),
        Gen.Select(Businesses, Problems).Select((business, problem) => (object)new NotAdmittedToBusiness(business, problem)),
    ];

    private static Call After(CallEvent[] script)
    {
        var run = new CallScripts.Run();
        foreach (var told in script) run.Tell(told);
        return run.Call;
    }
}
