namespace CallActors.Host.Verbs.Bench;

/// <summary>What every design of a bench is run on.</summary>
/// <param name="Configured">The configuration, read and checked.</param>
/// <param name="Configuration">The same as it was given, for a service in another process.</param>
/// <param name="People">Who is in the CRM.</param>
/// <param name="Time">The clock.</param>
internal sealed record BenchSetting(CallActorsOptions Configured, IConfiguration Configuration, BenchPeople People, TimeProvider Time);
