using CallActors.Domain;
using CallActors.Storage;

namespace CallActors.Host.Verbs.Bench;

/// <summary>
/// The service's own statements in the best loop there is: full groups, nobody to answer, no actor and no journal. What is left to gain ends here.
/// </summary>
internal sealed class LimitDesign : BenchDesign
{
    private const int Group = 500;
    private const int InFlight = 2;
    private readonly CrmDatabase _crm;
    private Dictionary<BenchCall, CallRecord> _records = [];

    public LimitDesign(BenchDatabase database, TimeProvider time)
        : base(database) => _crm = CrmDatabase.Open(database.Options, time, Statements);

    public override Task PrepareAsync(IReadOnlyList<BenchCall> calls, CancellationToken cancel)
    {
        _records = calls.ToDictionary(call => call, RecordOf);
        return Task.CompletedTask;
    }

    public override async Task TakeAsync(IReadOnlyList<BenchCall> calls, int concurrency, Action hungUp, CancellationToken cancel)
    {
        // Calls of one customer one after the other, so that neither loop waits for the other's locks.
        var lanes = calls.GroupBy(call => (uint)call.Phone.GetHashCode(StringComparison.Ordinal) % InFlight);
        await Parallel.ForEachAsync(lanes, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancel }, async (lane, stop) =>
        {
            foreach (var group in lane.Chunk(Group)) await TakeAsync(group, hungUp, stop);
        });
    }

    private async Task TakeAsync(BenchCall[] group, Action hungUp, CancellationToken stop)
    {
        var records = Array.ConvertAll(group, call => _records[call]);
        var loaded = await _crm.LoadAsync([.. records.Select(record => ContextQuery.ForStart(record.CallId, record.Start))], stop);
        await _crm.CommitAsync([.. records.Zip(loaded.Calls, Told)], stop);
        foreach (var _ in group) hungUp();
    }

    public override async ValueTask DisposeAsync()
    {
        await _crm.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>A call holds on to the business and the lead that its load found.</summary>
    private static CallRecord Told(CallRecord record, LoadedCall found) =>
        record with { BusinessId = found.Business?.Id, LeadId = CustomerResolver.LeadOf(found)?.Id };

    private static CallRecord RecordOf(BenchCall call)
    {
        var at = call.StartedAt;
        var stash = IntentStash.Empty
            .With(new WriteIntent.Name(call.FirstName, null, 0.9), null)
            .With(new WriteIntent.Summary(call.Summary), null)
            .With(call.IsBooking
                ? new WriteIntent.Appointment(new Slot(call.SlotStart, call.SlotStart.AddMinutes(15)), null, null, null, null)
                : new WriteIntent.DetectedGender(call.Gender), null);
        return new CallRecord(call.Id, call.Start, at)
        {
            AnsweredAt = at.AddSeconds(10),
            EndedAt = at.AddSeconds(60),
            Status = CallStatus.Completed,
            DurationSeconds = call.DurationSeconds,
            EndReason = EndReason.HungUp,
            Intents = stash,
            SeenEvents = ValueList.Create<ulong>([.. call.ToEvents().Select(told => told.Header.Key.Fingerprint())]),
        };
    }
}
