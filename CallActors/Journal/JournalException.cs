namespace CallActors.Journal;

/// <summary>The journal's store cannot be used. The message is one sentence for whoever configured it, and shows no connection string.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="away">The store was not reached: it may be there later.</param>
/// <param name="cause">What the driver said.</param>
public sealed class JournalException(string message, bool away = false, Exception? cause = null) : Exception(message, cause)
{
    public bool Away => away;
}
