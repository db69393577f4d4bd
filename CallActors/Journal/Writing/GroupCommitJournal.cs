using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using Akka.Persistence.Sql.Journal;
using Akka.Persistence.Sql.Journal.Dao;
using Akka.Persistence.Sql.Journal.Types;
using CallActors.Telemetry;

namespace CallActors.Journal.Writing;

/// <summary>
/// Akka.Persistence.Sql, whose tables, form of rows and recovery these are, but for the statements that write, in groups of our own, and that delete. The
/// library makes a connection, its schema and the statement anew for each transaction, which was half of all that the service allocated and a fifth of its CPU;
/// and where it deletes, it changes each row first.
/// </summary>
internal sealed class GroupCommitJournal : SqlWriteJournal
{
    /// <summary>A write of one partition is a megabyte at most; what would take a store longer than a command may is not put together.</summary>
    private const int MostBytes = 4 << 20;
    private readonly ByteArrayJournalSerializer _serializer;
    private readonly WriteGroups _groups;
    private readonly IScheduler _clock = Context.System.Scheduler;

    /// <summary>The last write of each log. There are as many logs as partitions.</summary>
    private readonly Dictionary<string, Task> _last = [];

    public GroupCommitJournal(Config config)
        : base(config)
    {
        var settings = new JournalConfig(config.WithFallback(SqlPersistence.DefaultJournalConfiguration));
        _serializer = new ByteArrayJournalSerializer(settings, Context.System.Serialization, settings.PluginConfig.TagSeparator, Guid.NewGuid().ToString("N"));
        IRowWriter writer = settings.ProviderName == JournalConfiguration.SqliteProvider
            ? new SqliteRowWriter(settings.ConnectionString)
            : new PostgreSqlRowWriter(settings.ConnectionString);
        _groups = new WriteGroups(writer, settings.DaoConfig.Parallelism, new GroupBounds(settings.DaoConfig.BatchSize, MostBytes));
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var forms = _serializer.Serialize(messages, _clock.Now.UtcTicks);
        JournalRow[] rows = [.. forms.Where(form => form.IsSuccess).SelectMany(form => form.Get())];
        if (rows.Length > 0)
        {
            var written = CallTraces.Appended(rows[0].PersistenceId, rows.Length, () => _groups.WriteAsync(rows, cancellationToken));
            _last[rows[0].PersistenceId] = written;
            await written.ConfigureAwait(false);
        }

        // Null: none was rejected.
        return forms.TrueForAll(form => form.IsSuccess) ? null! : [.. forms.Select(form => form.IsSuccess ? null! : form.Failure.Value)];
    }

    /// <summary>A write that is under way is waited for, however it ends.</summary>
    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        if (_last.TryGetValue(persistenceId, out var last)) await last.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return await base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr, cancellationToken).ConfigureAwait(false);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        _groups.DeleteAsync(persistenceId, toSequenceNr, cancellationToken);

    protected override void PostStop()
    {
        base.PostStop();
        _ = _groups.DisposeAsync().AsTask();
    }
}
