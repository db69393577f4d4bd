using System.Security.Cryptography;
using CallActors.Host.Verbs.Older;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>A service in a process of its own, spoken to over the wire: all costs in.</summary>
internal sealed class WireDesign : BenchDesign
{
    private static readonly TimeSpan SettlePatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(10);
    private readonly IReadOnlyList<ServiceChild> _services;
    private readonly BenchPlace? _journal;
    private readonly HttpClient _questions;
    private readonly TimeProvider _time;
    private readonly bool _isOld;
    private Dictionary<BenchCall, WireCall> _written = [];

    private WireDesign(
        BenchDatabase database, IReadOnlyList<ServiceChild> services, IWire wire, BenchPlace? journal, HttpClient questions, bool isOld, TimeProvider time)
        : base(database)
    {
        (_services, Wire, _journal, _questions, _isOld, _time) = (services, wire, journal, questions, isOld, time);
        Latencies = new Latencies();
    }

    public IWire Wire { get; }

    public override TimeSpan? ServiceCpu => _services.Aggregate(TimeSpan.Zero, (sum, service) => sum + service.ProcessorTime);

    /// <summary>Bytes of physical memory the services have, and the most they ever had.</summary>
    public (long Now, long Most) ServiceMemory =>
        _services.Select(service => service.Memory).Aggregate((Now: 0L, Most: 0L), (sum, one) => (sum.Now + one.Now, sum.Most + one.Most));

    /// <summary>The monolith behind HTTP.</summary>
    public static Task<WireDesign> StartOldAsync(BenchDatabase database, BenchSetting setting, CancellationToken cancel) =>
        StartAsync(database, setting, ServiceChild.OldVerb, null, [[]], (address, key) => Task.FromResult<IWire>(new HttpWire(address, key)), null, cancel);

    /// <summary>This service, journal on.</summary>
    /// <param name="database">Its CRM.</param>
    /// <param name="setting">What the bench is run on.</param>
    /// <param name="connect">Makes the wire, given the service's address and a key to it.</param>
    /// <param name="crm">Where the service finds its CRM, if there is something between the two; null: where it is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="nodes">Of a cluster: how many; 0: none, one service by itself.</param>
    public static async Task<WireDesign> StartAsync(
        BenchDatabase database, BenchSetting setting, Func<Uri, string, Task<IWire>> connect, string? crm, CancellationToken cancel, int nodes = 0)
    {
        var configured = setting.Configured.Journal;
        var journal = await BenchPlace.CreateAsync(configured.Provider, configured.ConnectionString, BenchPlace.JournalKey, "journal", cancel);
        try
        {
            return await StartAsync(
                database, setting, ServiceChild.ServeVerb, journal, nodes == 0 ? [[]] : ClusterNodes.SettingsOf(nodes), connect, crm, cancel);
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    public override async Task PrepareAsync(IReadOnlyList<BenchCall> calls, CancellationToken cancel)
    {
        _written = calls.ToDictionary(call => call, call => WireCall.Of(call, Wire));
        if (!_isOld) return;
        await using var source = Database.Source(1);
        await new OldDesign(source.OpenConnectionAsync, Statements, _time)
            .PrepareAsync(calls.Select(call => OlderDesign.GivenOf(call, Database, _time)), cancel);
    }

    public override Task TakeAsync(IReadOnlyList<BenchCall> calls, int concurrency, Action hungUp, CancellationToken cancel) =>
        TakeAsync(calls, concurrency, told => Wire.SendAsync(told, cancel), hungUp, cancel);

    /// <summary>Takes calls through a service that is not measured yet: where it has too much to do, it is asked again.</summary>
    /// <exception cref="BenchException">The service has gone, or will not have an event.</exception>
    public Task WarmUpAsync(IReadOnlyList<BenchCall> calls, int concurrency, CancellationToken cancel) =>
        TakeAsync(calls, concurrency, told => Wire.SendUntilTakenAsync(told, _time, cancel), () => { }, cancel);

    private async Task TakeAsync(
        IReadOnlyList<BenchCall> calls, int concurrency, Func<WireEvent, Task<WireReply>> send, Action hungUp, CancellationToken cancel)
    {
        Latencies!.Begin(calls.Count * BenchCall.Events);
        var errors = new WireErrors();
        await SideBySideAsync(calls, concurrency, call => TakeAsync(_written[call], send, errors), hungUp, cancel);
        errors.ThrowIfAny();
        Wire.Rest();
        await SettleAsync(cancel);
    }

    /// <summary>Waits until the service holds no call any more: each of them stands in the database.</summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        var since = _time.GetTimestamp();
        using var poll = new PeriodicTimer(PollEvery, _time);
        while ((await ServiceStatistics.ReadAsync(_questions, cancel)).Held is var held and > 0)
        {
            if (_time.GetElapsedTime(since) > SettlePatience) throw new BenchException($"{held} calls were not committed within {SettlePatience}.");
            await poll.WaitForNextTickAsync(cancel);
        }
    }

    public override async Task<BenchTotals> ReadAsync(CancellationToken cancel)
    {
        var said = await ServiceStatistics.ReadAsync(_questions, cancel);
        return new BenchTotals(said.Load, said.Live, said.Flush, CountsTransactions: false);
    }

    public override async ValueTask DisposeAsync()
    {
        await Wire.DisposeAsync();
        _questions.Dispose();
        foreach (var service in _services) await service.DisposeAsync();
        if (_journal is not null) await _journal.DisposeAsync();
        await base.DisposeAsync();
    }

    private static async Task<WireDesign> StartAsync(
        BenchDatabase database, BenchSetting setting, string verb, BenchPlace? journal, (string Key, string Value)[][] nodes,
        Func<Uri, string, Task<IWire>> connect, string? crm, CancellationToken cancel)
    {
        // Whatever keys are configured, the bench has one of its own; a gateway sends one with each event, too.
        var key = RandomNumberGenerator.GetHexString(32);
        List<(string Key, string Value)> settings =
        [
            ("CallActors:Database:ConnectionString", crm ?? database.Options.ConnectionString),
            ("CallActors:Gateway:ApiKeys", key),
            ("CallActors:Journal:Durability", nameof(Durability.Journal)),
        ];
        if (journal is not null) settings.Add(("CallActors:Journal:ConnectionString", journal.ConnectionString));
        var (services, wires) = (new List<ServiceChild>(), new List<IWire>());
        try
        {
            foreach (var node in nodes) services.Add(await ServiceChild.StartAsync(verb, setting.Configuration, [.. settings, .. node], setting.Time, cancel));
            var questions = ServiceStatistics.ClientOf(services[0].Address, key);
            if (nodes.Length > 1) await ClusterNodes.UntilSpreadAsync(questions, nodes.Length, setting.Time, cancel);
            foreach (var service in services) wires.Add(await connect(service.Address, key));
            return new WireDesign(
                database, services, wires.Count == 1 ? wires[0] : new SpreadWire([.. wires]), journal, questions, isOld: verb == ServiceChild.OldVerb,
                setting.Time);
        }
        catch
        {
            foreach (var wire in wires) await wire.DisposeAsync();
            foreach (var service in services) await service.DisposeAsync();
            throw;
        }
    }

    private async Task TakeAsync(WireCall call, Func<WireEvent, Task<WireReply>> send, WireErrors errors)
    {
        foreach (var told in call.Events)
        {
            var sent = _time.GetTimestamp();
            var reply = await send(told);
            Latencies!.Add(_time.GetElapsedTime(sent));
            if (!reply.Applied) errors.Add(told, reply);
        }
    }
}

/// <summary>Events that were not applied. A bench that has any has failed.</summary>
internal sealed class WireErrors
{
    private int _count;
    private string? _first;

    public void Add(WireEvent told, WireReply reply)
    {
        if (Interlocked.Increment(ref _count) == 1) _first = $"{told.Id} was answered {reply.Refusal?.ReplaceLineEndings(" ")}";
    }

    /// <exception cref="BenchException">There are some.</exception>
    public void ThrowIfAny()
    {
        if (_count > 0) throw new BenchException($"{_count} events were not applied. The first, {_first}");
    }
}
