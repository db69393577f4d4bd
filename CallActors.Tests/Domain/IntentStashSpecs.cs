using System.Numerics;
using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class IntentStashSpecs
{
    private static readonly DateTimeOffset Ten = new(2026, 3, 1, 10, 0, 0, TimeSpan.FromHours(2));

    [Fact]
    public void Without_sequences_the_later_arrival_wins_its_field() =>
        Assert.Equal([new WriteIntent.Summary("b")], Stash((new WriteIntent.Summary("a"), null), (new WriteIntent.Summary("b"), null)).Standing);

    [Theory]
    [InlineData(1, 2, "second")]
    [InlineData(2, 1, "first")]
    [InlineData(2, 2, "second")]
    [InlineData(2, null, "second")]
    [InlineData(null, 1, "second")]
    public void Of_two_for_one_field_the_higher_sequence_wins_whichever_came_first(int? first, int? second, string wins)
    {
        var stash = Stash((new WriteIntent.Summary("first"), first), (new WriteIntent.Summary("second"), second));

        Assert.Equal(new WriteIntent.Summary(wins), Assert.Single(stash.Standing));
        Assert.Equal(1, stash.Count);
    }

    [Fact]
    public void A_sequence_may_have_any_number_of_digits()
    {
        var big = BigInteger.Parse("99999999999999999999999999999999", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(
            [new WriteIntent.Summary("big")],
            IntentStash.Empty.With(new WriteIntent.Summary("big"), big).With(new WriteIntent.Summary("small"), 7).Standing);
    }

    [Fact]
    public void Every_field_has_its_own_intent()
    {
        var stash = Stash(
            (new WriteIntent.Name("Dana", null, 0.9), 9), (new WriteIntent.DetectedGender(Gender.Female), 1), (new WriteIntent.Summary("s"), 2),
            (new WriteIntent.Transcription("t"), 3), (new WriteIntent.RecordingUrl("u"), 4), (new WriteIntent.RequestedSlot(Ten), 5), (Booked(Ten), 6));

        Assert.Equal(7, stash.Count);
        Assert.Equal("Dana", stash.Find<WriteIntent.Name>()?.FirstName);
        Assert.Equal(Ten, stash.Find<WriteIntent.RequestedSlot>()?.Start);
        Assert.Null(IntentStash.Empty.Find<WriteIntent.Name>());
    }

    [Fact]
    public void What_a_late_confirmation_says_and_the_standing_one_does_not_is_kept_as_it_would_have_been_in_order()
    {
        var (third, fifth) = (
            new WriteIntent.Appointment(new Slot(Ten, Ten.AddHours(2)), "Haircut", "Dana", null, "by the window"), Booked(Ten) with { ContactPhone = "+1" });
        var stands = Assert.Single(Stash((fifth, 5), (third, 3)).Appointments);
        Assert.Equal(fifth with { Title = "Haircut", ContactName = "Dana", Notes = "by the window" }, stands);
        Assert.Empty(Stash((new WriteIntent.NoAppointment(Ten), 5), (third, 3)).Appointments);
    }

    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(3, 2, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(2, 1, 3)]
    public void What_was_said_of_a_slot_before_it_was_given_back_is_forgotten(int first, int second, int third)
    {
        (WriteIntent, int?)[][] told = [
            [(Booked(Ten, "first"), 1)], [(new WriteIntent.NoAppointment(Ten), 2), (new WriteIntent.Reservation(Ten, null), 2)], [(Booked(Ten), 3)]];
        var stash = Stash([.. told[first - 1], .. told[second - 1], .. told[third - 1]]);
        Assert.Null(Assert.Single(stash.Appointments).Title);
    }

    [Fact]
    public void A_title_that_was_only_asked_for_is_none_of_what_is_written()
    {
        var stash = Stash((new WriteIntent.RequestedTitle(Ten, "Haircut"), 1), (new WriteIntent.RequestedTitle(Ten.AddHours(1), "Beard"), 2));
        Assert.Equal(0, stash.Count);
        Assert.Empty(stash.Standing);
        Assert.Equal(("Haircut", "Beard", null),
            (stash.RequestedTitleOf(Ten.ToUniversalTime()), stash.RequestedTitleOf(Ten.AddHours(1)), stash.RequestedTitleOf(Ten.AddHours(2))));
    }

    [Fact]
    public void An_appointment_is_known_by_the_instant_it_starts_at()
    {
        var stash = Stash((Booked(Ten, "in Jerusalem"), null), (Booked(Ten.ToUniversalTime(), "in UTC"), null), (Booked(Ten.AddHours(1)), null));

        Assert.Equal(["in UTC", null], stash.Appointments.Select(appointment => appointment.Title));
    }

    [Fact]
    public void A_withdrawn_appointment_is_not_written_and_not_counted()
    {
        var stash = Stash((Booked(Ten), 1), (new WriteIntent.NoAppointment(Ten), 2));

        Assert.Empty(stash.Standing);
        Assert.Empty(stash.Appointments);
        Assert.Equal(0, stash.Count);
        Assert.Null(stash.LastConfirmedStart);
    }

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(3, 2, true)]
    [InlineData(null, null, true)]
    public void A_confirmation_that_comes_after_its_withdrawal_stands_only_if_it_is_the_newer(int? confirmed, int? withdrawn, bool stands) =>
        Assert.Equal(stands, Stash((new WriteIntent.NoAppointment(Ten), withdrawn), (Booked(Ten), confirmed)).Appointments.Any());

    [Fact]
    public void The_appointment_confirmed_last_is_the_one_of_the_highest_sequence() =>
        Assert.Equal(Ten, Stash((Booked(Ten), 5), (Booked(Ten.AddHours(1)), 4), (Booked(Ten.AddHours(2)), 3)).LastConfirmedStart);

    [Fact]
    public void Or_of_the_last_arrival_where_nothing_is_numbered() =>
        Assert.Equal(Ten, Stash((Booked(Ten), null), (Booked(Ten.AddHours(1)), null), (Booked(Ten, "again"), null)).LastConfirmedStart);

    [Fact]
    public void When_it_is_withdrawn_the_one_before_is_the_last_again() =>
        Assert.Equal(Ten, Stash((Booked(Ten), 1), (Booked(Ten.AddHours(1)), 2), (new WriteIntent.NoAppointment(Ten.AddHours(1)), 3)).LastConfirmedStart);

    [Fact]
    public void It_keeps_the_offset_of_the_event() =>
        Assert.Equal(TimeSpan.FromHours(2), Stash((Booked(Ten), 1)).LastConfirmedStart?.Offset);

    [Fact]
    public void Numbered_writes_lead_to_the_same_intents_in_whatever_order_they_come() =>
        Intents.Array[0, 12].SelectMany(intents => Gen.Select(Gen.Const(intents), Gen.Shuffle(Enumerable.Range(0, intents.Length).ToArray())))
            .Sample((intents, order) =>
            {
                var inOrder = Stash([.. intents.Select((intent, at) => (intent, (int?)at))]);
                var shuffled = Stash([.. order.Select(at => (intents[at], (int?)at))]);

                Assert.Equal(inOrder.Held.OrderBy(held => held.Sequence), shuffled.Held.OrderBy(held => held.Sequence));
                Assert.Equal(inOrder.LastConfirmedStart, shuffled.LastConfirmedStart);
                Assert.Equal(inOrder.Count, shuffled.Count);
            });

    [Fact]
    public void A_repeated_write_changes_nothing() =>
        Intents.Array[1, 12].Sample(intents =>
        {
            var stash = Stash([.. intents.Select((intent, at) => (intent, (int?)at))]);
            Assert.Equal(stash.Held.OrderBy(held => held.Sequence), stash.With(intents[^1], intents.Length - 1).Held.OrderBy(held => held.Sequence));
        });

    private static Gen<WriteIntent> Intents => Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3]).Select((kind, n) => (WriteIntent)(kind switch
    {
        0 => new WriteIntent.Name($"Name {n}", null, null),
        1 => new WriteIntent.DetectedGender((Gender)(n % 2)),
        2 => new WriteIntent.Summary($"{n}"),
        3 => new WriteIntent.NoAppointment(Ten.AddHours(n)),
        _ => Booked(Ten.AddHours(n), $"{kind}"),
    }));

    private static WriteIntent.Appointment Booked(DateTimeOffset start, string? title = null) =>
        new(new Slot(start, start.AddMinutes(30)), title, null, null, null);

    private static IntentStash Stash(params (WriteIntent Intent, int? Sequence)[] writes) =>
        writes.Aggregate(IntentStash.Empty, (stash, write) => stash.With(write.Intent, write.Sequence));
}
