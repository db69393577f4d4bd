using CallActors.Journal;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Journal;

/// <summary>A journal's store that this process holds, made anew for each spec.</summary>
public abstract class StoreSpec : IAsyncLifetime
{
    private JournalStore _held = null!;

    protected SpecJournal Journal { get; private set; } = null!;

    protected abstract Task<SpecJournal> OpenAsync();

    public async Task InitializeAsync()
    {
        Journal = await OpenAsync();
        _held = await JournalStore.PrepareAsync(Journal.Options);
    }

    public async Task DisposeAsync()
    {
        await Journal.DisposeAsync();
        await _held.DisposeAsync();
    }
}
