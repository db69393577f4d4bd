using System.Data.Common;
using System.Globalization;
using CallActors.Domain;
using CallActors.Host.Verbs.Older;

namespace CallActors.Host.Verbs.Bench;

/// <summary>What the designs before this one have in common: connections, and rows that a webhook had made before the call was served.</summary>
internal abstract class OlderDesign(BenchDatabase database, int connections, TimeProvider time) : BenchDesign(database)
{
    protected DbDataSource Source { get; } = database.Source(connections);

    protected TimeProvider Time => time;

    protected OldDesign Old => new(Source.OpenConnectionAsync, Statements, time);

    public override Task PrepareAsync(IReadOnlyList<BenchCall> calls, CancellationToken cancel) => Old.PrepareAsync(calls.Select(GivenOf), cancel);

    public override async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await base.DisposeAsync();
    }

    protected OldCall GivenOf(BenchCall call) => GivenOf(call, Database, time);

    /// <summary>What the old statements are told of a call.</summary>
    public static OldCall GivenOf(BenchCall call, BenchDatabase database, TimeProvider time) => new()
    {
        Sid = call.Id.Value,
        Number = call.BusinessPhone,
        Business = call.BusinessIndex + 1,
        Phone = call.Phone,
        Lead = (call.Lead ?? call.Job?.Lead)?.Id,
        Job = call.Job?.Id,
        Direction = call.IsOutbound ? "outbound" : "inbound",
        Gender = call.Gender == Gender.Female ? "female" : "male",
        Slot = call.IsBooking ? call.SlotStart.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture) : null,
        Status = "completed",
        Duration = call.DurationSeconds,
        Summary = call.Summary,
        Now = database.TimeOf(time.GetUtcNow()),
    };
}

/// <summary>The monolith: 17 SELECTs, 3 UPDATEs each with a COMMIT of its own, a connection of the pool for each.</summary>
internal sealed class BeforeDesign(BenchDatabase database, int connections, TimeProvider time) : OlderDesign(database, connections, time)
{
    public override Task TakeAsync(IReadOnlyList<BenchCall> calls, int concurrency, Action hungUp, CancellationToken cancel) =>
        SideBySideAsync(calls, concurrency, call => Old.TakeAsync(GivenOf(call), cancel), hungUp, cancel);
}

/// <summary>
/// The published remedy, as it was promised: one join before the greeting, what the conversation finds out kept in memory, one transaction with an UPDATE a
/// table after the end.
/// </summary>
internal sealed class SeedDesign(BenchDatabase database, int connections, TimeProvider time) : OlderDesign(database, connections, time)
{
    public override Task TakeAsync(IReadOnlyList<BenchCall> calls, int concurrency, Action hungUp, CancellationToken cancel) =>
        SideBySideAsync(calls, concurrency, call => TakeAsync(call, cancel), hungUp, cancel);

    private async Task TakeAsync(BenchCall call, CancellationToken cancel)
    {
        var (given, statements) = (GivenOf(call), new SeedStatements(Source, Statements, Time));
        await statements.LoadAsync(given, cancel);
        await statements.FlushAsync(given, cancel);
    }
}
