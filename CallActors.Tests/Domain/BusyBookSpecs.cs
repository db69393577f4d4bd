using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Tests.Domain;

public class BusyBookSpecs
{
    private static readonly BusinessId Salon = new(1);
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly BusyBook _book = new();

    private static KnownBusy Seen(int seconds, params (int Start, int End)[] taken) => new(BusyTimes.FromMinutes(taken), Noon.AddSeconds(seconds));

    [Fact]
    public void What_was_never_loaded_is_not_known()
    {
        _book.Remember(new BusinessId(2), Seen(0));
        Assert.Null(_book.Find(Salon));
    }

    [Fact]
    public void A_later_load_takes_the_place_of_an_earlier_one_and_never_the_other_way()
    {
        _book.Remember(Salon, Seen(0, (0, 30)));
        _book.Remember(Salon, Seen(2, (0, 30), (60, 90)));
        Assert.Equal(Seen(2, (0, 30), (60, 90)), _book.Find(Salon));
        _book.Remember(Salon, Seen(1));
        Assert.Equal(Seen(2, (0, 30), (60, 90)), _book.Find(Salon));
    }

    [Fact]
    public void Of_one_moment_all_counts_that_is_known()
    {
        _book.Remember(Salon, Seen(2, (0, 30)));
        _book.Remember(Salon, Seen(2, (60, 90)));
        Assert.Equal(Seen(2, (0, 30), (60, 90)), _book.Find(Salon));
        var times = _book.Find(Salon)!.Times;
        _book.Remember(Salon, Seen(2, (60, 90)));
        Assert.Same(times, _book.Find(Salon)!.Times);
    }

    [Fact]
    public void What_was_booked_is_taken_until_the_next_load_says_what_is()
    {
        var slot = new Slot(DateTimeOffset.UnixEpoch.AddMinutes(60), DateTimeOffset.UnixEpoch.AddMinutes(90));
        _book.Book(Salon, [slot], Noon);
        Assert.True(_book.Find(Salon)!.Taken.Overlaps(slot));
        _book.Remember(Salon, Seen(-1, (0, 30)));
        Assert.True(_book.Find(Salon)!.Taken.Overlaps(slot));
        _book.Remember(Salon, Seen(1, (0, 30)));
        Assert.Equal(Seen(1, (0, 30)), _book.Find(Salon));
    }

    [Fact]
    public void Times_that_stay_the_same_stay_the_same_object_and_are_known_as_of_the_later_load()
    {
        var first = Seen(0, (0, 30));
        _book.Remember(Salon, first);
        _book.Remember(Salon, Seen(1, (0, 30)));
        Assert.Same(first.Times, _book.Find(Salon)!.Times);
        Assert.Equal(Noon.AddSeconds(1), _book.Find(Salon)!.AsOf);
    }

    [Fact]
    public void It_holds_no_more_businesses_than_it_is_told_to()
    {
        var book = new BusyBook(capacity: 2);
        for (var id = 1; id <= 3; id++) book.Remember(new BusinessId(id), Seen(id));
        Assert.Equal(Seen(3), book.Find(new BusinessId(3)));
        Assert.Null(book.Find(Salon));

        // One that is known already needs no room.
        book.Remember(new BusinessId(4), Seen(4));
        book.Remember(new BusinessId(3), Seen(5));
        Assert.Equal(Seen(4), book.Find(new BusinessId(4)));
    }
}
