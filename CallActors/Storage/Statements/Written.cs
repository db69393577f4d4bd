namespace CallActors.Storage.Statements;

/// <summary>Nothing is dropped in silence: a trigger or a rule that swallows a row refuses it.</summary>
internal static class Written
{
    /// <exception cref="CrmException">Fewer rows were written than were given.</exception>
    public static void All(int written, int given, string table)
    {
        if (written != given) throw new CrmException(CrmFault.Refused, $"{table}: {written} of {given} rows were written");
    }
}
