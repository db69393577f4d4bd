using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CallActors.Tests.Fixtures;

/// <summary>
/// A real PostgreSQL, one for all specs of a test run or one of a spec's own (<see cref="PrivatePostgres"/>), thrown away with the run: a shell that
/// waits on the test process's pipe stops the server, so that it goes even when the tests are killed.
/// </summary>
public sealed class PostgresServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Lazy<Task<PostgresServer>> Started = new(StartAsync);
    private static int _databases;

    // The pipe to the guarding shell; its end is the server's.
    private readonly Process _guard;
    private readonly int _port;
    private readonly string _logFile;

    private PostgresServer(Process guard, int port, string logFile)
    {
        _guard = guard;
        _port = port;
        _logFile = logFile;
        Log = new StatementLog(logFile);
    }

    /// <summary>The run's server; the first who asks starts it.</summary>
    public static Task<PostgresServer> SharedAsync() => Started.Value;

    /// <summary>Every statement the server was sent, as the server saw it.</summary>
    public StatementLog Log { get; }

    /// <summary>A fresh, empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"spec_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"create database {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs a statement as the server's owner, beside all databases of specs.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Has the guarding shell do something to the server, and waits until it is done.</summary>
    internal async Task OrderAsync(string order)
    {
        await _guard.StandardInput.WriteLineAsync(order);
        await _guard.StandardInput.FlushAsync();
        Assert.Equal(order, await _guard.StandardOutput.ReadLineAsync().WaitAsync(Patience));
    }

    /// <summary>Ends the server and takes its directory with it.</summary>
    internal async Task EndAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Patience);
        _guard.Dispose();
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Database={database};Username=postgres;Password=postgres;Timeout=15{(database == "postgres" ? ";Pooling=false" : "")}";

    internal static async Task<PostgresServer> StartAsync()
    {
        var installation = await PostgresInstallation.FindAsync();
        var port = FreePort();
        var directory = Path.Combine(Path.GetTempPath(), $"callactors-postgres-{Environment.ProcessId}-{port}");
        var guard = installation.Launch(port, directory);
        var pipe = guard.StandardInput;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => pipe.Close();

        var server = new PostgresServer(guard, port, Path.Combine(directory, "server.log"));
        await server.UntilItAnswersAsync();
        return server;
    }

    internal async Task UntilItAnswersAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
                await connection.OpenAsync(patience.Token);
                return;
            }
            catch (Exception notYet) when (notYet is NpgsqlException or SocketException or OperationCanceledException)
            {
                if (_guard.HasExited || patience.IsCancellationRequested)
                {
                    var lastWords = File.Exists(_logFile) ? File.ReadLines(_logFile).LastOrDefault() : "no log";
                    throw new InvalidOperationException($"PostgreSQL for the specs did not start: {lastWords}", notYet);
                }
                await beat.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// Below those the system hands out: nobody is given the port while the server is stopped, and nobody who knocks there meanwhile is connected to
    /// himself, as it happens to one whose own port is the one he looks for.
    /// </summary>
    private static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
            }
        }
    }
}
