using System.Diagnostics.Metrics;
using System.Reflection;

namespace CallActors.Telemetry;

/// <summary>The one meter of a service, by whose name it is listened to. Services in one process have a factory each, and so a meter each.</summary>
public static class CallMeter
{
    public const string Name = "CallActors";

    /// <summary>Of this build, without the revision it was built from.</summary>
    public static string Version { get; } =
        typeof(CallMeter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>The meter of the service that a factory belongs to: the same one each time.</summary>
    public static Meter Of(IMeterFactory meters) => meters.Create(Name, Version);
}
