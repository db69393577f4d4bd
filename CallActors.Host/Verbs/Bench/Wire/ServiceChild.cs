using System.Diagnostics;
using System.Text.RegularExpressions;
using CallActors.Host.Api;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>
/// This program once more, as a process of its own that serves on a free port of the loopback: its CPU and its collector are not the bench's.
/// </summary>
internal sealed partial class ServiceChild : IAsyncDisposable
{
    /// <summary>The verbs that serve, of what is in their environment alone.</summary>
    public const string OldVerb = "older", ServeVerb = "measured";
    private const int LinesKept = 20;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Queue<string> _said = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceChild(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    /// <summary>What it has had of the processors since it started.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of physical memory it has, and the most it ever had.</summary>
    public (long Now, long Most) Memory
    {
        get
        {
            _process.Refresh();
            return (_process.WorkingSet64, _process.PeakWorkingSet64);
        }
    }

    /// <param name="verb">The verb that serves.</param>
    /// <param name="configuration">What of the bench's own the child gets, and nothing else of <c>CallActors:</c> and <c>Logging:</c>.</param>
    /// <param name="settings">What is different for the child; by environment, where no list of processes shows it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BenchException">It did not start.</exception>
    public static async Task<ServiceChild> StartAsync(
        string verb, IConfiguration configuration, IEnumerable<(string Key, string Value)> settings, TimeProvider time, CancellationToken cancel)
    {
        var child = new ServiceChild(new Process { StartInfo = StartInfo(verb, configuration, settings), EnableRaisingEvents = true });
        child.Launch();
        try
        {
            child.Address = await child._listening.Task.WaitAsync(StartPatience, time, cancel);
            return child;
        }
        catch (Exception e) when (e is TimeoutException or BenchException)
        {
            await child.DisposeAsync();
            throw new BenchException($"The service did not start. {child.LastWords}");
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>The last it said, for whoever wonders why it is gone.</summary>
    public string LastWords
    {
        get
        {
            lock (_said) return string.Join(Environment.NewLine, _said);
        }
    }

    /// <summary>Its database and its journal go with it: there is nothing to say goodbye for.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Launch()
    {
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new BenchException("The process ended."));
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private static ProcessStartInfo StartInfo(string verb, IConfiguration configuration, IEnumerable<(string Key, string Value)> settings)
    {
        // "dotnet CallActors.Host.dll" or the program by its own name.
        var program = Environment.ProcessPath!;
        var library = typeof(ServiceChild).Assembly.Location;
        string[] arguments = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [library, verb] : [verb];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // Of calls that are made up no collector is to hear, and the older designs pay for no traces.
        foreach (var inherited in start.Environment.Keys.Where(name =>
            IsPassedOn(name.Replace("__", ":", StringComparison.Ordinal)) || TraceExport.IsVariable(name)).ToArray()) start.Environment.Remove(inherited);
        foreach (var (key, value) in configuration.AsEnumerable())
            if (value is not null && IsPassedOn(key)) Set(key, value);
        Set("Urls", "http://127.0.0.1:0");
        start.Environment.Remove("ASPNETCORE_URLS");
        Set("Logging:LogLevel:Default", nameof(LogLevel.Warning));
        Set("Logging:LogLevel:Microsoft.Hosting.Lifetime", nameof(LogLevel.Information));
        foreach (var (key, value) in settings) Set(key, value);
        return start;

        void Set(string key, string value)
        {
            // The same key may stand there in other letters; which of the two is read, nobody says.
            var name = key.Replace(":", "__", StringComparison.Ordinal);
            foreach (var same in start.Environment.Keys.Where(other => other.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray())
                start.Environment.Remove(same);
            start.Environment[name] = value;
        }
    }

    private static bool IsPassedOn(string key) =>
        key.StartsWith("CallActors:", StringComparison.OrdinalIgnoreCase) || key.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase);

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > LinesKept) _said.Dequeue();
        }

        if (Listening().Match(line) is { Success: true } match) _listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
