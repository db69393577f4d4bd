using CallActors.Actors;
using CallActors.Messages;

namespace CallActors.Tests.Actors;

public sealed class AlarmQueueSpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<CallId, CallCell> _held = [];
    private readonly AlarmQueue _alarms;

    public AlarmQueueSpecs() => _alarms = new AlarmQueue(call => _held.GetValueOrDefault(call));

    [Fact]
    public void A_call_has_one_alarm_and_it_is_the_earliest()
    {
        var (one, other) = (Hold("one"), Hold("other"));
        Assert.True(_alarms.Set(one, Noon.AddSeconds(10)));
        Assert.False(_alarms.Set(one, Noon.AddSeconds(10)));
        Assert.False(_alarms.Set(one, Noon.AddSeconds(20)));
        Assert.True(_alarms.Set(other, Noon.AddSeconds(5)));
        Assert.True(_alarms.Set(one, Noon.AddSeconds(2)));
        Assert.Equal(Noon.AddSeconds(2), _alarms.Next);
        Assert.Equal(["one", "other"], Ring(Noon.AddSeconds(30)));
        Assert.Equal(0, _alarms.Count);
    }

    [Fact]
    public void An_alarm_that_is_set_again_for_the_time_of_one_that_was_overtaken_rings_once()
    {
        var call = Hold("one");
        _alarms.Set(call, Noon.AddSeconds(10));
        _alarms.Set(call, Noon.AddSeconds(2));
        Assert.Equal(["one"], Ring(Noon.AddSeconds(2)));
        Assert.Empty(Ring(Noon.AddSeconds(9)));
        _alarms.Set(call, Noon.AddSeconds(10));
        Assert.Equal(["one"], Ring(Noon.AddSeconds(10)));
    }

    [Fact]
    public void What_calls_leave_behind_that_are_gone_does_not_pile_up()
    {
        var stays = Enumerable.Range(0, 100).Select(i => Hold($"stays-{i}")).ToArray();
        foreach (var call in stays) _alarms.Set(call, Noon.AddHours(4));
        for (var i = 0; i < 100_000; i++)
        {
            var brief = Hold($"brief-{i}");
            Assert.True(_alarms.Set(brief, Noon.AddHours(4)));
            _held.Remove(brief);
        }

        Assert.InRange(_alarms.Count, stays.Length, AlarmQueue.Spare + 1);
        Assert.Equal(stays.Length, Ring(Noon.AddHours(4)).Count);
    }

    private CallId Hold(string id)
    {
        var call = CallId.Parse(id);
        _held.Add(call, new CallCell(call));
        return call;
    }

    private List<string> Ring(DateTimeOffset now)
    {
        var rang = new List<string>();
        while (_alarms.TryRing(now, out var call)) rang.Add(call.Id.Value);
        return rang;
    }
}
