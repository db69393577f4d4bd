using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using CallActors.Host.Options;
using CallActors.Host.Verbs.Bench.Rate;
using Spectre.Console;

namespace CallActors.Host.Verbs.Bench;

/// <summary>The figures of a bench: where and how they were taken, and the median round of each design.</summary>
internal sealed record BenchReport
{
    private static readonly JsonSerializerOptions Json = new(
        JsonSerializerDefaults.Web)
    { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    public required DateTimeOffset At { get; init; }
    public required string Database { get; init; }
    public required string Journal { get; init; }
    public required int Calls { get; init; }
    public required int Concurrency { get; init; }
    public required int Rounds { get; init; }
    public int Cores { get; init; } = Environment.ProcessorCount;
    public string Machine { get; init; } = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    public required Dictionary<string, BenchRound> Designs { get; init; }

    /// <summary>Where it was asked for.</summary>
    public HeldCalls? Held { get; init; }

    /// <summary>Where a fixed rate was asked for.</summary>
    public RateFigures? Rate { get; init; }

    public static BenchReport Read(string file)
    {
        using var stream = File.OpenRead(file);
        return JsonSerializer.Deserialize<BenchReport>(stream, Json) ?? throw new JsonException("A report is not null.");
    }

    /// <summary>Opens the file and leaves all as it was: a run that fails is to leave no empty report behind.</summary>
    /// <exception cref="ConfigurationException">The file can neither be opened nor made.</exception>
    public static void CheckWritable(string file)
    {
        try
        {
            var isThere = File.Exists(file);
            using var stream = new FileStream(file, new FileStreamOptions
            {
                Mode = isThere ? FileMode.Open : FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = isThere ? FileOptions.None : FileOptions.DeleteOnClose,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException($"--json is '{file}', which cannot be written: {e.AsClause()}; a file in a folder that is there is expected.");
        }
    }

    /// <exception cref="BenchException">The file could be written before, and cannot now.</exception>
    public void Write(string file)
    {
        try
        {
            using var stream = File.Create(file);
            JsonSerializer.Serialize(stream, this, Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchException($"--json is '{file}', which cannot be written any more: {e.Message}");
        }
    }

    public Table ToTable()
    {
        var table = new Table().SimpleBorder().AddColumn(new TableColumn("design").NoWrap());
        foreach (var column in (string[])["calls/s", "statements\nload", "\nlive", "\nflush", "commits", "db ms", "PG CPU\nms", "own CPU\nms",
            "service\nCPU ms", "loopback\nKiB", "KiB\nan event", "reply ms\np50", "\np99"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap().Padding(1, 0));
        foreach (var (name, round) in Designs)
        {
            table.AddRow(
                name, round.CallsPerSecond.ToString("#,0", CultureInfo.InvariantCulture),
                Figure(round.Statements.Load), Figure(round.Statements.Live), Figure(round.Statements.Flush), Figure(round.Commits),
                Figure(round.DatabaseMsTotal),
                Figure(round.PostgresCpuMs), Figure(round.OwnCpuMs), Figure(round.ServiceCpuMs), Figure(round.LoopbackBytes / 1024),
                Figure(round.BytesPerEvent / 1024), Figure(round.ReplyP50Ms), Figure(round.ReplyP99Ms));
        }

        return table;
    }

    /// <summary>Of two designs' speeds the one against the other: what holds on another machine, too.</summary>
    public IEnumerable<(string Name, double Value)> Ratios()
    {
        foreach (var (our, other) in BenchDesigns.Compared)
            if (Designs.TryGetValue(our, out var a) && Designs.TryGetValue(other, out var b))
                yield return ($"{our} / {other}", a.CallsPerSecond / b.CallsPerSecond);
    }

    private static string Figure(double? value) => value switch
    {
        null => "",
        0 => "0",
        < 0.001 => "<0.001",
        < 0.1 => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
        < 100 => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
    };
}
