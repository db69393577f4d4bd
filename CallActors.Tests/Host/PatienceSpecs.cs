using CallActors.Host.Verbs;
using Microsoft.Extensions.Time.Testing;

namespace CallActors.Tests.Host;

public sealed class PatienceSpecs : IDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly Patience _patience;

    public PatienceSpecs() => _patience = new Patience(LongestSilence, Longest, _time, _cancel.Token);

    public void Dispose()
    {
        _patience.Dispose();
        _cancel.Dispose();
    }

    [Fact]
    public void A_database_that_is_silent_is_not_waited_for_any_longer()
    {
        _time.Advance(LongestSilence - TimeSpan.FromMilliseconds(1));
        Assert.False(_patience.Token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_patience.Token.IsCancellationRequested);
    }

    [Fact]
    public void One_that_answers_is_waited_for_but_not_for_ever()
    {
        for (var waited = TimeSpan.Zero; waited < Longest - TimeSpan.FromSeconds(1); waited += TimeSpan.FromSeconds(1))
        {
            Assert.False(_patience.Token.IsCancellationRequested);
            _time.Advance(TimeSpan.FromSeconds(1));
            _patience.Heard();
        }

        Assert.False(_patience.Token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_patience.Token.IsCancellationRequested);
    }

    [Fact]
    public void Who_is_told_to_stop_does_not_wait()
    {
        _cancel.Cancel();
        Assert.True(_patience.Token.IsCancellationRequested);
    }
}
