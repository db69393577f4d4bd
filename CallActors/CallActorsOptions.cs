using CallActors.Actors;
using CallActors.Cluster;
using CallActors.Domain;

namespace CallActors;

/// <summary>How the service is set up; every value has been checked. The names are those of the configuration, <c>CallActors:…</c>.</summary>
public sealed record CallActorsOptions
{
    public DatabaseOptions Database { get; init; } = new();
    public JournalOptions Journal { get; init; } = new();
    public ClusterOptions Cluster { get; init; } = new();
    public CallLimits Limits { get; init; } = CallLimits.Default;
    public CallTimeouts Timeouts { get; init; } = CallTimeouts.Default;

    /// <summary>How the loader asks; its time-out is <see cref="CallTimeouts.Load"/>.</summary>
    public LoaderSettings Loader { get; init; } = new(CallTimeouts.Default.Load);
    public WriterSettings Writer { get; init; } = new();
    public LedgerSettings Ledger { get; init; } = new();
}

/// <summary>The kinds of database there is an adapter for.</summary>
public enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
}

/// <summary>What an <c>applied</c> event survives.</summary>
public enum Durability
{
    /// <summary>Until the process dies.</summary>
    Memory,

    /// <summary>The death of the process.</summary>
    Journal,
}

/// <summary>The CRM database.</summary>
public sealed record DatabaseOptions
{
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Sqlite;
    public string ConnectionString { get; init; } = "Data Source=data/crm.db";
}

/// <summary>Where calls are written down while they go on.</summary>
public sealed record JournalOptions
{
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Sqlite;
    public string ConnectionString { get; init; } = "Data Source=data/journal.db";
    public Durability Durability { get; init; } = Durability.Journal;

    /// <summary>Into how many parts calls are divided, each with a supervisor and a log of its own. A journal keeps the number it was begun with.</summary>
    public int Partitions { get; init; } = 8;

    /// <summary>Nobody asked for that number: a journal that was begun with another one keeps that.</summary>
    public bool AdoptsPartitions { get; init; }

    /// <summary>Several nodes of one cluster write into it, each the logs that are its own at the time.</summary>
    public bool IsShared { get; init; }
}
