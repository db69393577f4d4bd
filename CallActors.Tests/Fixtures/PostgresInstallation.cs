using System.Diagnostics;

namespace CallActors.Tests.Fixtures;

/// <summary>A way to run a PostgreSQL server on this machine: installed binaries, else the system's package, else a container.</summary>
internal abstract class PostgresInstallation
{
    private const string Missing =
        "No PostgreSQL for the specs: set PG_BIN to the directory of initdb and postgres, or install the package 'postgresql', or run Docker.";

    // Read by the server and by the log's reader: which database, then the message. A server that is stopped at once and started again still has what
    // it committed: that is in the system's memory if not on the disk, but only with synchronous_commit.
    protected const string Settings =
        "-c fsync=off -c synchronous_commit=on -c full_page_writes=off -c max_connections=200 -c log_statement=all -c log_parameter_max_length=0"
        + " -c log_destination=stderr -c logging_collector=off -c log_min_messages=warning -c log_line_prefix=@@%d@";

    public static async Task<PostgresInstallation> FindAsync()
    {
        if (await FindBinariesAsync() is { } found) return new InstalledPostgres(found);

        var hindrance = await DebianPackages.InstallAsync("postgresql");
        if (await FindBinariesAsync() is { } installed) return new InstalledPostgres(installed);
        return await AskAsync("docker", "info") is not null ? new PostgresContainer() : throw new InvalidOperationException($"{Missing} {hindrance}");
    }

    /// <summary>
    /// Starts a server under a shell that stops it when this process's end of the pipe is gone. The shell takes one of <c>stop</c> (at once, as a crash
    /// would), <c>start</c>, <c>freeze</c> and <c>thaw</c> a line, and answers each, once it is done, with the same line.
    /// </summary>
    /// <param name="port">On loopback.</param>
    /// <param name="directory">Made, owned and removed by the user the server runs as; <c>server.log</c> is in it.</param>
    public abstract Process Launch(int port, string directory);

    protected static Process Shell(string script, IEnumerable<string> prefix, params string[] arguments)
    {
        List<string> command = [.. prefix, "sh", "-c", script, "sh", .. arguments];
        var start = new ProcessStartInfo(
            command[0], command.Skip(1))
        { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
        return Process.Start(start) ?? throw new InvalidOperationException(Missing);
    }

    private static async Task<string?> FindBinariesAsync()
    {
        List<string?> places =
            [Environment.GetEnvironmentVariable("PG_BIN"), await AskAsync("pg_config", "--bindir"), .. Versions("/usr/lib/postgresql"), .. SearchPath];
        return places.Find(place => place is { Length: > 0 } && File.Exists(Path.Combine(place, "initdb")) && File.Exists(Path.Combine(place, "postgres")));
    }

    private static IEnumerable<string> Versions(string root) =>
        Directory.Exists(root)
            ? Directory.GetDirectories(root)
                .OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0)
                .Select(path => Path.Combine(path, "bin"))
            : [];

    private static string[] SearchPath => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');

    protected static bool OnPath(string tool) => SearchPath.Any(place => File.Exists(Path.Combine(place, tool)));

    /// <summary>What a tool says; null where it is not there or fails.</summary>
    private static async Task<string?> AskAsync(string tool, params string[] arguments)
    {
        if (!OnPath(tool)) return null;
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said[0].Trim() : null;
    }

    private sealed class InstalledPostgres(string binaries) : PostgresInstallation
    {
        // $1 binaries, $2 port, $3 directory.
        private const string Script =
            """
            mkdir "$3" || exit 1
            trap 'rm -rf "$3"' EXIT
            "$1/initdb" -D "$3/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$3/server.log" 2>&1 || exit 1
            start() {
              "$1/postgres" -D "$3/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= SETTINGS </dev/null >>"$3/server.log" 2>&1 &
              server=$!
            }
            everyone() { echo $server $(pgrep -P $server); }
            stop() {
              kill -CONT $(everyone)
              kill -QUIT $server
              wait $server
            } 2>/dev/null
            start "$@"
            while read -r order; do
              case $order in
                stop) stop ;;
                start) start "$@" ;;
                # The parent first, so that nobody is born meanwhile.
                freeze) kill -STOP $server; kill -STOP $(pgrep -P $server) ;;
                thaw) kill -CONT $(everyone) ;;
              esac
              echo "$order"
            done
            stop
            """;

        public override Process Launch(int port, string directory)
        {
            var script = Script.Replace("SETTINGS", Settings, StringComparison.Ordinal);
            if (Environment.UserName != "root") return Shell(script, [], binaries, $"{port}", directory);

            // PostgreSQL refuses to run as root.
            var user = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
            return OnPath("setpriv")
                ? Shell(script, ["setpriv", $"--reuid={user}", $"--regid={GroupOf(user)}", "--clear-groups"], binaries, $"{port}", directory)
                : Shell(script, ["runuser", "-u", user, "--"], binaries, $"{port}", directory);
        }

        private static string GroupOf(string user) =>
            File.ReadLines("/etc/passwd").First(line => line.StartsWith($"{user}:", StringComparison.Ordinal)).Split(':')[3];
    }

    private sealed class PostgresContainer : PostgresInstallation
    {
        private const string Script =
            """
            mkdir "$2" || exit 1
            trap 'rm -rf "$2"' EXIT
            name="callactors-postgres-$1"
            docker run --name "$name" -p "127.0.0.1:$1:5432" -e POSTGRES_PASSWORD=postgres postgres:17-alpine SETTINGS </dev/null >"$2/server.log" 2>&1 &
            while read -r order; do
              case $order in
                stop) docker unpause "$name" 2>/dev/null; docker kill --signal QUIT "$name"; docker wait "$name" ;;
                start) docker start --attach "$name" </dev/null >>"$2/server.log" 2>&1 & ;;
                freeze) docker pause "$name" ;;
                thaw) docker unpause "$name" ;;
              esac >/dev/null
              echo "$order"
            done
            docker rm --force --volumes "$name" >/dev/null
            """;

        public override Process Launch(int port, string directory) =>
            Shell(Script.Replace("SETTINGS", Settings, StringComparison.Ordinal), [], $"{port}", directory);
    }
}
