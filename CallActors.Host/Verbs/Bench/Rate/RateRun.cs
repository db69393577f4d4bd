using System.Diagnostics;
using CallActors.Host.Verbs.Bench.Wire;

namespace CallActors.Host.Verbs.Bench.Rate;

/// <summary>
/// Sends events at a fixed rate, whether the service keeps up or not: an event is due at its time, and what it waits is counted from then, so that a service
/// that stalls is charged with all that it kept waiting. A call's event goes out once the one before it was answered, as a gateway does it.
/// </summary>
/// <param name="setting">What it runs on.</param>
/// <param name="plan">Which event is due when.</param>
/// <param name="options">What was asked for.</param>
/// <param name="hungUp">Told of each call that has ended.</param>
internal sealed class RateRun(BenchSetting setting, RatePlan plan, BenchOptions options, Action hungUp)
{
    /// <summary>So many calls at once, for a service that is still slow.</summary>
    private const int WarmUpConcurrency = 2;

    /// <summary>Calls' events are this much further apart than a start may take: the start's wait is not the next event's, too.</summary>
    private static readonly TimeSpan BeyondLoad = TimeSpan.FromMilliseconds(500);

    /// <summary>Every business's calls are among them: while the CRM is away, no slot can be promised of one that was never seen.</summary>
    private readonly int _firstCalls = Math.Clamp(plan.Rate * 2, BenchPeople.Businesses * 20, 4_000);

    public static RatePlan PlanOf(BenchOptions options, CallActorsOptions configured) =>
        new(options.Rate, configured.Timeouts.Load + BeyondLoad,
            TimeSpan.FromSeconds(options.WarmUp + (options.Seconds * PartsOf(options, configured.Database.Provider))));

    public async Task<RateFigures> RunAsync(CancellationToken cancel)
    {
        var database = await BenchDatabase.CreateAsync(setting.Configured.Database, "rate", setting.People, setting.Time, cancel);
        var (relay, through) = database.IsPostgreSql && options.Flood == 0 ? CrmRelay.Before(database.Options.ConnectionString) : ((CrmRelay?)null, null);
        await using var cut = relay;
        await using var design = await StartAsync(database, through, cancel);

        var start = setting.Time.GetUtcNow();

        // Those that book come last: on a machine that is busy the first loads may be late, and no slot is promised of a business that was never seen.
        BenchCall[] warmUp = [.. Enumerable.Range(0, _firstCalls).Select(i => new BenchCall(i, setting.People, start)).OrderBy(call => call.IsBooking)];
        await design.PrepareAsync(warmUp, cancel);
        await design.WarmUpAsync(warmUp, WarmUpConcurrency, cancel);
        FloodCall[] more = [.. Enumerable.Range(_firstCalls + plan.Calls, options.Flood * options.Seconds)
            .Select(i => FloodCall.Of(new BenchCall(i, setting.People, start), design.Wire))];
        var flood = options.Flood > 0 ? new FloodRun(design, more, options.Flood, setting.Time) : null;
        var calls = Enumerable.Range(_firstCalls, plan.Calls).Select(i => new PacedCall(WireCall.Of(new BenchCall(i, setting.People, start), design.Wire)))
            .ToArray();
        GC.Collect();

        var errors = new WireErrors();
        var flooding = Task.CompletedTask;
        var parts = new RateParts(plan, options.WarmUp * plan.Rate, options.Seconds * plan.Rate, PartsOf(options, setting.Configured.Database.Provider))
        {
            Trouble = flood is null ? relay is null ? null : relay.Cut : () => flooding = flood.RunAsync(TimeSpan.FromSeconds(options.Seconds), errors, cancel),
            Relief = relay is null ? null : relay.Mend,
        };
        await PacedThread.RunAsync(() => SendAll(design, calls, parts, errors, cancel), cancel);
        await Task.WhenAll(calls.Select(call => call.Sent));
        await flooding;
        if (flood is not null) await flood.EndTakenAsync(errors, cancel);
        var ended = setting.Time.GetTimestamp();
        errors.ThrowIfAny();
        await design.SettleAsync(cancel);
        var caughtUp = setting.Time.GetElapsedTime(ended);
        var stored = await database.CountCompletedAsync(cancel);
        var shed = calls.Count(call => call.IsShed);
        var taken = _firstCalls + plan.Calls - shed + (flood?.Taken ?? 0);
        if (stored != taken) throw new BenchException($"{taken} calls were taken and {stored} stand in the database.");

        return new RateFigures
        {
            Rate = plan.Rate,
            Seconds = options.Seconds,
            LiveCalls = plan.Ramp / BenchCall.Events,
            WarmUpSeconds = options.WarmUp,
            Cold = options.WarmUp > 0 ? parts.Cold.Read() : null,
            Crm = parts.Measured[0].Read(),
            CrmAway = relay is null ? null : parts.Measured[1].Read(),
            Flood = flood?.Read(parts.Measured[1].Read()) is { } flooded ? flooded with { Shed = shed } : null,
            CaughtUpSeconds = relay is not null ? caughtUp.TotalSeconds : null,
        };
    }

    /// <summary>The service; the database goes with it.</summary>
    private async Task<WireDesign> StartAsync(BenchDatabase database, string? through, CancellationToken cancel)
    {
        try
        {
            return await WireDesign.StartAsync(database, setting, (address, key) => Task.FromResult<IWire>(new HttpWire(address, key)), through, cancel);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>One that is calm, and one with a flood, or without the CRM where it can be taken away.</summary>
    private static int PartsOf(BenchOptions options, DatabaseProvider provider) => options.Flood > 0 || provider == DatabaseProvider.PostgreSql ? 2 : 1;

    /// <summary>Sends each event when it is due.</summary>
    private void SendAll(WireDesign design, PacedCall[] calls, RateParts parts, WireErrors errors, CancellationToken cancel)
    {
        var time = setting.Time;
        using var self = Process.GetCurrentProcess();
        var began = time.GetTimestamp();
        for (var slot = 0; slot < plan.Slots; slot++)
        {
            var due = plan.DueOf(slot);
            while (time.GetElapsedTime(began) < due) PacedThread.Wait(cancel);
            parts.Reach(slot, design, self, time);
            if (plan.At(slot) is not { } told) continue;
            var meter = parts.At(slot);
            meter?.Lateness.Add(time.GetElapsedTime(began) - due);
            var call = calls[told.Call];
            call.Send(told.Step, reply =>
            {
                // In a flood a new call may be refused; its gateway would send it elsewhere, and tells no more of it.
                call.IsShed |= told.Step == 0 && options.Flood > 0 && reply.IsNotNow;
                if (!call.IsShed) meter?.Add(told.Step, time.GetElapsedTime(began) - due, reply);
                if (!reply.Applied && !call.IsShed) errors.Add(call.Told(told.Step), reply);
                if (call.IsShed || told.Step == BenchCall.Events - 1) hungUp();
            }, design.Wire, cancel);
        }
    }

    /// <summary>A call that is told its events when they are due.</summary>
    private sealed class PacedCall(WireCall call)
    {
        public Task Sent { get; private set; } = Task.CompletedTask;

        /// <summary>It was refused, and no more is told of it.</summary>
        public bool IsShed { get; set; }

        public WireEvent Told(int step) => call.Events[step];

        public void Send(int step, Action<WireReply> replied, IWire wire, CancellationToken cancel) => Sent = AfterAsync(Sent, step, replied, wire, cancel);

        private async Task AfterAsync(Task before, int step, Action<WireReply> replied, IWire wire, CancellationToken cancel)
        {
            await before;
            if (IsShed) return;
            replied(await wire.SendAsync(call.Events[step], cancel));
        }
    }
}
