using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Storage.Statements;

namespace CallActors.Tests.Storage;

/// <summary>What a group locks before it has looked, and when it does not try.</summary>
public sealed class LockGuessSpecs
{
    private static readonly BusinessId Salon = new(7);
    private static readonly CallRecord Stranger = new(
        CallId.Parse("CA-1"), new CallStart(CallDirection.Inbound, "+972541112222", "+97231234567"), DateTimeOffset.UnixEpoch)
    { BusinessId = Salon };

    [Fact]
    public void Of_a_call_that_knows_its_lead_the_lead_is_locked_where_it_may_change()
    {
        var known = Stranger with { LeadId = new LeadId(3) };
        Assert.Empty(Guess(known)!);
        Assert.Equal([new RowLock(LockKind.Lead, 3)], Guess(known with { Intents = Said(new WriteIntent.DetectedGender(Gender.Female)) })!);
        var named = known with { Intents = Said(new WriteIntent.Name("Dana", null, 0.9)) };
        Assert.Equal([new RowLock(LockKind.Lead, 3)], Guess(named)!);
        Assert.Empty(Guess(named with { Final = false })!);
    }

    [Fact]
    public void Of_one_that_knows_none_its_number_is_locked_and_what_else_it_was_told_of()
    {
        Assert.Equal([RowLock.OfPhone(7, "+972541112222")], Guess(Stranger)!);
        Assert.Empty(Guess(Stranger with { Final = false })!);
        Assert.Empty(Guess(Stranger with { Start = Stranger.Start with { From = "anonymous" } })!);
        var told = Stranger with { LeadId = new LeadId(3), Start = Stranger.Start with { JobId = new JobId(4), CallLogId = new CallLogId(5) } };
        Assert.Equal([new RowLock(LockKind.Job, 4), new RowLock(LockKind.CallLog, 5)], Guess(told)!);
    }

    [Fact]
    public void Where_one_call_of_the_group_had_no_context_nothing_is_guessed() =>
        Assert.Null(FlushGroup.GuessLocks([new GroupedRecord(0, Stranger), new GroupedRecord(1, Stranger with { BusinessId = null })]));

    [Fact]
    public void After_a_guess_that_was_wrong_none_is_made_for_some_groups()
    {
        var guesses = new LockGuesses();
        Assert.True(guesses.Next());
        Assert.True(guesses.Next());
        guesses.WasWrong();
        for (var i = 0; i < LockGuesses.Rest; i++) Assert.False(guesses.Next());
        Assert.True(guesses.Next());
    }

    private static IntentStash Said(WriteIntent intent) => IntentStash.Empty.With(intent, null);

    private static HashSet<RowLock>? Guess(CallRecord record) => FlushGroup.GuessLocks([new GroupedRecord(0, record)]);
}
