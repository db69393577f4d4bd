using System.Diagnostics;

namespace CallActors.Tests.Fixtures;

/// <summary>A real SIPp: it places or takes calls as a scenario says, and writes down what became of each.</summary>
internal sealed class SippProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly Task<string> _error;

    private SippProcess(Process process, string folder)
    {
        _process = process;
        _folder = folder;
        _ = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Waits for calls.</summary>
    public static Task<SippProcess> AnswerAsync(int port) => StartAsync(port, "callee", []);

    /// <summary>Places calls.</summary>
    /// <param name="scenario">Of <c>EndToEnd/Sip</c>, without its extension.</param>
    /// <param name="proxy">Where it sends them.</param>
    /// <param name="calls">How many.</param>
    /// <param name="perSecond">At which rate.</param>
    /// <param name="kind">The Call-IDs begin with it; the callee behaves by it.</param>
    /// <param name="milliseconds">How long an answered call lasts.</param>
    public static Task<SippProcess> CallAsync(string scenario, int proxy, int calls, int perSecond, string kind, int milliseconds) => StartAsync(
        KamailioProcess.FreePort(), scenario,
        ["-m", $"{calls}", "-r", $"{perSecond}", "-d", $"{milliseconds}", "-cid_str", $"{kind}-%u-%p", $"127.0.0.1:{proxy}"]);

    private static async Task<SippProcess> StartAsync(int port, string scenario, string[] arguments)
    {
        var programs = await SipPrograms.FindAsync();
        var folder = Directory.CreateTempSubdirectory("callactors-sipp-").FullName;
        var file = Path.Combine(AppContext.BaseDirectory, "EndToEnd", "Sip", $"{scenario}.xml");
        // A proxy's workers may send a 180 on behind the 200 that followed it: for a user agent that is nothing to hang up for. What a scenario does wait for
        // has to come.
        string[] own = ["-sf", file, "-i", "127.0.0.1", "-p", $"{port}", "-nostdin", "-default_behaviors", "all,-abortunexp", "-trace_logs", "-log_file",
            "calls.log", "-trace_err", "-error_file", "errors.log"];
        return new SippProcess(
            Process.Start(new ProcessStartInfo(programs.Sipp, [.. own, .. arguments])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!,
            folder);
    }

    /// <summary>Waits until every call is over; one that does not get what its scenario waits for is not.</summary>
    /// <returns>What SIPp itself saw of each call: the Call-ID and the last answer to it.</returns>
    public async Task<List<(string CallId, string Answer)>> UntilDoneAsync(TimeSpan patience)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"SIPp still has calls after {patience.TotalSeconds:0} s.\n{Written("errors.log")}", e);
        }

        Assert.True(_process.ExitCode == 0, $"SIPp ended with {_process.ExitCode}: {await _error}\n{Written("errors.log")}");
        return [.. Written("calls.log").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(words => (words[0], words[1]))];
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Written(string file) => File.Exists(Path.Combine(_folder, file)) ? File.ReadAllText(Path.Combine(_folder, file)) : "";
}
