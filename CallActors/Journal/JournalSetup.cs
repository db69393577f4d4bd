using System.Data.Common;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Interceptors;

namespace CallActors.Journal;

/// <summary>What of the store cannot be said in its configuration.</summary>
internal static class JournalSetup
{
    /// <returns>Null: the configuration says it all.</returns>
    public static DataOptionsSetup? Of(JournalOptions options) => options.Provider == DatabaseProvider.Sqlite
        ? new DataOptionsSetup(new DataOptions().UseConnectionString(ProviderName.SQLiteMS, JournalConnections.Of(options)).UseInterceptor(new ShortWaits()))
        : null;

    /// <summary>For what the library asks the store itself: to read a log.</summary>
    private sealed class ShortWaits : ConnectionInterceptor
    {
        public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection) => JournalConnections.WaitShort(connection);

        // SQLite works on the thread that asks, whatever it is called. That may be the journal's own, and what comes to be written would wait for it.
        public override async Task ConnectionOpeningAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken) =>
            await Task.Yield();

        public override Task ConnectionOpenedAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
        {
            ConnectionOpened(eventData, connection);
            return Task.CompletedTask;
        }
    }
}
