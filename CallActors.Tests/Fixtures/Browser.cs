using PuppeteerSharp;

namespace CallActors.Tests.Fixtures;

/// <summary>Chromium without a window, with a profile of its own: installed, else installed now where that may be done. It ends with this process.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Missing = "No Chromium for the specs: install chromium (Debian), or set CHROME_BIN to its program.";
    private static readonly Lazy<Task<string>> Program = new(LookAsync);
    private IBrowser? _browser;

    public async Task InitializeAsync() => _browser = await Puppeteer.LaunchAsync(new LaunchOptions
    {
        ExecutablePath = await Program.Value,
        Headless = true,
        Pipe = true,
        DefaultViewport = new ViewPortOptions { Width = 1400, Height = 1000 },

        // Root has no sandbox for it, nor has anybody in a container without user namespaces; what it loads here is ours.
        Args = ["--no-sandbox", "--disable-gpu", "--lang=en-US"],
    });

    /// <summary>A page with cookies of its own, that remembers what it complained of.</summary>
    internal async Task<BrowserPage> OpenAsync(Uri address)
    {
        var context = await _browser!.CreateBrowserContextAsync();
        var page = new BrowserPage(await context.NewPageAsync(), address);
        await page.GoAsync();
        return page;
    }

    public async Task DisposeAsync()
    {
        // What kept it from starting is told where it was to start, and not covered up here.
        if (_browser is null) return;
        await _browser.CloseAsync();
        await _browser.DisposeAsync();
    }

    private static async Task<string> LookAsync()
    {
        if (Look() is { } found) return found;
        var hindrance = await DebianPackages.InstallAsync("chromium", "fonts-dejavu-core");
        return Look() ?? throw new InvalidOperationException($"{Missing} {hindrance}");
    }

    /// <summary>Debian's <c>chromium</c> is a script, which outlives what it starts.</summary>
    private static string? Look() =>
        new[] { Environment.GetEnvironmentVariable("CHROME_BIN"), "/usr/lib/chromium/chromium", DebianPackages.PathOf("chromium"),
            DebianPackages.PathOf("google-chrome") }.FirstOrDefault(File.Exists);
}
