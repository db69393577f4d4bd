using Akka.Actor;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using CallActors.Tests.Domain;
using CsCheck;
using Google.Protobuf;

namespace CallActors.Tests.Journal;

/// <summary>
/// Whatever is learnt, written, lost and cut, in any order: a log that is read knows of its open calls' businesses what was known when they were last referred
/// to.
/// </summary>
public sealed class LoggedBusyProperties
{
    private enum Kind
    {
        Learns,
        SeesAgain,
        Starts,
        StartsInVain,
        Ends,
        BeginsTrim,
        EndsTrim,
        Restarts,
    }

    private static readonly Gen<(Kind Kind, int Business, int Number)> Step = Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 2], Gen.Int[0, 3]);

    [Fact]
    public void What_was_known_of_open_calls_businesses_is_read_back() => Step.Array[0, 60].Sample(steps =>
    {
        var partition = new Partition();
        foreach (var (kind, business, number) in steps)
        {
            partition.Do(kind, new BusinessId(business), number);
            partition.Check();
        }
    });

    /// <summary>One partition's log, as bytes, and the calls that are open in it.</summary>
    private sealed class Partition
    {
        private readonly SortedDictionary<long, byte[]> _log = [];
        private readonly Dictionary<CallId, (BusinessId Business, long First)> _open = [];
        private readonly Dictionary<BusinessId, BusyTimes> _expected = [];
        private readonly JournalQueue _queue = new();
        private BusyBook _known = new();
        private BusinessBook _book = new();
        private LoggedBusy _busy;
        private long _last;
        private long? _cut;
        private int _second;

        public Partition() => _busy = new LoggedBusy(_known);

        public void Do(Kind kind, BusinessId business, int number)
        {
            _second++;
            switch (kind)
            {
                case Kind.Learns:
                    _known.Remember(business,
                        new KnownBusy(BusyTimes.FromMinutes(Enumerable.Range(1, number).Select(hour => (60 * hour * number, (60 * hour * number) + 30))), At));
                    break;
                case Kind.SeesAgain when _known.Find(business) is { } known:
                    _known.Remember(
                        business, new KnownBusy(BusyTimes.FromMinutes(known.Times.Stretches.Select(slot => (Minutes(slot.Start), Minutes(slot.End)))), At));
                    break;
                case Kind.Starts:
                    Write(CallId.Parse($"c{_second}"), business);
                    break;
                case Kind.StartsInVain:
                    Prepare(CallId.Parse($"c{_second}"), business);
                    _queue.Written();
                    _busy.NotWritten();
                    break;
                case Kind.Ends when _open.Count > 0:
                    _open.Remove(_open.MinBy(open => open.Value.First).Key);
                    break;
                case Kind.BeginsTrim when _cut is null:
                    _cut = _last;
                    _book.ForgetUpTo(_last);
                    _busy.ForgetUpTo(_last);
                    break;
                case Kind.EndsTrim when _cut is { } cut:
                    foreach (var (call, (itsBusiness, _)) in _open.Where(open => open.Value.First <= cut).ToList()) Write(call, itsBusiness);
                    foreach (var sequenceNr in _log.Keys.Where(sequenceNr => sequenceNr <= cut).ToList()) _log.Remove(sequenceNr);
                    _cut = null;
                    break;
                case Kind.Restarts:
                    (_known, _book) = (Read(), new BusinessBook());
                    _busy = new LoggedBusy(_known);
                    _book.ForgetUpTo(_last);
                    _busy.ForgetUpTo(_last);
                    _cut = null;
                    break;
            }
        }

        public void Check()
        {
            var read = Read();
            Assert.All(_open.Values.Select(call => call.Business).Distinct().Where(_expected.ContainsKey),
                business => Assert.Equal(_expected[business], read.Find(business)?.Times));
        }

        private DateTimeOffset At => DateTimeOffset.UnixEpoch.AddSeconds(_second);

        private static int Minutes(DateTimeOffset at) => (int)(at - DateTimeOffset.UnixEpoch).TotalMinutes;

        private void Write(CallId call, BusinessId business)
        {
            _log.Add(++_last, Prepare(call, business).ToByteArray());
            _queue.Written();
            _busy.Written(_last);
            _open[call] = (business, _last);
            // After a restart nothing may be known of it: the calls that had referred to it were over when the log was cut.
            if (_known.Find(business) is { } known) _expected[business] = known.Times;
            else _expected.Remove(business);
        }

        private EntryBatch Prepare(CallId call, BusinessId business)
        {
            var context = CallScripts.Context with { CallId = call, Business = CallScripts.Salon with { Id = business } };
            _queue.Add(new JournalMessages.Append(call, 1, 1, [new CallFact.ContextGiven(context, At)], false), ActorRefs.Nobody);
            return _queue.NextBatch(_book, _busy)!;
        }

        private BusyBook Read()
        {
            var read = new BusyBook();
            var logged = new LoggedBusy(read);
            foreach (var entry in _log.Values.SelectMany(bytes => EntryBatch.Parser.ParseFrom(bytes).Busy)) logged.Read(entry);
            return read;
        }
    }
}
