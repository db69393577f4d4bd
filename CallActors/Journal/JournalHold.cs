using System.Data.Common;
using Dapper;

namespace CallActors.Journal;

/// <summary>This process's hold on a journal.</summary>
internal interface IJournalHold : IAsyncDisposable
{
    /// <summary>False: what is written may go where no later start finds it, or between what another service writes.</summary>
    bool IsHeld { get; }

    /// <summary>Done when another service has taken the journal. It does not come back.</summary>
    Task Lost { get; }
}

/// <summary>A lock file beside a SQLite file, which the system takes back however the process dies.</summary>
internal sealed class FileHold(string file, FileStream held) : IJournalHold
{
    // A store that has a file open goes on writing into it when it was deleted or moved away.
    public bool IsHeld => File.Exists(file);

    public Task Lost { get; } = new TaskCompletionSource().Task;

    public ValueTask DisposeAsync() => held.DisposeAsync();
}

/// <summary>
/// A session's advisory lock, which goes with its connection. It is looked after, and taken again when the connection was cut; where another service was
/// faster, this one has lost the journal.
/// </summary>
internal sealed class SessionHold : IJournalHold
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>A server that stood still has the session that was cut for a while yet: whom it refuses first is refused for our own sake.</summary>
    private const int RefusalsThatCount = 5;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<CancellationToken, Task<DbConnection?>> _take;
    private readonly Task _looking;
    private DbConnection? _connection;
    private volatile bool _isHeld = true;
    private int _refusals;

    /// <param name="connection">Has the lock.</param>
    /// <param name="take">Takes it again on a connection of its own; null: another has it. Throws while the server is away.</param>
    public SessionHold(DbConnection connection, Func<CancellationToken, Task<DbConnection?>> take)
    {
        _connection = connection;
        _take = take;
        _looking = LookAfterAsync();
    }

    public bool IsHeld => _isHeld;

    public Task Lost => _lost.Task;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
        if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task LookAfterAsync()
    {
        using var timer = new PeriodicTimer(Every);
        while (!_lost.Task.IsCompleted && await TickAsync(timer).ConfigureAwait(false))
        {
            try
            {
                if (_connection is not null)
                    await _connection.ExecuteAsync(new CommandDefinition("select 1", cancellationToken: _stopping.Token)).ConfigureAwait(false);
                else await TakeAgainAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is DbException or IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
            {
                if (_stopping.IsCancellationRequested) return;
                _isHeld = false;
                if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
                _connection = null;
            }
        }
    }

    private async Task TakeAgainAsync()
    {
        _connection = await _take(_stopping.Token).ConfigureAwait(false);
        _isHeld = _connection is not null;
        _refusals = _isHeld ? 0 : _refusals + 1;
        if (_refusals == RefusalsThatCount) _lost.SetResult();
    }

    private async Task<bool> TickAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
