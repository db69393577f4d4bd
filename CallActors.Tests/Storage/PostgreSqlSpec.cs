using CallActors.Domain;
using CallActors.Messages;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Storage;

/// <summary>A CRM on PostgreSQL with one business, made anew for each spec.</summary>
public abstract class PostgreSqlSpec : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private protected SpecCrm Crm { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Crm = await SpecCrm.OnPostgreSqlAsync();
        await Crm.AddBusinessAsync("+97235550100");
    }

    public async Task DisposeAsync() => await Crm.DisposeAsync();

    protected static CallRecord Ended(string id, params WriteIntent[] intents) =>
        new(CallId.Parse(id), new CallStart(CallDirection.Inbound, "+972501234567", "+97235550100"), Noon)
        {
            Status = CallStatus.Completed,
            EndedAt = Noon.AddMinutes(1),
            Intents = intents.Aggregate(IntentStash.Empty, (stash, intent) => stash.With(intent, null)),
        };
}
