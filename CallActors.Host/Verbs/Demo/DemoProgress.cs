using Spectre.Console;

namespace CallActors.Host.Verbs.Demo;

/// <summary>How far the demo has come: a bar on a terminal, a line now and then elsewhere.</summary>
/// <param name="console">Where.</param>
/// <param name="lines">How many lines a run is worth where there is no terminal.</param>
internal sealed class DemoProgress(IAnsiConsole console, int lines = 4)
{

    /// <param name="what">What goes on.</param>
    /// <param name="calls">How many calls it is about.</param>
    /// <param name="work">Given what is to be told after each call; safe from any thread.</param>
    public async Task<T> RunAsync<T>(string what, int calls, Func<Action, Task<T>> work)
    {
        if (!console.Profile.Out.IsTerminal) return await InLinesAsync(what, calls, work);
        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask(what, maxValue: calls);
                return await work(() => bar.Increment(1));
            });
    }

    private async Task<T> InLinesAsync<T>(string what, int calls, Func<Action, Task<T>> work)
    {
        var done = 0;
        return await work(() =>
        {
            var now = Interlocked.Increment(ref done);
            if (now * lines / calls == (now - 1) * lines / calls) return;
            lock (console) console.WriteLine($"{what}: {now} of {calls}");
        });
    }
}
