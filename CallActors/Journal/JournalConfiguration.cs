using System.Globalization;
using System.Text;
using Akka.Configuration;
using Akka.Persistence.Sql;
using CallActors.Journal.Wire;
using CallActors.Journal.Writing;

namespace CallActors.Journal;

/// <summary>Akka.Persistence.Sql as the log of calls needs it.</summary>
internal static class JournalConfiguration
{
    /// <summary>What Akka.Persistence.Sql calls SQLite, in Microsoft's driver.</summary>
    public const string SqliteProvider = "SQLite.MS";

    /// <summary>The configuration of an actor system whose persistent actors write into the journal.</summary>
    public static Config Of(JournalOptions options)
    {
        var (provider, writers) = options.Provider switch
        {
            // SQLite has one writer at a time: a second one would only wait for the first.
            DatabaseProvider.Sqlite => (SqliteProvider, 1),
            DatabaseProvider.PostgreSql => ("PostgreSQL.15", 3),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Provider, null),
        };
        return ConfigurationFactory.ParseString($$"""
            akka {
              actor {
                serializers.call-journal = {{TypeName<JournalSerializer>()}}
                serialization-bindings {
                  {{TypeName<CallEntry>()}} = call-journal
                  {{TypeName<BusinessEntry>()}} = call-journal
                  {{TypeName<EntryBatch>()}} = call-journal
                }
                serialization-identifiers { {{TypeName<JournalSerializer>()}} = 1001 }
              }
              persistence {
                snapshot-store.plugin = "akka.persistence.no-snapshot-store"
                journal {
                  plugin = "akka.persistence.journal.sql"
                  auto-start-journals = ["akka.persistence.journal.sql"]
                  sql {
                    class = {{TypeName<GroupCommitJournal>()}}
                    connection-string = {{Quoted(JournalConnections.Of(options))}}
                    provider-name = {{Quoted(provider)}}
                    auto-initialize = true

                    # The store writes one writer id per process, so a log that moved from A to B and back to A looks as if an old
                    # writer had come again. The default mode drops what that one wrote, which was acknowledged. What the filter
                    # guards against, two writers at once, the unique key of the table excludes.
                    replay-filter.mode = off

                    batch-size = 400
                    parallelism = {{writers}}
                    circuit-breaker { max-failures = 3, call-timeout = {{(int)JournalConnections.LongestCall.TotalSeconds}}s, reset-timeout = 1s }
                  }
                }
              }
            }
            """).WithFallback(SqlPersistence.DefaultConfiguration);
    }

    /// <summary>A text as HOCON reads it back, whatever is in it.</summary>
    internal static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (char.IsControl(c)) quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A type as HOCON names one.</summary>
    internal static string TypeName(Type type) => $"\"{type.FullName}, {type.Assembly.GetName().Name}\"";

    /// <inheritdoc cref="TypeName(Type)"/>
    internal static string TypeName<T>() => TypeName(typeof(T));
}
