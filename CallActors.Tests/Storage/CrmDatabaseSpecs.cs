using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Storage;

/// <summary>What the CRM database does, whichever database it is.</summary>
public abstract partial class CrmDatabaseSpecs : IAsyncLifetime
{
    protected const string Salon = "+97235550100";
    protected const string Caller = "+972501234567";
    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(2));

    protected SpecCrm Crm { get; private set; } = null!;
    protected CrmDatabase Database => Crm.Database;

    protected abstract Task<SpecCrm> OpenAsync(bool migrated = true);

    public async Task InitializeAsync() => Crm = await OpenAsync();

    public async Task DisposeAsync() => await Crm.DisposeAsync();

    protected static CallId Id(string id) => CallId.Parse(id);

    protected static CallStart Inbound(string from = Caller, string to = Salon) => new(CallDirection.Inbound, from, to);

    protected static CallStart Outbound(string from = Salon, string to = Caller) => new(CallDirection.Outbound, from, to);

    protected static CallRecord Ended(string id, CallStart start, params WriteIntent[] intents) => new(Id(id), start, Noon)
    {
        Status = CallStatus.Completed,
        AnsweredAt = Noon.AddSeconds(5),
        EndedAt = Noon.AddSeconds(65),
        DurationSeconds = 60,
        EndReason = EndReason.HungUp,
        Intents = intents.Aggregate(IntentStash.Empty, (stash, intent) => stash.With(intent, null)),
        SeenEvents = [1, ulong.MaxValue],
    };

    protected async Task<LoadedCall> LoadAsync(string id, CallStart start) =>
        (await Database.LoadAsync([ContextQuery.ForStart(Id(id), start)], default)).Calls.Single();

    protected Task<Committed> CommitAsync(params CallRecord[] records) => Database.CommitAsync(records, default);

    protected async Task<CrmException> RefusedAsync(params CallRecord[] records)
    {
        var refused = await Assert.ThrowsAsync<CrmException>(() => CommitAsync(records));
        Assert.Equal(CrmFault.Refused, refused.Fault);
        return refused;
    }

    protected static WriteIntent Name(string first, string? last = null) => new WriteIntent.Name(first, last, null);

    protected static WriteIntent Booked(DateTimeOffset start, string? title = null) =>
        new WriteIntent.Appointment(new Slot(start, start.AddMinutes(30)), title, "Dana", Caller, null);

    protected Task<long> CountAsync(string table) => Crm.ScalarAsync<long>($"select count(*) from {table}");

    protected static ImmutableHashSet<int> Indexes(params int[] indexes) => [.. indexes];
}

public sealed partial class SqliteCrmDatabaseSpecs : CrmDatabaseSpecs
{
    protected override Task<SpecCrm> OpenAsync(bool migrated = true) => SpecCrm.OnSqliteAsync(migrated);
}

public sealed partial class PostgreSqlCrmDatabaseSpecs : CrmDatabaseSpecs
{
    protected override Task<SpecCrm> OpenAsync(bool migrated = true) => SpecCrm.OnPostgreSqlAsync(migrated);
}
