using CallActors.Host.Api;
using CallActors.Host.Options;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace CallActors.Host.Verbs;

/// <summary>
/// Looks at the configuration's files and, when one changes, takes the keys from them; everything else waits for the next start. A configuration that would not
/// be started with is refused as a whole, and the keys stay.
/// </summary>
internal sealed class KeyWatch(KeyRing ring, IConfigurationRoot configuration, ILogger<KeyWatch> log) : IHostedService, IDisposable
{
    private readonly List<IDisposable> _watches = [];
    private readonly Lock _lock = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var file in ServiceConfiguration.FilesOf(configuration).Distinct())
        {
            // Asked for, not told: a file that is mounted, or a link that is turned to another one, raises no event.
            var folder = new PhysicalFileProvider(Path.GetDirectoryName(file)!) { UsePollingFileWatcher = true, UseActivePolling = true };
            _watches.Add(ChangeToken.OnChange(() => folder.Watch(Path.GetFileName(file)), ReadAgain));
            _watches.Add(folder);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        foreach (var watch in _watches) watch.Dispose();
        _watches.Clear();
    }

    /// <returns>False: the keys stay as they are.</returns>
    private bool Takes(ApiKeys keys)
    {
        // A file that is away for a moment, or emptied by mistake, is not to open the door to everybody.
        if (keys.AnyoneMayCall && !ring.Current.AnyoneMayCall)
        {
            log.LogError(
                "The configuration's file changed, and there are no keys any more; they stay as they are. A service that is to be open to whoever reaches it has to be started so");
            return false;
        }

        ring.Replace(keys);
        log.LogInformation("The configuration's file changed: {Keys} keys open the service now; other settings wait for the next start", keys.Count);
        return true;
    }

    private void ReadAgain()
    {
        lock (_lock)
        {
            try
            {
                var options = ServiceOptions.Read(ServiceConfiguration.ReadAgain(configuration));
                if (!Takes(options.Keys)) return;
                foreach (var doubt in options.Doubts) log.LogWarning("{Doubt}", doubt);
            }
            catch (ConfigurationException e)
            {
                log.LogError("The configuration's file changed and is refused; the keys stay as they are: {Reason}", e.Message);
            }
            catch (Exception e)
            {
                log.LogError(e, "The configuration's file changed and cannot be read; the keys stay as they are");
            }
        }
    }
}
