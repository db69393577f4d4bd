using System.Collections.Concurrent;
using PuppeteerSharp;

namespace CallActors.Tests.Fixtures;

/// <summary>A page in a browser, as somebody at it sees and uses it.</summary>
internal sealed class BrowserPage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly IPage _page;
    private readonly Uri _address;
    private readonly ConcurrentQueue<string> _complaints = new();

    public BrowserPage(IPage page, Uri address)
    {
        (_page, _address) = (page, address);
        page.Console += (_, said) =>
        {
            // That an answer was no 200 is no fault of the page: it says itself what it makes of it.
            if (said.Message.Type is ConsoleType.Error or ConsoleType.Warning
                && !said.Message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _complaints.Enqueue(said.Message.Text);
        };
        page.PageError += (_, thrown) => _complaints.Enqueue(thrown.Message);
        page.Dialog += async (_, opened) =>
        {
            _complaints.Enqueue($"a dialog: {opened.Dialog.Message}");
            await opened.Dialog.Dismiss();
        };
    }

    /// <summary>Faults, broken policies and dialogs that no page of ours opens.</summary>
    public IEnumerable<string> Complaints => _complaints;

    public async Task GoAsync()
    {
        await _page.EvaluateExpressionOnNewDocumentAsync(
            "addEventListener('securitypolicyviolation', broken => console.error(`policy: ${broken.violatedDirective} ${broken.blockedURI}`))");
        await _page.GoToAsync(_address.ToString());
    }

    /// <summary>Waits until an expression is true. It is asked from outside: the page's policy lets no text become code.</summary>
    public async Task Until(string expression)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsAsync(expression))
        {
            Assert.False(limit.IsCancellationRequested,
                $"Not yet: {expression}\n{string.Join('\n', Complaints)}\n{await _page.EvaluateExpressionAsync<string>("document.body.innerText")}");
            await beat.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until an element has a text in it that can be seen.</summary>
    public Task UntilSays(string selector, string text) =>
        Until($"[...document.querySelectorAll({Quoted(selector)})].some(one => one.checkVisibility() && one.innerText.includes({Quoted(text)}))");

    public Task UntilGone(string selector, string text) =>
        Until($"![...document.querySelectorAll({Quoted(selector)})].some(one => one.checkVisibility() && one.innerText.includes({Quoted(text)}))");

    public Task<bool> IsAsync(string expression) => _page.EvaluateExpressionAsync<bool>($"Boolean({expression})");

    public async Task Click(string selector)
    {
        await Until($"document.querySelector({Quoted(selector)})?.checkVisibility() && !document.querySelector({Quoted(selector)}).disabled");
        await _page.ClickAsync(selector);
    }

    public async Task ClickAndLoad(string selector) => await Task.WhenAll(_page.WaitForNavigationAsync(), Click(selector));

    /// <summary>Runs something in the page, in one go.</summary>
    public Task Do(string expression) => _page.EvaluateExpressionAsync(expression);

    /// <summary>From now on no request reaches anybody.</summary>
    public Task Unplug() => _page.SetOfflineModeAsync(true);

    public Task Type(string selector, string text) => _page.TypeAsync(selector, text);

    public Task Press(string key) => _page.Keyboard.PressAsync(key);

    public Task Choose(string selector, string value) => _page.SelectAsync(selector, value);

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
