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
        Calls.Letters = new DeadLetterList(
            [new DeadLetter("7", CallId.Parse("CA-1"), "{\"a\":\"<img src=x>\"}", "the <b>check</b> failed", "23514", At)], null);
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
        Calls.Figures = new ServiceStats(
            "node-1")
        { LiveCost = new PhaseCost(3, 4.5), DatabaseAvailable = false, JournalAvailable = false, Durability = Durability.Journal };
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

    [Fact]
    public async Task What_is_late_or_refused_keeps_nothing_else_from_being_shown()
    {
        Calls.Figures = Calls.Figures with { DeadLetters = 1, Live = 3 };
        Calls.Page = PageOf(false, "CA-1");
        Calls.BeforeLetters = cancel => Task.Delay(Timeout.Infinite, cancel);
        Calls.OnGet = () => throw new InvalidOperationException("a node is gone");
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#readiness", "ready");
        await page.UntilSays("#count-live", "3");
        await page.Click("#call-rows button");
        await page.UntilSays("#call-fault", "What is shown here is old.");

        Calls.BeforeList = cancel => Task.Delay(Timeout.Infinite, cancel);
        Calls.Figures = Calls.Figures with { Live = 4 };
        await page.UntilSays("#count-live", "4");
        Assert.False(await page.IsAsync("document.getElementById('alerts').childElementCount"));

        Calls.BeforeList = _ => throw new InvalidOperationException("a node is gone");
        await page.Do("document.querySelector('#filter button').click()");
        await page.UntilSays("#calls-fault", "What is shown here is old.");
        Calls.BeforeList = _ => Task.CompletedTask;
        await page.Until("!document.getElementById('calls-fault').checkVisibility()");
        Assert.False(await page.IsAsync("document.documentElement.classList.contains('stale')"));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_row_that_goes_leaves_the_others_where_they_are()
    {
        Calls.Page = PageOf(false, "CA-1", "CA-2", "CA-3");
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#call-rows", "CA-3");
        await page.Do("document.querySelector('[data-key=CA-2] button').focus()");
        Calls.Page = PageOf(false, "CA-2", "CA-3", "CA-4");
        await page.UntilSays("#call-rows", "CA-4");
        await page.UntilGone("#call-rows", "CA-1");
        Assert.True(await page.IsAsync("document.activeElement === document.querySelector('[data-key=CA-2] button')"));
    }

    [Fact]
    public async Task The_next_page_is_turned_to_once_however_often_it_is_asked_for()
    {
        Calls.Page = PageOf(true, "CA-1", "CA-2");
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#page", "page 1");
        await page.Do("for (let i = 0; i < 3; i++) document.getElementById('next').click()");
        await page.UntilSays("#page", "page 2");
    }

    [Fact]
    public async Task A_filter_that_is_only_being_typed_does_not_count_and_no_business_has_nineteen_digits()
    {
        Calls.Page = PageOf(false, "CA-1");
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#call-rows", "CA-1");
        await page.Type("#filter-business", "999999999999999999");
        var looks = Calls.Asked.OfType<ListCalls>().Count();
        await Until(() => Calls.Asked.OfType<ListCalls>().Count() > looks + 1);
        Assert.All(Calls.Asked.OfType<ListCalls>(), asked => Assert.Null(asked.BusinessId));
        Assert.True(await page.IsAsync("document.getElementById('filter-business').checkValidity()"));
        await page.Type("#filter-business", "9");
        Assert.False(await page.IsAsync("document.getElementById('filter-business').checkValidity()"));
    }

    [Fact]
    public async Task The_letters_of_other_nodes_are_shown_and_what_is_not_known_is_not_none()
    {
        Calls.Letters = new DeadLetterList([], "away");
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#letters-fault", "What is shown here is old.");
        await page.UntilSays("#health-letters", "not known");
        Calls.Letters = new DeadLetterList([new DeadLetter("7", CallId.Parse("CA-1"), "{}", "why", null, At)], null);
        await page.UntilSays("#letter-rows", "CA-1");
        await page.UntilSays("#health-letters", "1");
        Assert.Equal(0, Calls.Figures.DeadLetters);
        Calls.Figures = Calls.Figures with { DatabaseAvailable = false };
        await page.UntilSays("#health-letters", "1 or more");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Of_what_was_not_answered_it_is_said_that_nobody_knows_whether_it_was_done()
    {
        var page = await browser.OpenAsync(Client.BaseAddress!);
        await page.UntilSays("#readiness", "ready");
        await page.Click("#drain");
        await page.Unplug();
        await page.Click("#drain-confirm");
        await page.UntilSays("#alerts [data-kind=action]", "Whether the node was drained is not known");
        await page.UntilSays("#alerts [data-kind=away]", "The service does not answer.");
    }

    private Task Asked(object question) => Until(() => Calls.Asked.Contains(question));

    private static async Task Until(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo()) await beat.WaitForNextTickAsync(limit.Token);
    }

    private static ImmutableArray<ClusterMember> Members(string own, string other) =>
    [
        new ClusterMember(own, "up", ["call"], true, true, new NodeMessages.NodeFigures(own) { Partitions = [0, 1, 2, 5] }),
        new ClusterMember(other, "up", ["call"], false, false, null),
    ];
}
