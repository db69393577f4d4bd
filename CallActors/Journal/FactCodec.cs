using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal.Wire;
using CallActors.Messages;

namespace CallActors.Journal;

/// <summary>The facts of calls as they stand in the log, and back.</summary>
internal static class FactCodec
{
    /// <summary>One step of a call as it is written.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="number">Counts the entries of this call.</param>
    /// <param name="facts">What became true of it.</param>
    /// <param name="closed">The call is over and committed.</param>
    /// <param name="book">The businesses of this log.</param>
    /// <param name="toWrite">Gets what must be written before this entry.</param>
    /// <exception cref="ArgumentException">A fact speaks of another call.</exception>
    public static CallEntry ToWire(CallId callId, long number, IReadOnlyList<CallFact> facts, bool closed, BusinessBook book, List<BusinessEntry> toWrite)
    {
        var entry = new CallEntry { CallId = callId.Value, Number = checked((ulong)number), Closed = closed };
        foreach (var fact in facts) entry.Facts.Add(ToWire(callId, fact, book, toWrite));
        return entry;
    }

    /// <summary>The facts of an entry, in order.</summary>
    /// <exception cref="InvalidDataException">The log has something this version does not know.</exception>
    /// <exception cref="InvalidOperationException">It refers to a business that stands nowhere before it.</exception>
    public static ImmutableArray<CallFact> FromWire(CallEntry entry, BusinessBook book)
    {
        var callId = CallIdOf(entry);
        return [.. entry.Facts.Select(fact => FromWire(callId, fact, book))];
    }

    /// <exception cref="InvalidDataException">The entry is of no call.</exception>
    public static CallId CallIdOf(CallEntry entry) =>
        CallId.TryParse(entry.CallId, out var callId) ? callId : throw new InvalidDataException("The log has an entry without a call id.");

    /// <summary>Whether the log holds all businesses an entry refers to.</summary>
    public static bool IsWhole(CallEntry entry, BusinessBook book) =>
        entry.Facts.All(fact => (fact.ContextGiven?.Context ?? fact.Restored?.Context) is not { } context || book.Holds(context.Business));

    private static Fact ToWire(CallId callId, CallFact fact, BusinessBook book, List<BusinessEntry> toWrite) => fact switch
    {
        CallFact.Opened opened => new() { Opened = ToWire(callId, opened) },
        CallFact.Heard heard => new() { Heard = ToWire(heard) },
        CallFact.ContextGiven given => new()
        {
            ContextGiven = new() { Context = ToWire(callId, given.Context, book, toWrite), At = given.At.ToWire() },
        },
        CallFact.StatusAdvanced advanced => new() { StatusAdvanced = ToWire(advanced) },
        CallFact.WentLive live => new() { WentLive = new() { Cause = live.Cause, At = live.At.ToWire() } },
        CallFact.Stashed stashed => new() { Stashed = IntentCodec.ToWire(stashed.Intent, stashed.Sequence) },
        CallFact.Ended ended => new() { Ended = ToWire(ended) },
        CallFact.Restored restored => new()
        {
            Restored = StateCodec.ToWire(
                Of(callId, restored.State.Id, restored.State),
                restored.State.Context is { } context ? ToWire(callId, context, book, toWrite) : null),
        },
        _ => throw new InvalidOperationException($"The log has no form for the fact {fact.GetType().Name}."),
    };

    private static CallFact FromWire(CallId callId, Fact fact, BusinessBook book) => fact.KindCase switch
    {
        Fact.KindOneofCase.Opened => new CallFact.Opened(
            callId, ContextCodec.FromWire(fact.Opened.Start), fact.Opened.At.FromWire(), fact.Opened.HeardAt.FromWire())
        {
            Source = fact.Opened.HasSource ? fact.Opened.Source : null,
        },
        Fact.KindOneofCase.Heard => FromWire(fact.Heard),
        Fact.KindOneofCase.ContextGiven => new CallFact.ContextGiven(
            ContextCodec.FromWire(fact.ContextGiven.Context, callId, book), fact.ContextGiven.At.FromWire()),
        Fact.KindOneofCase.StatusAdvanced => new CallFact.StatusAdvanced(
            WireEnums.Status.Read(fact.StatusAdvanced.Status), fact.StatusAdvanced.At.FromWire(), fact.StatusAdvanced.HeardAt.FromWire())
        {
            Sequence = fact.StatusAdvanced.HasSequence ? fact.StatusAdvanced.Sequence.FromWire() : null,
        },
        Fact.KindOneofCase.WentLive => new CallFact.WentLive(fact.WentLive.Cause, fact.WentLive.At.FromWire()),
        Fact.KindOneofCase.Stashed => FromWire(fact.Stashed),
        Fact.KindOneofCase.Ended => FromWire(fact.Ended),
        Fact.KindOneofCase.Restored => new CallFact.Restored(StateCodec.FromWire(fact.Restored, callId, book)),
        _ => throw new InvalidDataException("The log has a fact of a kind this version does not know."),
    };

    private static Wire.Context ToWire(CallId callId, CallContext context, BusinessBook book, List<BusinessEntry> toWrite) =>
        ContextCodec.ToWire(Of(callId, context.CallId, context), book.Refer(context.Business, toWrite));

    private static Opened ToWire(CallId callId, CallFact.Opened opened)
    {
        var wire = new Opened
        {
            Start = ContextCodec.ToWire(Of(callId, opened.CallId, opened.Start)),
            At = opened.At.ToWire(),
            HeardAt = opened.HeardAt.ToWire()
        };
        if (opened.Source is { } source) wire.Source = source;
        return wire;
    }

    private static StatusAdvanced ToWire(CallFact.StatusAdvanced advanced)
    {
        var wire = new StatusAdvanced { Status = WireEnums.Status.Write(advanced.Status), At = advanced.At.ToWire(), HeardAt = advanced.HeardAt.ToWire() };
        if (advanced.Sequence is { } number) wire.Sequence = number.ToWire();
        return wire;
    }

    private static Heard ToWire(CallFact.Heard heard)
    {
        var wire = new Heard { Fingerprint = heard.Fingerprint, Type = heard.Type, At = heard.At.ToWire(), HeardAt = heard.HeardAt.ToWire() };
        if (heard.Note is { } note) wire.Note = note;
        return wire;
    }

    private static CallFact.Heard FromWire(Heard heard) =>
        new(heard.Fingerprint, heard.Type, heard.At.FromWire(), heard.HeardAt.FromWire(), heard.HasNote ? heard.Note : null);

    private static CallFact.Stashed FromWire(Stashed stashed)
    {
        var read = IntentCodec.FromWire(stashed);
        return new CallFact.Stashed(read.Intent, read.Sequence);
    }

    private static Ended ToWire(CallFact.Ended ended)
    {
        var wire = new Ended { Reason = WireEnums.EndReason.Write(ended.Reason), Status = WireEnums.Status.Write(ended.Status), At = ended.At.ToWire() };
        if (ended.Detail is { } detail) wire.Detail = detail;
        if (ended.ReportedSeconds is { } seconds) wire.ReportedSeconds = seconds;
        return wire;
    }

    private static CallFact.Ended FromWire(Ended ended) => new(
        WireEnums.EndReason.Read(ended.Reason),
        ended.HasDetail ? ended.Detail : null,
        WireEnums.Status.Read(ended.Status),
        ended.At.FromWire(),
        ended.HasReportedSeconds ? ended.ReportedSeconds : null);

    /// <summary>The entry names its call once, so that everything in it must speak of that one.</summary>
    private static T Of<T>(CallId callId, CallId told, T part) =>
        callId == told ? part : throw new ArgumentException($"A fact of call {told} is no part of an entry of call {callId}.");
}
