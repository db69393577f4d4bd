using System.Net;
using System.Net.Sockets;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>An operator at the dashboard of a real service, in a real browser.</summary>
public sealed class DashboardSpecs(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Key = "the-key-of-the-operator";
    private const string Next = "the-key-of-the-next-one";
    private const string Wrong = "a-key-that-is-none-of-them";
    private const string Call = "CA-<img/src=x/onerror=alert()>";
    private const string Markup = "<img src=x onerror=alert()>";
    private DirectoryInfo _folder = null!;

    public Task InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("callactors-dashboard-");
        return Configure(Key);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private Task Configure(string key) =>
        File.WriteAllTextAsync(Path.Combine(_folder.FullName, "appsettings.json"), $$"""{ "CallActors": { "Gateway": { "ApiKeys": ["{{key}}"] } } }""");

    [Fact]
    public async Task Signs_in_looks_at_a_call_ends_it_and_is_told_when_the_service_or_the_session_is_gone()
    {
        var port = FreePort();
        await using var service = await ServiceProcess.StartAtAsync(port, _folder.FullName, null);
        Assert.Contains($"The dashboard is on {service.Address}", service.Output, StringComparison.Ordinal);
        using var gateway = new GatewayClient(service.Address, Key);
        await gateway.Tell(Call, "call.started", new { direction = "inbound", from = Markup, to = "+97235550100" });
        await gateway.Tell(Call, "greeting.finished");
        Assert.Equal("applied", (await gateway.Tell(Call, "call.noted", new { summary = Markup })).Outcome);

        var page = await browser.OpenAsync(service.Address);
        await page.UntilSays("main", "The dashboard is opened by one of the service’s keys.");
        await page.Type("#key", Wrong);
        await page.ClickAndLoad("button");
        await page.UntilSays(".why", "That is none of the configured keys.");
        await page.Type("#key", Key);
        await page.ClickAndLoad("button");
        await page.UntilSays("#readiness", "ready");
        await page.UntilSays("#count-live", "1");
        await page.UntilSays("#promise", "Kept.");
        Assert.True(await page.IsAsync("document.cookie === ''"));

        // What a caller says of himself is text.
        await page.UntilSays("#call-rows td", Markup);
        await page.Click("#call-rows button");
        await page.UntilSays("#call-title", Call);
        await page.UntilSays("#call .intents", Markup);
        await page.UntilSays("#call .timeline", "greeting.finished");
        await page.Until("document.querySelector('#call .promise')?.dataset.kept === 'true' && document.querySelector('#call .promise td').innerText === '0'");
        Assert.False(await page.IsAsync("document.querySelector('main img')"));

        await page.Click("#end");
        await page.UntilSays("#end-dialog", Call);
        await page.Press("Escape");
        await page.Until("!document.getElementById('end-dialog').open");
        await page.Click("#end");
        await page.Type("#end-reason", "wrong number");
        await page.Click("#end-confirm");
        await page.UntilSays("#call-body", "This call is gone");
        await page.UntilSays("#no-calls", "No calls now.");
        await page.Click("#close");
        await page.Until("!document.getElementById('call').checkVisibility()");

        await service.KillAsync();
        await page.UntilSays("#alerts", "The service does not answer.");
        await page.UntilSays("#readiness", "no answer");
        await using var reborn = await ServiceProcess.StartAtAsync(port, _folder.FullName, null);

        // In one go: the page tries again by itself, too, and takes the button away.
        await page.Do("document.querySelector('#alerts [data-kind=away] button')?.click()");
        await page.UntilSays("#readiness", "ready");
        await page.UntilGone("#alerts", "The service does not answer.");

        await Configure(Next);
        await page.UntilSays("#alerts", "The session has ended, or its key is no longer one of those configured.");
        await page.ClickAndLoad("#alerts [data-kind=session] button");
        await page.UntilSays(".why", "The session has ended");
        await page.Type("#key", Next);
        await page.ClickAndLoad("button");
        await page.UntilSays("#readiness", "ready");
        await page.ClickAndLoad(".session-only button");
        await page.UntilSays("main", "The dashboard is opened by one of the service’s keys.");
        Assert.Empty(page.Complaints);
        Assert.DoesNotContain(Key, service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, service.Output, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1 was answered 401", service.Output, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
