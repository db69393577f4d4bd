using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using CallActors.Domain;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>
/// Reads the fields of a callback, each into what it should be, and keeps lists of what is wrong and of what is left out for that. A field nobody asks for does
/// no harm.
/// </summary>
/// <param name="field">The text of a field; null or empty where there is none.</param>
/// <param name="pointer">Where a field stands, for the faults.</param>
/// <param name="given">What stands there, where that may be something else than text.</param>
internal sealed class CallbackFields(Func<string, string?> field, Func<string, string>? pointer = null, Func<string, Given>? given = null)
{
    /// <summary>What a URL may be long.</summary>
    public const int UrlLength = 2048;

    private readonly FaultList faults = new();
    private readonly FaultList leftOut = new();
    private readonly FaultList lacking = new();

    public bool AreSound => faults.Count == 0;

    public ImmutableArray<Fault> Faults => faults.ToImmutable();

    /// <summary>What was read, where nothing is missing without which it says nothing.</summary>
    public CallbackReading Of(CallNotice notice) => AreSound
        ? new CallbackReading(notice with { Lacks = lacking.ToImmutable() }, []) { LeftOut = leftOut.ToImmutable() }
        : CallbackReading.Wrong(Faults);

    /// <summary>A text a column of the CRM can hold.</summary>
    public string? Text(string name, int longest = FieldReader.NameLength)
    {
        if (Read(name, "a text") is not { } text) return null;
        if (text.Contains('\0', StringComparison.Ordinal)) LeaveOut(name, "a text without NUL");
        else if (text.EnumerateRunes().Count() > longest) LeaveOut(name, $"a text of at most {longest} characters");
        else return text;
        return null;
    }

    /// <summary>The call; a fault where there is none.</summary>
    public CallId Call(string name)
    {
        if (CallId.TryParse(field(name), out var id)) return id;
        Wrong(name, $"a call id, 1 to {CallId.MaxLength} visible ASCII characters,");
        return default;
    }

    /// <summary>Another call this one belongs to; one that is no id of ours is left out.</summary>
    public CallId? OtherCall(string name) => CallId.TryParse(field(name), out var id) ? id : null;

    /// <summary>The key of a CRM row.</summary>
    public long? Key(string name)
    {
        const string expected = "an integer from 1 to 9223372036854775807";
        if (Read(name, expected) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var key) && key > 0) return key;
        LeaveOut(name, expected);
        return null;
    }

    public BigInteger? Sequence(string name)
    {
        if (Read(name, "an integer") is not { } text) return null;
        if (text.Length <= 64 && BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        LeaveOut(name, "an integer");
        return null;
    }

    /// <summary>Whole seconds; fractions are cut off.</summary>
    public int? Seconds(string name)
    {
        if (Read(name, "a number of seconds") is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < int.MaxValue)
            return (int)seconds;
        LeaveOut(name, "a number of seconds");
        return null;
    }

    /// <summary>When it happened. A time that cannot be read does not cost the call its status: the arrival stands in for it.</summary>
    public DateTimeOffset Time(string name, DateTimeOffset arrival) => CallbackTime.TryParse(field(name), out var time) ? time : arrival;

    /// <summary>
    /// Who called whom; null where the callback does not name the called number. A call that is held needs neither: what is lacking is a fault only where it is
    /// not.
    /// </summary>
    /// <param name="direction">Null where it is not said.</param>
    /// <param name="from">The field of the calling number.</param>
    /// <param name="to">The field of the called number.</param>
    /// <param name="way">The field of the direction.</param>
    public CallStart? Start(CallDirection? direction, string from, string to, string way = "direction")
    {
        var called = Text(to);
        if (direction is { } known && called is not null) return new CallStart(known, Text(from) ?? "", called);
        if (direction is null) Add(lacking, way, "inbound or outbound");
        if (called is null) Add(lacking, to, "the number that was called");
        return null;
    }

    /// <summary>The start with the CRM's own keys, where the gateway was given them.</summary>
    public CallStart WithCrmKeys(CallStart start) => start with
    {
        BusinessId = Key("businessId") is { } business ? new BusinessId(business) : null,
        LeadId = Key("leadId") is { } lead ? new LeadId(lead) : null,
        JobId = Key("jobId") is { } job ? new JobId(job) : null,
        CallLogId = Key("callLogId") is { } row ? new CallLogId(row) : null,
    };

    /// <summary>
    /// The text of a field; null where there is none. What stands there and is no text, as an object is where the pointer of a configuration ends one level too
    /// high, is left out, and named.
    /// </summary>
    private string? Read(string name, string expected)
    {
        if (field(name) is { Length: > 0 } text) return text;
        if (IsNoText(name)) LeaveOut(name, expected);
        return null;
    }

    private bool IsNoText(string name) => given?.Invoke(name).Kind is GivenKind.Other or GivenKind.Broken or GivenKind.Twice;

    /// <summary>Without it the callback says nothing.</summary>
    public void Wrong(string name, string expected) => Add(faults, name, expected);

    /// <summary>The callback says enough without it: that a call has ended is not lost with a duration nobody can read.</summary>
    private void LeaveOut(string name, string expected) => Add(leftOut, name, expected);

    private void Add(FaultList list, string name, string expected)
    {
        var text = field(name);
        var what = IsNoText(name) ? given!(name).Instead(expected)
            : string.IsNullOrEmpty(text) ? $"is missing; {expected} is expected"
            : Given.Of(text).Instead(expected);
        list.Add(pointer?.Invoke(name) ?? $"/{name}", what);
    }
}
