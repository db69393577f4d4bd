using System.Globalization;

namespace CallActors.Host.Verbs.Bench;

/// <summary>What went over this machine's loopback, as the kernel counts it: bench, service, nodes and databases together.</summary>
internal static class LoopbackTraffic
{
    private const string Counter = "/sys/class/net/lo/statistics/rx_bytes";

    /// <returns>Bytes since the machine started; null: this system does not say.</returns>
    public static long? Read() => File.Exists(Counter) ? long.Parse(File.ReadAllText(Counter), CultureInfo.InvariantCulture) : null;
}
