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

    /// <summary>
    /// A log that is trimmed while another is written waits for the file. SQLite itself waits a few milliseconds at a time; its driver, where it is left to that,
    /// sleeps 150 ms, and every call of the service with it.
    /// </summary>
    private sealed class ShortWaits : ConnectionInterceptor
    {
        private static readonly string Pragma = $"pragma busy_timeout = {(int)JournalConnections.BusyPatience.TotalMilliseconds}";

        public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragma;
            command.ExecuteNonQuery();
        }

        // SQLite works on the thread that asks, whatever it is called. The store's queue hears of nothing new while it waits for that, so every write would be a
        // transaction of its own, one after the other; on another thread what comes meanwhile is gathered, and goes together in the next.
        public override async Task ConnectionOpeningAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken) => await Task.Yield();

        public override Task ConnectionOpenedAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
        {
            ConnectionOpened(eventData, connection);
            return Task.CompletedTask;
        }
    }
}
