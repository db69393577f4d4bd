using System.Data.Common;
using System.Reflection;
using CallActors.Storage.Sql;
using Dapper;

namespace CallActors.Storage;

/// <summary>Two small businesses for the embedded default, so that a first call finds somebody to answer it.</summary>
internal static class SampleData
{
    public static async Task<bool> SeedAsync(
        SqlDialect dialect, DbConnection connection, DbTransaction transaction, DateTimeOffset now, CancellationToken cancel)
    {
        var businesses = new CommandDefinition("select count(*) from business", transaction: transaction, cancellationToken: cancel);
        if (await connection.ExecuteScalarAsync<long>(businesses) > 0) return false;

        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{typeof(SampleData).Namespace}.Migrations.SampleData.sql")
            ?? throw new InvalidOperationException("The sample data are not embedded.");
        var text = await new StreamReader(stream).ReadToEndAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(text, new { now = dialect.TimeOf(now) }, transaction, cancellationToken: cancel));
        return true;
    }
}
