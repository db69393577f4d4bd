using CallActors.Domain;
using CallActors.Messages;
using CsCheck;

namespace CallActors.Tests.Domain;

public class SlotSearchSpecs
{
    private static readonly BusinessProfile Salon = new(new BusinessId(1), "Salon X", "+97235550100")
    {
        TimeZone = "Asia/Jerusalem",
        OpeningHoursJson = """{"sun":[["10:00","20:00"]],"mon":[["10:00","12:00"]]}""",
        SlotSizeMinutes = 30,
        BookingWindowDays = 30,
        MinNoticeMinutes = 60,
    };

    private static readonly DateTimeOffset Now = BookingRulesSpecs.At("2026-03-01 09:00");

    [Theory]
    [InlineData("2026-03-01 12:10", 30, "12:00-12:30 12:30-13:00")]
    [InlineData("2026-03-01 12:15", 60, "12:00-13:00 12:30-13:30")]
    [InlineData("2026-03-01 19:30", 60, "19:00-20:00 18:30-19:30")]
    [InlineData("2026-03-01 12:00", 10, "12:00-12:15 11:30-11:45")]
    [InlineData("2026-03-01 12:00", 300, "12:00-16:00 11:30-15:30")]
    [InlineData("2026-03-01 12:10", 44.5, "12:00-12:45 12:30-13:15")]
    [InlineData("2026-03-01 08:00", 30, "10:30-11:00 11:00-11:30")]
    [InlineData("2026-03-02 02:40", 30, "19:30-20:00 10:00-10:30")]
    public void The_two_nearest_slots_of_its_length_are_offered(string start, double minutes, string offered) =>
        Assert.Equal(offered, Offered(start, minutes, []));

    [Fact]
    public void Of_two_equally_near_the_earlier_comes_first() =>
        Assert.Equal("11:00-11:15 13:00-13:15", Offered("2026-03-01 12:00", 10, [Slot("2026-03-01 11:30", 90)]));

    [Fact]
    public void What_the_call_holds_is_not_offered() =>
        Assert.Equal("11:30-12:00 13:00-13:30", Offered("2026-03-01 12:10", 30, [Slot("2026-03-01 12:00", 60)]));

    [Fact]
    public void They_are_told_by_the_clock_of_the_business()
    {
        var asked = Slot("2026-03-29 12:10", 30);
        var offered = BookingRules.Check(new Slot(asked.Start.ToUniversalTime(), asked.End.ToUniversalTime()), Salon, Now, [])!.Alternatives;

        Assert.All(offered, slot => Assert.Equal(TimeSpan.FromHours(3), slot.Start.Offset));
        Assert.All(offered, slot => Assert.Equal(TimeSpan.FromHours(3), slot.End.Offset));
    }

    [Fact]
    public void A_slot_beyond_the_window_is_answered_with_its_last_ones() =>
        Assert.Equal("2026-03-30 11:30, 2026-03-30 11:00", Starts(BookingRules.Check(Slot("2026-09-01 12:00", 30), Salon, Now, [])));

    [Fact]
    public void A_notice_of_weeks_is_looked_beyond()
    {
        var slow = Salon with { MinNoticeMinutes = 20 * 24 * 60 };

        Assert.Equal("2026-03-22 10:00, 2026-03-22 10:30", Starts(BookingRules.Check(Slot("2026-03-01 10:30", 30), slow, Now, [])));
    }

    [Fact]
    public void There_are_fewer_where_there_are_none()
    {
        var narrow = Salon with { OpeningHoursJson = """{"sun":[["10:00","11:00"]]}""", BookingWindowDays = 8 };

        Assert.Equal("2026-03-08 10:00", Starts(BookingRules.Check(Slot("2026-03-03 10:00", 60), narrow, Now, [])));
        Assert.Empty(BookingRules.Check(Slot("2026-03-03 10:00", 90), narrow, Now, [])!.Alternatives);
        Assert.Empty(BookingRules.Check(Slot("2026-03-03 10:00", 60), narrow with { BookingWindowDays = 0 }, Now, [])!.Alternatives);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-02T23:00:00-12:00")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("9999-12-27T12:00:00+14:00")]
    public void At_the_ends_of_the_calendar_what_can_be_booked_lies_within_it(string now)
    {
        var at = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var zone in new[] { "Asia/Jerusalem", "America/New_York", "Pacific/Kiritimati" })
        {
            var always = Salon with
            {
                TimeZone = zone,
                OpeningHoursJson = $"{{{string.Join(',', "sun mon tue wed thu fri sat".Split(' ').Select(day => $"\"{day}\":[[\"00:00\",\"24:00\"]]"))}}}",
                MinNoticeMinutes = 0
            };
            var slot = new Slot(at, at.Year > 5000 ? at : at.AddMinutes(30));
            foreach (var offered in BookingRules.Check(slot, always, at, [])!.Alternatives) Assert.True(offered.Start > at);
        }
    }

    [Fact]
    public void Instead_of_a_taken_slot_its_neighbours_are_offered() =>
        Assert.Equal(
            "11:30-12:00 12:30-13:00", Wall(SlotSearch.Nearest(Slot("2026-03-01 12:00", 30), BookingTerms.Of(Salon), Now, [Slot("2026-03-01 12:00", 30)])));

    [Fact]
    public void Every_alternative_can_be_booked_and_none_that_is_nearer_is_left_out() => Cases.Sample((business, asked, held) =>
    {
        var refused = BookingRules.Check(asked, business, Now, held);
        if (refused is null) return;

        Assert.InRange(refused.Alternatives.Length, 0, 2);
        Assert.All(refused.Alternatives, slot => Assert.Null(BookingRules.Check(slot, business, Now, [])));
        Assert.DoesNotContain(refused.Alternatives, slot => held.Any(slot.Overlaps));
        Assert.Equal(refused.Alternatives.Length, refused.Alternatives.Distinct().Count());
        if (refused.Alternatives.Length < 2) return;

        // Looked for by hand: every half hour of instants around the asked start.
        var terms = BookingTerms.Of(business);
        var (length, reach) = (refused.Alternatives[0].Length, (refused.Alternatives[1].Start - asked.Start).Duration());
        var anchor = new DateTimeOffset(asked.Start.UtcTicks - (asked.Start.UtcTicks % TimeSpan.FromMinutes(30).Ticks), TimeSpan.Zero);
        for (var start = anchor - reach; start <= anchor + reach; start += TimeSpan.FromMinutes(30))
        {
            var slot = new Slot(start, start + length);
            if ((start - asked.Start).Duration() < reach && !held.Any(slot.Overlaps) && BookingRules.Fault(slot, terms, Now) is null)
                Assert.Contains(refused.Alternatives, alternative => alternative.Start == start);
        }
    }, iter: 300);

    private static Gen<(BusinessProfile, Slot, Slot[])> Cases =>
        Gen.Select(
            Gen.OneOf("Asia/Jerusalem", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "Atlantic/Azores", null),
            Gen.OneOf(
                """{"sun":[["10:00","20:00"]],"tue":[["22:00","03:00"]]}""",
                """{"fri":[["00:00","06:00"]],"sun":[["00:00","24:00"]],"mon":[["00:00","01:30"]]}""", "{}"),
            Gen.OneOf<int?>(null, 5, 30, 50, 600),
            Gen.OneOf<int?>(null, 0, 3, 40),
            Gen.Int[-60, 60 * 24 * 50],
            Gen.OneOf(10, 15, 45, 60, 240, 500),
            Gen.Int[0, 60 * 24 * 40].Array[0, 4])
        .Select((zone, hours, grid, window, start, minutes, held) => (
            Salon with { TimeZone = zone, OpeningHoursJson = hours, SlotSizeMinutes = grid, BookingWindowDays = window },
            new Slot(Now.AddMinutes(start), Now.AddMinutes(start + minutes)),
            held.Select(at => new Slot(Now.AddMinutes(at), Now.AddMinutes(at + 240))).ToArray()));

    private static Slot Slot(string start, double minutes) => new(BookingRulesSpecs.At(start), BookingRulesSpecs.At(start).AddMinutes(minutes));

    private static string Offered(string start, double minutes, Slot[] held) => Wall(BookingRules.Check(Slot(start, minutes), Salon, Now, held)!.Alternatives);

    private static string Wall(IEnumerable<Slot> slots) => string.Join(' ', slots.Select(slot => $"{slot.Start:HH:mm}-{slot.End:HH:mm}"));

    private static string Starts(NotBookable? refused) => string.Join(", ", refused!.Alternatives.Select(slot => $"{slot.Start:yyyy-MM-dd HH:mm}"));
}
