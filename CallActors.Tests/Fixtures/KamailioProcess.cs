using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CallActors.Tests.Fixtures;

/// <summary>
/// A real Kamailio on the configuration that is shipped with the service, under a shell that waits on the test process's pipe: whatever ends the tests ends it,
/// too.
/// </summary>
internal sealed class KamailioProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // $1 the program, $2 the configuration, $3 a folder of its own. All of its processes die at once, as they do when the machine does.
    private const string Script =
        """
        "$1" -f "$2" -DD -E -Y "$3" -P "$3/kamailio.pid" </dev/null >>"$3/kamailio.log" 2>&1 &
        main=$!
        read -r order
        { kill -KILL $main $(pgrep -P $main); wait $main; } 2>/dev/null
        """;

    private readonly Process _guard;
    private readonly string _folder;

    private KamailioProcess(Process guard, string folder)
    {
        _guard = guard;
        _folder = folder;
    }

    /// <summary>Where it listens is taken from the settings, by the names of the configuration.</summary>
    public static async Task<KamailioProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var programs = await SipPrograms.FindAsync();
        var folder = Directory.CreateTempSubdirectory("callactors-kamailio-").FullName;
        var configuration = Path.Combine(AppContext.BaseDirectory, "Gateways", "Kamailio", "kamailio.cfg");
        var start = new ProcessStartInfo("sh", ["-c", Script, "sh", programs.Kamailio, configuration, folder]) { RedirectStandardInput = true };
        foreach (var (key, value) in settings) start.Environment[key] = value;
        var kamailio = new KamailioProcess(Process.Start(start)!, folder);
        var pipe = kamailio._guard.StandardInput;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => pipe.Close();
        try
        {
            await kamailio.UntilItAnswersAsync(
                int.Parse(settings.Single(setting => setting.Key == "SIP_LISTEN").Value.Split(':')[^1], CultureInfo.InvariantCulture));
            return kamailio;
        }
        catch
        {
            await kamailio.DisposeAsync();
            throw;
        }
    }

    public string Log => File.Exists(Path.Combine(_folder, "kamailio.log")) ? File.ReadAllText(Path.Combine(_folder, "kamailio.log")) : "";

    /// <summary>SIGKILL to every process of it: no goodbye, neither to the service nor to a caller.</summary>
    public async Task KillAsync()
    {
        if (_guard.HasExited) return;
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _guard.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A port that nobody has, of those that the system does not hand out by itself.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
                using var tcp = new TcpListener(IPAddress.Loopback, port);
                tcp.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
            }
        }
    }

    private async Task UntilItAnswersAsync(int port)
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var own = ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
        var answered = socket.ReceiveAsync();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var asked = 1; !answered.IsCompletedSuccessfully; asked++)
        {
            if (_guard.HasExited || asked > Patience / beat.Period) throw new InvalidOperationException($"Kamailio did not start:\n{Log}");
            if (answered.IsFaulted) answered = socket.ReceiveAsync();
            var request =
                $"OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{asked}\r\nFrom: <sip:spec@127.0.0.1>;tag=1\r\n"
                + $"To: <sip:127.0.0.1:{port}>\r\nCall-ID: ready-{asked}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(request), new IPEndPoint(IPAddress.Loopback, port));
            await beat.WaitForNextTickAsync();
        }
    }
}
