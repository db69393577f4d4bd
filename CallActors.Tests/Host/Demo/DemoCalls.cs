using CallActors.Host.Verbs.Demo;

namespace CallActors.Tests.Host.Demo;

/// <summary>A demo's database and the calls planned on it.</summary>
internal sealed class DemoCalls : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly DemoFolder _folder = new();
    private DemoDatabase? _database;
    private PhoneBook? _book;

    public DemoDatabase Database => _database ?? throw new InvalidOperationException("It is not open.");

    public static async Task<DemoCalls> OpenAsync(int calls)
    {
        var demo = new DemoCalls();
        demo._database = await DemoDatabase.CreateAsync(demo._folder.PathOf("crm.db"), CallMix.JobsFor(calls), TimeProvider.System, CancellationToken.None);
        demo._book = await PhoneBook.ReadAsync(demo._database, CancellationToken.None);
        return demo;
    }

    public IReadOnlyList<CallScript> Plan(int calls, int seed = 1) => CallMix.Plan(seed, calls, _book!, Noon);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
        _folder.Dispose();
    }
}
