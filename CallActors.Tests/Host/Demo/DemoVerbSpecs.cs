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
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });

        var exitCode = await new DemoVerb(new DemoOptions(30, 10, DemoOptions.DefaultUrls), console, TimeProvider.System).RunAsync(CancellationToken.None);

        var lines = output.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.True(exitCode == 0, output.ToString());
        Assert.Equal(["0", "0", "0"], FiguresOf(lines, "while the caller talks")[3..]);
        Assert.Equal(["9.00", "2.00"], FiguresOf(lines, "while the caller talks") is [var statements, _, var commits, ..] ? [statements, commits] : []);
        Assert.Equal(["20.00", "3.00"], FiguresOf(lines, "total") is [var all, _, var three, ..] ? [all, three] : []);
        Assert.Contains("All 30 calls are in the database as the gateway told them.", lines);
        Assert.Contains(lines, line => line.Contains("reloads refused in a live call (409)", StringComparison.Ordinal) && line.Contains(" 1 ", StringComparison.Ordinal));
        Assert.Contains("Calls through CallActors: 30 of 30", lines);
    }

    private static string[] FiguresOf(string[] lines, string row)
    {
        var line = Assert.Single(lines, line => line.TrimStart().StartsWith(row, StringComparison.Ordinal));
        return line.TrimStart()[row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
