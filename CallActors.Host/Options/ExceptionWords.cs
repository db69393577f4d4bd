namespace CallActors.Host.Options;

/// <summary>An exception's words in one line, as a verb ends with one: what drivers and the system say may have several.</summary>
internal static class ExceptionWords
{
    public static string InOneLine(this Exception failure) => failure.Message.ReplaceLineEndings(" ");

    /// <summary>Without its full stop: the sentence goes on behind it.</summary>
    public static string AsClause(this Exception failure) => failure.InOneLine().TrimEnd('.');
}
