using CallActors.Host.Api;
using CallActors.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace CallActors.Tests.Host.Api;

public sealed class TraceTroublesSpecs
{
    [Fact]
    public void What_goes_on_is_told_once_a_minute_and_kind_with_a_count()
    {
        var (log, time) = (new LinesOf<TraceTroubles>(), new FakeTimeProvider());
        using var troubles = new TraceTroubles(log, time);
        for (var i = 0; i < 3; i++) troubles.Hear("spec: refused", $"refused {i}\n   at a stack");
        troubles.Hear("spec: dropped", "a batch was refused and dropped");
        time.Advance(TimeSpan.FromMinutes(1));
        troubles.Hear("spec: refused", "refused 3");

        // Another spec's service in this process may have troubles, too.
        Assert.Equal(
            ["refused 0 (0", "a batch was refused and dropped (0", "refused 3 (2"],
            log.Take().Where(told => told.Contains("refused", StringComparison.Ordinal))
                .Select(told => told["Telemetry: ".Length..told.IndexOf(" more of the kind since it was last said)", StringComparison.Ordinal)]));
    }
}
