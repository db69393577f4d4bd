using System.Collections.Immutable;
using System.Globalization;
using CallActors.Domain;

namespace CallActors.Host.Verbs.Demo;

/// <summary>
/// Which calls a day brings: the same list for the same seed, phone book and time. Kinds are dealt from a deck of twenty, so that a small demo has
/// all of them, too.
/// </summary>
internal sealed class CallMix : IDisposable
{
    /// <summary>Of twenty calls so many are of a kind.</summary>
    private static readonly ImmutableArray<CallKind> Deck =
    [
        .. Enumerable.Repeat(CallKind.KnownLead, 5), .. Enumerable.Repeat(CallKind.NewCaller, 4), .. Enumerable.Repeat(CallKind.Booking, 4),
        .. Enumerable.Repeat(CallKind.OutboundJob, 3), .. Enumerable.Repeat(CallKind.Busy, 2), .. Enumerable.Repeat(CallKind.NoAnswer, 2),
    ];

    private readonly Random _chance;
    private readonly PhoneBook _book;
    private readonly Dictionary<BusinessProfile, BookableSlots> _slots;
    private readonly Queue<BookedJob> _jobs;
    private readonly List<(BusinessProfile Business, string Phone)> _newCallers = [];

    private CallMix(int seed, PhoneBook book, DateTimeOffset now)
    {
        _chance = new Random(seed);
        _book = book;
        _slots = book.Businesses.ToDictionary(business => business, business => new BookableSlots(business, now));
        _jobs = new Queue<BookedJob>(book.Jobs);
    }

    /// <summary>How many outbound jobs that many calls may need.</summary>
    public static int JobsFor(int calls) => ((calls + Deck.Length - 1) / Deck.Length) * Deck.Count(IsOutbound);

    public static ImmutableArray<CallScript> Plan(int seed, int calls, PhoneBook book, DateTimeOffset now)
    {
        using var mix = new CallMix(seed, book, now);
        var scripts = new List<CallScript>(calls);
        var hand = new CallKind[Deck.Length];
        while (scripts.Count < calls)
        {
            Deck.CopyTo(hand);
            mix._chance.Shuffle(hand);
            foreach (var kind in hand.Take(calls - scripts.Count)) scripts.Add(mix.Script(kind, scripts.Count + 1));
        }

        // One operator is enough to show that the guard holds.
        var talk = scripts.FindIndex(script => script.Events.Any(told => told.Type == "greeting.finished"));
        if (talk >= 0) scripts[talk] = scripts[talk] with { TriesReload = true };
        return [.. scripts];
    }

    public void Dispose()
    {
        foreach (var slots in _slots.Values) slots.Dispose();
    }

    private static bool IsOutbound(CallKind kind) => kind is CallKind.OutboundJob or CallKind.Busy or CallKind.NoAnswer;

    private CallScript Script(CallKind kind, int number)
    {
        var callId = string.Create(CultureInfo.InvariantCulture, $"demo-{number:000000}");
        var script = IsOutbound(kind) ? Outbound(callId, kind) : kind == CallKind.NewCaller || kind == CallKind.Booking && Draw(2) == 0
            ? NewCaller(callId, kind, number)
            : KnownLead(callId, kind);
        script = new Conversation(_chance).Write(script, kind == CallKind.Booking ? _slots[script.Business].Next() : null);
        return Draw(8) == 0 ? script with { Repeats = Draw(script.Events.Length) } : script;
    }

    private CallScript Outbound(string callId, CallKind kind)
    {
        var job = _jobs.Dequeue();
        return new CallScript(callId, kind, CallDirection.Outbound, Of(job.Tenant), job.Phone) { LeadId = job.Lead, JobId = job.Id };
    }

    private CallScript KnownLead(string callId, CallKind kind)
    {
        var lead = _book.Leads[Draw(_book.Leads.Length)];
        return new CallScript(callId, kind, CallDirection.Inbound, Of(lead.Tenant), lead.Phone) { LeadId = lead.Id };
    }

    /// <summary>Some ring twice before anybody has stored them: that makes one lead, not two.</summary>
    private CallScript NewCaller(string callId, CallKind kind, int number)
    {
        if (_newCallers.Count == 0 || Draw(4) > 0)
        {
            var business = _book.Businesses[Draw(_book.Businesses.Length)];
            _newCallers.Add((business, string.Create(CultureInfo.InvariantCulture, $"{(Speech.IsHebrew(business) ? "+97258" : "+1646")}{number:0000000}")));
        }

        var (whom, phone) = _newCallers[^1];
        return new CallScript(callId, kind, CallDirection.Inbound, whom, phone);
    }

    private BusinessProfile Of(long tenant) => _book.Businesses.First(business => business.Id?.Value == tenant);

    private int Draw(int below) => _chance.Next(below);
}
