using CallActors.Host.Verbs;
using CallActors.Storage;
using CallActors.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallActors.Tests.Host;

public class CrmLookSpecs
{
    private readonly FakeTimeProvider _time = new();
    private readonly CrmAvailability _availability = new();
    private Func<CancellationToken, Task> _reach = _ => Task.CompletedTask;
    private readonly CrmLook _look;
    private int _knocks;

    public CrmLookSpecs() => _look = new CrmLook(
        cancel =>
        {
            _knocks++;
            return _reach(cancel);
        },
        _availability, _time, NullLogger<CrmLook>.Instance);

    private Task LookLater()
    {
        _time.Advance(CrmLook.Fresh);
        return _look.LookAsync(CancellationToken.None);
    }

    [Fact]
    public async Task It_knocks_once_in_a_while_and_not_at_what_is_away_already()
    {
        await _look.LookAsync(CancellationToken.None);
        Assert.Equal(0, _knocks);
        await LookLater();
        await _look.LookAsync(CancellationToken.None);
        Assert.Equal((1, true), (_knocks, _availability.IsAvailable));
        _availability.Failed(CrmUse.Writing, "no room");
        await LookLater();
        Assert.Equal(1, _knocks);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_away_and_one_that_has_no_connection_left_is_not()
    {
        _reach = _ => throw new CrmException(CrmFault.Away, "too many", "53300");
        await LookLater();
        Assert.True(_availability.IsAvailable);
        _reach = _ =>
        {
            _availability.Answered(CrmUse.Reading);
            throw new CrmException(CrmFault.Away, "late");
        };
        await LookLater();
        Assert.True(_availability.IsAvailable);
        _reach = _ => throw new CrmException(CrmFault.Away, "refused");
        await LookLater();
        Assert.False(_availability.CanBeRead);
    }

    [Fact]
    public async Task Who_asks_does_not_wait_for_a_server_that_says_nothing_and_hears_of_it_later()
    {
        _reach = cancel => Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        var asked = LookLater();
        _time.Advance(CrmLook.Longest);
        await asked;
        Assert.True(_availability.IsAvailable);
        _time.Advance(CrmLook.Patience);
        Assert.True(SpinWait.SpinUntil(() => !_availability.IsAvailable, TimeSpan.FromSeconds(30)));
        Assert.Equal(1, _knocks);
    }
}
