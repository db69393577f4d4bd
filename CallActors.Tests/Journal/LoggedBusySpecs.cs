using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;

namespace CallActors.Tests.Journal;

/// <summary>Which appointments go into a partition's log, and when.</summary>
public class LoggedBusySpecs
{
    private static readonly BusinessId Salon = JournalSamples.Salon.Id!.Value;
    private static readonly CallFact Given = new CallFact.ContextGiven(JournalSamples.FullContext, default);
    private readonly BusyBook _known = new();
    private readonly LoggedBusy _logged;
    private readonly List<BusyEntry> _toWrite = [];
    private readonly List<BusyEntry> _log = [];

    public LoggedBusySpecs() => _logged = new LoggedBusy(_known);

    [Fact]
    public void What_is_known_is_written_once_for_all_the_calls_of_a_business()
    {
        Learn(1, 100);
        Bring();
        Assert.Equal((Salon.Value, 2), (Assert.Single(_toWrite).BusinessId, _toWrite[0].Steps.Count));
        Write(1);

        Bring();
        Bring(new CallFact.Restored(JournalSamples.FullCall));
        Assert.Empty(_toWrite);
    }

    [Fact]
    public void It_comes_with_a_context_and_with_a_call_written_anew_and_with_nothing_else()
    {
        Learn(1, 100);
        foreach (var (name, fact) in JournalSamples.Facts)
        {
            var logged = new LoggedBusy(_known);
            var bytes = logged.Bring([fact], _toWrite);
            Assert.Equal(name is "context" or "restored" ? 1 : 0, _toWrite.Count);
            Assert.Equal(_toWrite.Sum(entry => entry.CalculateSize()), bytes);
            _toWrite.Clear();
        }
    }

    [Fact]
    public void What_a_call_has_booked_is_written_and_written_no_more_once_a_load_need_have_seen_it()
    {
        Learn(1, 100);
        Bring();
        Write(1);
        _known.Book(Salon, [new Slot(At(600), At(660))], At(2));
        Bring();
        Assert.Equal((2, At(2)), (Assert.Single(Assert.Single(_toWrite).Booked).Steps.Count, _toWrite[0].Booked[0].At.FromWire()));
        Write(2);
        Bring();
        Assert.Empty(_toWrite);
        Learn(3, 100);
        Bring();
        Assert.Empty(Assert.Single(_toWrite).Booked);
    }

    [Fact]
    public void Nothing_is_written_of_what_is_not_known()
    {
        Bring();
        Assert.Empty(_toWrite);
    }

    [Fact]
    public void What_changed_is_written_again_and_what_was_only_seen_again_is_not()
    {
        Learn(1, 100);
        Bring();
        Write(1);
        Learn(2, 100);
        Bring();
        Assert.Empty(_toWrite);

        Learn(3, 100, 200);
        Bring();
        Assert.Equal(4, Assert.Single(_toWrite).Steps.Count);
    }

    [Fact]
    public void No_appointments_take_the_place_of_some()
    {
        Learn(1, 100);
        Bring();
        Write(1);
        Learn(2);
        Bring();
        Assert.Empty(Assert.Single(_toWrite).Steps);
        Write(2);
        Assert.Same(BusyTimes.None, Reread().Find(Salon)!.Times);
    }

    [Fact]
    public void A_list_that_comes_back_is_written_with_the_time_it_was_seen_again()
    {
        Learn(1, 100);
        Bring();
        Write(1);
        Learn(2, 200);
        Learn(3, 100);
        Bring();
        Assert.Equal(At(3), Assert.Single(_toWrite).AsOf.FromWire());
    }

    [Fact]
    public void Within_one_write_it_is_brought_once_unless_it_changes()
    {
        Learn(1, 100);
        Bring(Given, Given);
        Bring();
        Assert.Single(_toWrite);

        Learn(2, 200);
        Bring();
        Bring();
        Assert.Equal(2, _toWrite.Count);
        Write(1);
        Bring();
        Assert.Empty(_toWrite);
        Assert.Equal(Times(200), Reread().Find(Salon)!.Times);
    }

    [Fact]
    public void A_write_that_failed_leaves_it_to_the_next()
    {
        Learn(1, 100);
        Bring();
        _logged.NotWritten();
        _toWrite.Clear();
        Bring();
        Assert.Single(_toWrite);
        Write(1);
        _logged.NotWritten();
        Bring();
        Assert.Empty(_toWrite);
    }

    [Fact]
    public void What_is_about_to_be_deleted_is_written_again()
    {
        Learn(1, 100);
        Bring();
        Write(5);

        _logged.ForgetUpTo(4);
        Bring();
        Assert.Empty(_toWrite);

        _logged.ForgetUpTo(5);
        Bring();
        Assert.Single(_toWrite);
    }

    [Fact]
    public void What_was_under_way_when_the_log_was_cut_behind_it_does_not_count_as_held()
    {
        Learn(1, 100);
        Bring();
        _logged.ForgetUpTo(5);
        Write(5);
        Bring();
        Assert.Single(_toWrite);
        Write(6);
        Bring();
        Assert.Empty(_toWrite);
    }

    [Fact]
    public void What_is_read_is_known_unless_the_node_knows_better()
    {
        var (later, earlier) = (Entry(3, 300), Entry(2, 200));
        _logged.Read(later);
        _logged.Read(earlier);
        Assert.Equal(new KnownBusy(Times(300), At(3)), _known.Find(Salon));

        Learn(4, 100);
        _logged.Read(later);
        Assert.Equal(Times(100), _known.Find(Salon)!.Times);
    }

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    private static BusyTimes Times(params int[] starts) => BusyTimes.FromMinutes(starts.Select(start => (start, start + 30)));

    private static BusyEntry Entry(int second, params int[] starts) => BusyCodec.ToWire(Salon, new KnownBusy(Times(starts), At(second)));

    private void Learn(int second, params int[] starts) => _known.Remember(Salon, new KnownBusy(Times(starts), At(second)));

    private void Bring(params CallFact[] facts) => _logged.Bring(facts is [] ? [Given] : [.. facts], _toWrite);

    private void Write(long sequenceNr)
    {
        _log.AddRange(_toWrite);
        _logged.Written(sequenceNr);
        _toWrite.Clear();
    }

    private BusyBook Reread()
    {
        var read = new BusyBook();
        var logged = new LoggedBusy(read);
        foreach (var entry in _log) logged.Read(entry);
        return read;
    }
}
