using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Telemetry;
using CallActors.Tests.Actors;
using Xunit.Abstractions;

namespace CallActors.Tests;

public sealed class CallServiceSpecs(ITestOutputHelper output) : TestKit(SessionMailbox.Hocon, output: output)
{
    [Fact]
    public async Task A_drain_that_is_cut_short_says_how_many_calls_are_not_written()
    {
        var crm = new ScriptedCrm();
        var options = new CallActorsOptions
        {
            Journal = new JournalOptions { Durability = Durability.Memory, Partitions = 2 },
            Timeouts = CallTimeouts.Default with { Load = TimeSpan.FromMilliseconds(50) },
        };
        var parts = new NodeParts(
            new CallCounters(), new CrmAvailability(), new JournalAvailability(), () => true, null, (_, _) => { }, null, TimeProvider.System);
        var service = new CallService(CallTree.Start(Sys, crm, options, parts), options, parts.Counters, parts.Availability, parts.Journals);
        foreach (var id in (string[])["CA-1", "CA-2"]) Assert.Equal(CallOutcome.Applied, (await service.SendAsync(Started(id))).Outcome);

        using var cut = new CancellationTokenSource();
        var drained = service.DrainAsync(TimeSpan.FromMinutes(1), cut.Token);
        crm.NextCommit();
        await cut.CancelAsync();
        Assert.Equal(2, await drained);
    }

    private static CallEvents.Started Started(string id)
    {
        var call = CallId.Parse(id);
        return new CallEvents.Started(
            new EventHeader(new EventKey("/gw", id), call, TimeProvider.System.GetUtcNow(), null),
            new CallStart(CallDirection.Inbound, "+15550100", "+15550199"));
    }
}
