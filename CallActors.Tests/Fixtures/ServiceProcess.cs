using System.Diagnostics;
using System.Text.RegularExpressions;
using CallActors.Host.Api;

namespace CallActors.Tests.Fixtures;

/// <summary>The service as an operator starts it: a process of its own, real sockets, a folder of its own.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The bench starts four services one after the other, each cold, beside whatever else the specs have under way: 20 s alone, thrice that on a busy machine.
    /// </summary>
    private static readonly TimeSpan VerbPatience = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly string? _ownFolder;

    private ServiceProcess(Process process, string? ownFolder)
    {
        _process = process;
        _ownFolder = ownFolder;
    }

    public Uri Address { get; private set; } = null!;

    public string Output
    {
        get
        {
            lock (_output) return string.Join('\n', _output);
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>What it has had of the processors since it started.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the service on a free port and waits until it listens.</summary>
    /// <param name="folder">Its working directory, below which the embedded databases are; null: one of its own, gone with it.</param>
    /// <param name="settings">Configuration, without the leading <c>CallActors:</c>.</param>
    public static Task<ServiceProcess> StartAsync(string? folder = null, params (string Key, string Value)[] settings) => StartAsync(folder, null, settings);

    /// <inheritdoc cref="StartAsync(string?, ValueTuple{string, string}[])"/>
    /// <param name="folder">See there.</param>
    /// <param name="crashAt">The point at which the process kills itself.</param>
    /// <param name="settings">See there.</param>
    public static Task<ServiceProcess> StartAsync(string? folder, string? crashAt, params (string Key, string Value)[] settings) =>
        StartAtAsync(0, folder, crashAt, settings);

    /// <summary>Starts it where a gateway looks for it that does not learn of a new address.</summary>
    /// <param name="port">On loopback.</param>
    /// <param name="folder">See there.</param>
    /// <param name="crashAt">See there.</param>
    /// <param name="settings">See there.</param>
    public static async Task<ServiceProcess> StartAtAsync(int port, string? folder, string? crashAt, params (string Key, string Value)[] settings)
    {
        var service = Launch(folder, ["serve", "--urls", $"http://127.0.0.1:{port}"], crashAt, settings);
        try
        {
            service.Address = await service._listening.Task.WaitAsync(Patience);
            await service.UntilReadyAsync();
            return service;
        }
        catch (Exception e)
        {
            // Its last lines say why it ended.
            var ended = service.HasExited ? $"; it ended with {await service.UntilExitAsync()}" : "";
            await service.DisposeAsync();
            throw new InvalidOperationException($"The service did not start{ended}.\n{service.Output}", e);
        }
    }

    /// <summary>On a busy machine a service may listen before it has read its journal.</summary>
    private async Task UntilReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var limit = new CancellationTokenSource(Patience);
        do
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), limit.Token);
            if (answer.IsSuccessStatusCode) return;
        }
        while (await pause.WaitForNextTickAsync(limit.Token));
    }

    /// <summary>Starts the service and does not wait until it serves.</summary>
    public static ServiceProcess Launch(params (string Key, string Value)[] settings) =>
        Launch(null, ["serve", "--urls", "http://127.0.0.1:0"], null, settings);

    /// <summary>Waits until it has written a text.</summary>
    public async Task UntilSaidAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!Output.Contains(text, StringComparison.Ordinal)) await beat.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>Starts the service at a point of whose start it kills itself.</summary>
    public static async Task RunUntilItDiesAsync(string folder, string crashAt, params (string Key, string Value)[] settings)
    {
        await using var service = Launch(folder, ["serve", "--urls", "http://127.0.0.1:0"], crashAt, settings);
        await service.UntilItDiesAsync();
    }

    /// <summary>Waits until the process has killed itself.</summary>
    public async Task UntilItDiesAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(128 + 9, _process.ExitCode);
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("callactors-verb-").FullName;
        try
        {
            return await RunAsync(StartInfo(folder, arguments, settings));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs a verb where there is something beside it already.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="arguments">The verb and what follows it.</param>
    /// <param name="environment">Variables by their whole names.</param>
    public static Task<(int ExitCode, string Output, string Error)> RunInAsync(
        string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = StartInfo(folder, arguments, []);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return RunAsync(start);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(VerbPatience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await error);
    }

    /// <summary>SIGTERM, as an init system sends it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await UntilExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> UntilExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        if (_ownFolder is { } folder) Directory.Delete(folder, recursive: true);
    }

    private static ServiceProcess Launch(string? folder, string[] arguments, string? crashAt, (string Key, string Value)[] settings)
    {
        var ownFolder = folder is null ? Directory.CreateTempSubdirectory("callactors-service-").FullName : null;
        var process = new Process { StartInfo = StartInfo(folder ?? ownFolder!, arguments, settings) };
        process.StartInfo.Environment["CALLACTORS_CRASH_AT"] = crashAt;
        var service = new ServiceProcess(process, ownFolder);
        process.OutputDataReceived += (_, line) => service.Take(line.Data);
        process.ErrorDataReceived += (_, line) => service.Take(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => service._listening.TrySetException(new InvalidOperationException("The process ended."));
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return service;
    }

    private static ProcessStartInfo StartInfo(string folder, string[] arguments, (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "CallActors.Host.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name =>
            name.StartsWith("CallActors__", StringComparison.OrdinalIgnoreCase) || TraceExport.IsVariable(name)).ToArray())
            start.Environment.Remove(name);
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment.Remove("Urls");
        foreach (var (key, value) in settings)
            start.Environment[TraceExport.IsVariable(key) ? key : $"CallActors__{key.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        return start;
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Add(line);
        if (Listening().Match(line) is { Success: true } match) _listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
