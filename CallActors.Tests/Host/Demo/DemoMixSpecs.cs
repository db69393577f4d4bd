using System.Text.Json;
using CallActors.Host.Verbs.Demo;

namespace CallActors.Tests.Host.Demo;

public sealed class DemoMixSpecs
{
    [Fact]
    public async Task One_seed_gives_one_list_of_calls_and_another_seed_another()
    {
        await using var demo = await DemoCalls.OpenAsync(100);
        Assert.Equal(JsonSerializer.Serialize(demo.Plan(100)), JsonSerializer.Serialize(demo.Plan(100)));
        Assert.NotEqual(JsonSerializer.Serialize(demo.Plan(100)), JsonSerializer.Serialize(demo.Plan(100, seed: 2)));
    }

    [Fact]
    public async Task Twenty_calls_have_every_kind_and_one_operator_who_tries_a_reload()
    {
        await using var demo = await DemoCalls.OpenAsync(20);
        var calls = demo.Plan(20);
        Assert.Equal(Enum.GetValues<CallKind>(), calls.Select(call => call.Kind).Distinct().Order());
        Assert.Single(calls, call => call.TriesReload);
        Assert.Contains(calls, call => call.Repeats is not null);
    }

    [Fact]
    public async Task No_two_calls_ask_for_one_slot_or_belong_to_one_job()
    {
        await using var demo = await DemoCalls.OpenAsync(500);
        var calls = demo.Plan(500);
        var wishes = calls.Where(call => call.Wish is not null).Select(call => (call.Business.Id, call.Wish!.Value.Start.UtcDateTime)).ToList();
        Assert.Equal(100, wishes.Distinct().Count());
        Assert.DoesNotContain(wishes, wish => wishes.Any(other => other.Id == wish.Id && (other.UtcDateTime - wish.UtcDateTime).TotalMinutes is 10));
        var jobs = calls.Where(call => call.JobId is not null).Select(call => call.JobId).ToList();
        Assert.Equal(jobs.Count, jobs.Distinct().Count());
    }

    [Fact]
    public async Task Some_new_callers_ring_twice()
    {
        await using var demo = await DemoCalls.OpenAsync(200);
        Assert.Contains(demo.Plan(200).Where(call => call.IsNewCaller).GroupBy(call => call.CustomerPhone), calls => calls.Count() > 1);
    }
}
