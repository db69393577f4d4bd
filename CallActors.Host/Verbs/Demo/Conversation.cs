using System.Text.Json.Nodes;
using CallActors.Domain;

namespace CallActors.Host.Verbs.Demo;

/// <summary>Makes up how a call goes: its events, each so many seconds after the start.</summary>
internal sealed class Conversation(Random chance)
{
    private readonly List<ScriptedEvent> _events = [];
    private int _second;

    /// <param name="call">Who calls whom.</param>
    /// <param name="slot">A time that can be booked, where the caller wants one.</param>
    public CallScript Write(CallScript call, Slot? slot)
    {
        Add("call.started", 0, Start(call));
        Add("call.ringing", 1);
        if (call.Kind is CallKind.Busy or CallKind.NoAnswer)
        {
            Add("call.ended", call.Kind == CallKind.Busy ? 2 : 25, new JsonObject { ["status"] = call.Status });
            return call with { Events = [.. _events] };
        }

        Add("call.answered", chance.Next(1, 8));
        Add("greeting.finished", chance.Next(3, 7), new JsonObject { ["outcome"] = chance.Next(10) == 0 ? "skipped" : "played" });
        call = Introduce(call);
        if (slot is { } wish) Book(wish);
        if (chance.Next(3) == 0) Add("gateway.heartbeat", 10);
        call = Note(call);
        Add("call.ended", chance.Next(2, 40), new JsonObject { ["status"] = call.Status });
        return call with { Events = [.. _events] };
    }

    private static JsonObject Start(CallScript call)
    {
        var inbound = call.Direction == CallDirection.Inbound;
        var data = new JsonObject
        {
            ["direction"] = inbound ? "inbound" : "outbound",
            ["from"] = inbound ? call.CustomerPhone : call.Business.Phone,
            ["to"] = inbound ? call.Business.Phone : call.CustomerPhone,
        };
        if (call.JobId is { } job) data["jobId"] = job;
        return data;
    }

    private CallScript Introduce(CallScript call)
    {
        if (!call.IsNewCaller && chance.Next(3) > 0) return call;
        var person = Speech.Somebody(call.Business, chance);
        Add("customer.name_detected", chance.Next(4, 12), new JsonObject { ["firstName"] = person.First, ["lastName"] = person.Last, ["confidence"] = 0.93 });
        Add("customer.gender_detected", 1, new JsonObject { ["gender"] = person.Gender });
        return call with { DetectedName = $"{person.First} {person.Last}", DetectedGender = person.Gender };
    }

    /// <summary>Every fourth caller says a time that is not on the grid, and takes the nearest the service offers instead.</summary>
    private void Book(Slot slot)
    {
        var off = chance.Next(4) == 0 ? TimeSpan.FromMinutes(10) : TimeSpan.Zero;
        var wish = new Slot(slot.Start + off, slot.End + off);
        Add("appointment.requested", chance.Next(5, 30), slot: wish);
        Add("appointment.confirmed", chance.Next(3, 10), slot: wish);
    }

    private CallScript Note(CallScript call)
    {
        if (chance.Next(3) == 0) return call;
        var summary = Speech.Summary(call.Business, call.Kind);
        Add("call.noted", 3, new JsonObject { ["summary"] = summary, ["transcription"] = $"{Speech.Opening(call.Business)} … {summary}" });
        return call with { Summary = summary };
    }

    private void Add(string type, int secondsLater, JsonObject? data = null, Slot? slot = null) =>
        _events.Add(new ScriptedEvent(type, _second += secondsLater, data ?? [], slot));
}
