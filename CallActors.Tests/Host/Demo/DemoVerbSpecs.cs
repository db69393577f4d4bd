using CallActors.Host.Verbs.Demo;
using Spectre.Console;

namespace CallActors.Tests.Host.Demo;

/// <summary>The whole demo, with the real service on a real port.</summary>
public sealed class DemoVerbSpecs
{
    [Fact]
    public async Task Thirty_calls_leave_the_database_as_told_and_no_statement_in_a_live_call()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });

        var exitCode = await new DemoVerb(new DemoOptions(30, 10, DemoOptions.DefaultUrls), console, TimeProvider.System).RunAsync(CancellationToken.None);

        var lines = output.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.True(exitCode == 0, output.ToString());
        Assert.Equal(["0", "0", "0"], FiguresOf(lines, "while the caller talks")[3..]);
        Assert.Equal(["9.00", "2.00"], FiguresOf(lines, "while the caller talks") is [var statements, _, var commits, ..] ? [statements, commits] : []);
        Assert.Equal(["20.00", "3.00"], FiguresOf(lines, "total") is [var all, _, var three, ..] ? [all, three] : []);
        Assert.Contains("All 30 calls are in the database as the gateway told them.", lines);
        Assert.Contains(
            lines, line => line.Contains("reloads refused in a live call (409)", StringComparison.Ordinal) && line.Contains(" 1 ", StringComparison.Ordinal));
        Assert.Contains("Calls through CallActors: 30 of 30", lines);
        Assert.Matches(@"^The dashboard is on http://127\.0\.0\.1:[0-9]+/$", lines[^3]);
        Assert.Equal("The service ends here; with --stay it stays up until Ctrl-C.", lines[^2]);
    }

    [Fact]
    public async Task Where_it_is_told_to_stay_the_dashboard_is_there_until_it_is_stopped()
    {
        await using var output = new Heard("Ctrl-C ends it.");
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        using var stop = new CancellationTokenSource();
        var running = new DemoVerb(new DemoOptions(3, 3, DemoOptions.DefaultUrls, Stay: true), console, TimeProvider.System).RunAsync(stop.Token);
        await (await Task.WhenAny(output.Said, running));

        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(AddressOf(output.ToString())));
        Assert.Contains("/dashboard/dashboard.js", page, StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(0, await running);
    }

    private static string AddressOf(string said) => said.Split("The dashboard is on ")[1].Split('\n')[0].Trim();

    /// <summary>Waits for a text.</summary>
    private sealed class Heard(string text) : StringWriter
    {
        private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Said => _said.Task;

        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains(text, StringComparison.Ordinal) is true) _said.TrySetResult();
        }
    }

    private static string[] FiguresOf(string[] lines, string row)
    {
        var line = Assert.Single(lines, line => line.TrimStart().StartsWith(row, StringComparison.Ordinal));
        return line.TrimStart()[row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
