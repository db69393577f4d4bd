namespace CallActors.Storage;

/// <summary>Whose fault a transaction's failure is, where it is not plain.</summary>
internal static class WriterFaults
{
    /// <summary>
    /// Whether a failure that passes by itself, where it does not pass, may be one batch's: the server answered and had something against what it was told, or
    /// took too long over it. So may what is no failure of the database's at all: it is something that nobody thought of in one call's data. A server that is
    /// not there, starts, stops, has no room or may not be written to has nothing against anybody.
    /// </summary>
    public static bool IsPerhapsOneBatchs(Exception failure) => failure switch
    {
        OperationCanceledException => true,
        CrmException { SqlState: null } silent =>
            silent.InnerException is TimeoutException or OperationCanceledException || silent.InnerException?.InnerException is TimeoutException,
        CrmException { SqlState: "25006" or "26000" or "3D000" or "3F000" } => false,
        CrmException { SqlState: { } state } =>
            state is not ['0', '8', ..] and not ['2', '8', ..] and not ['5', '3', ..] and not ['5', '7', 'P', ..] and not ['5', '8', ..],
        _ => true,
    };

    /// <summary>
    /// Whether a refusal may come of what the CRM changed between the look at a call's rows and the write: a lead that it deleted (foreign key), a row of this
    /// call that it made (unique key). Another look tells.
    /// </summary>
    public static bool MayBeARace(CrmException refused) => refused.SqlState is "23503" or "23505";
}
