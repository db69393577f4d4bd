using System.Collections.Immutable;
using CallActors.Cluster;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Api;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Host.Dashboard;

/// <summary>The dashboard in a real browser, on what a healthy service seldom shows.</summary>
public sealed class DashboardInBrowserSpecs(Browser browser) : GatewayFixture, IClassFixture<Browser>
{
    private static readonly DateTimeOffset At = new(2026, 5, 17, 10, 0, 0, TimeSpan.Zero);

    private static CallPage PageOf(bool more, params string[] ids) =>
        new([.. ids.Select(id => new CallSummary(CallId.Parse(id), CallPhase.Live, CallDirection.Inbound, "+1", "+2", At, new BusinessId(7), null))], more);

    [Fact]
    public async Task Calls_are_filtered_and_turned_page_by_page()
    {
        Calls.Page = PageOf(true, "CA-1", "CA-2");
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#page", "page 1");
        await page.Click("#next");
        await page.UntilSays("#page", "page 2");
        Assert.Contains(new ListCalls(null, null, 50, "CA-2"), Calls.Asked);
        Calls.Page = PageOf(false, "CA-3");
        await page.UntilSays("#call-rows", "CA-3");
        await page.UntilGone("#call-rows", "CA-1");
        await page.Until("document.getElementById('next').disabled");
        await page.Click("#previous");
        await page.Choose("#filter-state", "live");
        await page.Type("#filter-business", "7");
        await page.Press("Enter");
        await Asked(new ListCalls(CallPhase.Live, new BusinessId(7), 50, null));
        Calls.Page = PageOf(false);
        await page.UntilSays("#no-calls", "No call is like that now.");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_dead_letter_is_tried_again_and_what_comes_of_it_is_said()
    {
        Calls.Figures = Calls.Figures with { DeadLetters = 1 };
        Calls.Letters = new DeadLetterList([new DeadLetter("7", CallId.Parse("CA-1"), "{\"a\":\"<img src=x>\"}", "the <b>check</b> failed", "23514", At)], null);
        Calls.Retried = DeadLetterOutcome.RefusedAgain;
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#letter-rows", "the <b>check</b> failed");
        await page.Click("#letter-rows button");
        await page.UntilSays("#alerts", "The batch of CA-1 was not written: still no");
        Calls.Retried = DeadLetterOutcome.Committed;
        await page.Click("#letter-rows button");
        await page.UntilGone("#alerts", "not written");
        (Calls.Letters, Calls.Figures) = (new DeadLetterList([], null), Calls.Figures with { DeadLetters = 0 });
        await page.Until("!document.getElementById('letters').checkVisibility()");
        Assert.Equal(2, Calls.Asked.OfType<RetryDeadLetter>().Count());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_dead_letters_are_not_read_with_every_look()
    {
        Calls.Figures = Calls.Figures with { DeadLetters = 1 };
        Calls.Letters = new DeadLetterList([new DeadLetter("7", CallId.Parse("CA-1"), "{}", "why", null, At)], null);
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#letter-rows", "CA-1");
        var looks = Calls.Asked.OfType<ListCalls>().Count();
        await page.Until("performance.getEntriesByName(new URL('/v1/stats', location).href).length > 3");
        Assert.True(Calls.Asked.OfType<ListCalls>().Count() > looks);
        Assert.Single(Calls.Asked.OfType<ListDeadLetters>());
    }

    [Fact]
    public async Task A_broken_promise_a_degraded_service_and_a_cluster_are_shown()
    {
        Calls.Figures = new ServiceStats("node-1") { LiveCost = new PhaseCost(3, 4.5), DatabaseAvailable = false, JournalAvailable = false, Durability = Durability.Journal };
        Calls.Readiness = new Readiness(false, "unavailable", ["the journal: <i>away</i>"]);
        Calls.Picture = new ClusterPicture("a:1", 8, Members("a:1", "b:2")) { IsClustered = true };
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#promise", "Broken 3 times.");
        await page.UntilSays("#readiness", "unavailable");
        await page.UntilSays("#reasons", "the journal: <i>away</i>");
        await page.UntilSays("#health-journal", "away");
        await page.UntilSays("#member-rows", "a:1 (answers here)");
        await page.UntilSays("#member-rows", "0–2, 5");
        await page.UntilSays("#member-rows", "up, unreachable");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Draining_is_asked_for_first()
    {
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.Click("#drain");
        await page.Click("#drain-dialog button.quiet");
        await page.Click("#drain");
        await page.Choose("#drain-deadline", "30s");
        await page.Click("#drain-confirm");
        await Asked(("drain", (TimeSpan?)TimeSpan.FromSeconds(30)));
        Calls.Readiness = new Readiness(false, "draining", ["the node takes no new calls"]);
        await page.UntilSays("#drain", "Draining");
        Assert.True(await page.IsAsync("document.getElementById('drain').disabled"));
        Assert.Single(Calls.Asked.OfType<(string, TimeSpan?)>());
        Assert.Empty(page.Complaints);
    }

    private async Task Asked(object question)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!Calls.Asked.Contains(question)) await beat.WaitForNextTickAsync(limit.Token);
    }

    private static ImmutableArray<ClusterMember> Members(string own, string other) =>
    [
        new ClusterMember(own, "up", ["call"], true, true, new NodeMessages.NodeFigures(own) { Partitions = [0, 1, 2, 5] }),
        new ClusterMember(other, "up", ["call"], false, false, null),
    ];
}
