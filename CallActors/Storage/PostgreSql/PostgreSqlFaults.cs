using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace CallActors.Storage.PostgreSql;

/// <summary>Which failures of PostgreSQL pass, and which are the batch's own.</summary>
internal static class PostgreSqlFaults
{
    public static CrmException? Classify(Exception failure) => failure switch
    {
        PostgresException refused => new CrmException(Of(refused.SqlState), refused.MessageText, refused.SqlState, cause: refused),
        // What the driver itself cannot put on the wire (half a surrogate pair, a number too large) comes wrapped or bare.
        NpgsqlException { InnerException: InvalidCastException or EncoderFallbackException or OverflowException } unwritable => Refuse(unwritable),
        InvalidCastException or EncoderFallbackException or OverflowException => Refuse(failure),
        // All else of the driver's: the server is gone, too slow, or has no connection left for us.
        NpgsqlException or IOException or SocketException or TimeoutException => new CrmException(CrmFault.Away, failure.Message, cause: failure),
        // The driver lost its place in the conversation (it throws nothing more special than this) and has broken the connection.
        _ when failure.GetType() == typeof(Exception) && failure.Source == "Npgsql" => new CrmException(CrmFault.Away, failure.Message, cause: failure),
        _ => null,
    };

    /// <summary>
    /// Away is what heals without the batch being changed: outages, overload, deadlocks, time-outs, and what only the operator can mend
    /// (credentials, a missing database, table or column). Refused is what this batch met: constraints, types, permissions, triggers.
    /// </summary>
    public static CrmFault Of(string sqlState) => sqlState switch
    {
        "40001" or "40P01" or "40003" => CrmFault.Away,     // serialization failure, deadlock, completion unknown
        "55P03" or "55006" => CrmFault.Away,                // lock not available, object in use
        "3D000" or "3F000" => CrmFault.Away,                // no such database, no such schema
        "42P01" or "42703" => CrmFault.Away,                // no such table, no such column: migrate
        "26000" or "0A000" => CrmFault.Away,                // a prepared statement was lost or outdated
        _ => sqlState.AsSpan(0, Math.Min(2, sqlState.Length)) switch
        {
            "08" or "25" or "28" or "53" or "57" or "58" => CrmFault.Away, // connection, transaction state (read-only), credentials, resources, operator, system
            _ => CrmFault.Refused,
        },
    };

    private static CrmException Refuse(Exception failure) => new(CrmFault.Refused, failure.InnerException?.Message ?? failure.Message, cause: failure);
}
