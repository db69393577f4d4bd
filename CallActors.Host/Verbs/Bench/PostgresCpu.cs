using System.Globalization;
using Dapper;
using Npgsql;

namespace CallActors.Host.Verbs.Bench;

/// <summary>
/// The CPU time of a PostgreSQL on this machine, all of its processes together, as the kernel counts it. A process that has ended is in its parent's account.
/// </summary>
internal sealed class PostgresCpu
{
    private const double TicksPerSecond = 100;
    private readonly int _postmaster;

    private PostgresCpu(int postmaster) => _postmaster = postmaster;

    /// <returns>Null where the server is on another machine, or this one does not show what its processes use.</returns>
    public static async Task<PostgresCpu?> FindAsync(string connectionString, CancellationToken cancel)
    {
        var host = new NpgsqlConnectionStringBuilder(connectionString).Host ?? "";
        if (!(host is "localhost" or "127.0.0.1" or "::1" || host.StartsWith('/'))) return null;
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        var backend = await connection.ExecuteScalarAsync<int>(new CommandDefinition("select pg_backend_pid()", cancellationToken: cancel));

        // A server in a container has numbers of its own, which mean somebody else here.
        return Stat.Read(backend) is { Name: "postgres" } stat && Stat.Read(stat.Parent) is { Name: "postgres" } ? new PostgresCpu(stat.Parent) : null;
    }

    public TimeSpan Read()
    {
        var ticks = Stat.Read(_postmaster) is { } postmaster ? postmaster.Own + postmaster.OfEndedChildren : 0;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && Stat.Read(process) is { } stat && stat.Parent == _postmaster) ticks += stat.Own + stat.OfEndedChildren;
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>A line of <c>/proc/[pid]/stat</c>; times in clock ticks, hundredths of a second on Linux.</summary>
    private sealed record Stat(string Name, int Parent, long Own, long OfEndedChildren)
    {
        public static Stat? Read(int process)
        {
            try
            {
                // "1234 (name, perhaps with ) and spaces) S parent …"
                var line = File.ReadAllText($"/proc/{process}/stat");
                var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
                var fields = line[(close + 2)..].Split(' ');
                return new Stat(
                    line[(open + 1)..close], (int)Number(fields[1]), Number(fields[11]) + Number(fields[12]), Number(fields[13]) + Number(fields[14]));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at, or there is no /proc.
                return null;
            }
        }

        private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
    }
}
