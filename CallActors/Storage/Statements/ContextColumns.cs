using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>The load's columns about the business, as Dapper reads them.</summary>
internal sealed class BusinessColumns
{
    public long N { get; init; }
    public long? BusinessId { get; init; }
    public string? Name { get; init; }
    public string? Phone { get; init; }
    public string? GreetingMessage { get; init; }
    public string? VoiceName { get; init; }
    public string? TimeZone { get; init; }
    public string? WorkingHours { get; init; }
    public string? OpeningHoursJson { get; init; }
    public string? CallGoal { get; init; }
    public object? SlotSize { get; init; }
    public object? BookingWindow { get; init; }
    public object? MinNotice { get; init; }

    /// <summary>As <see cref="TakenTimes"/> reads it. Null: no appointment, or another call of the business has it.</summary>
    public object? Taken { get; init; }

    /// <summary>The profile; one object for all the calls of one business in this load.</summary>
    public BusinessProfile? ToProfile(Dictionary<long, BusinessProfile> shared)
    {
        if (BusinessId is not { } id) return null;
        if (shared.TryGetValue(id, out var known)) return known;
        return shared[id] = new BusinessProfile(new BusinessId(id), Name, Phone)
        {
            GreetingMessage = GreetingMessage,
            VoiceName = VoiceName,
            TimeZone = TimeZone,
            WorkingHours = WorkingHours,
            OpeningHoursJson = OpeningHoursJson,
            CallGoal = CallGoal,
            SlotSizeMinutes = (int?)Columns.Whole(SlotSize, int.MaxValue),
            BookingWindowDays = (int?)Columns.Whole(BookingWindow, int.MaxValue),
            MinNoticeMinutes = (int?)Columns.Whole(MinNotice, int.MaxValue),
        };
    }
}

/// <summary>The load's columns about the call, its job and its ledger row.</summary>
internal sealed class CallColumns
{
    public string CallSid { get; init; } = "";
    public long? JobId { get; init; }
    public object? RunId { get; init; }
    public string? JobLeadName { get; init; }
    public string? JobStatus { get; init; }
    public long? CallLogId { get; init; }
    public long? CallLeadId { get; init; }
    public string? CallStatus { get; init; }
    public string? CustomerName { get; init; }
    public string? LastConfirmedSlot { get; init; }
    public object? CommittedAt { get; init; }
    public byte[]? Events { get; init; }

    public JobRow? ToJob() => JobId is { } id ? new JobRow(new JobId(id), Columns.Whole(RunId, long.MaxValue), JobLeadName, JobStatus) : null;

    public CallRow? ToCall() =>
        CallLogId is { } id ? new CallRow(new CallLogId(id), CallLeadId is { } lead ? new LeadId(lead) : null, CallStatus, CustomerName) : null;

    public LedgerRow? ToLedger() => CommittedAt is { } at ? new LedgerRow(CrmTime.Read(at), Fingerprints.Read(Events ?? [])) : null;
}

/// <summary>The load's columns about one lead.</summary>
internal sealed class LeadColumns
{
    public long LeadId { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Name { get; init; }
    public string? NameSource { get; init; }
    public string? Gender { get; init; }

    public LeadRow ToLead() => new(new LeadId(LeadId), FirstName, LastName, Name, NameSource, Genders.Parse(Gender));
}

/// <summary>Numbers of columns whose type a CRM may have chosen differently.</summary>
internal static class Columns
{
    /// <summary>A whole number of 0 to <paramref name="limit"/>; null for anything else: a setting that cannot be read is one that is not set.</summary>
    public static long? Whole(object? value, long limit) => value switch
    {
        null => null,
        string text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Within(number, limit) : null,
        long or int or short or byte => Within(Convert.ToInt64(value, CultureInfo.InvariantCulture), limit),
        decimal number => decimal.IsInteger(number) && number is >= 0 and <= long.MaxValue ? Within((long)number, limit) : null,
        double number => double.IsInteger(number) && number is >= 0 and <= 1L << 53 ? Within((long)number, limit) : null,
        _ => null,
    };

    private static long? Within(long number, long limit) => number >= 0 && number <= limit ? number : null;
}

/// <summary>
/// When a business is taken as the load has it. From PostgreSQL: the starts, then as many ends, in seconds since 1970. From SQLite: <c>start end</c> in minutes
/// since 1970, an appointment after a comma.
/// </summary>
internal static class TakenTimes
{
    /// <summary>
    /// A list goes into the log and to other nodes, so it has to end somewhere. How many days ahead can be booked is a setting that an existing CRM may hold in
    /// any type, so what bounds it is this: a hundred days with twelve hours each of the shortest appointments, and more where they touch. Later ones are left
    /// to the database's constraint.
    /// </summary>
    private const int MostStretches = 5_000;

    /// <exception cref="FormatException">It is no such list.</exception>
    public static BusyTimes Read(object taken) => (taken switch
    {
        double[] seconds => OfSeconds(seconds),
        string minutes => OfMinutes(minutes),
        _ => throw new FormatException($"A list of times is expected, and not {taken.GetType()}."),
    }).First(MostStretches);

    private static BusyTimes OfSeconds(double[] seconds)
    {
        var count = seconds.Length / 2;
        var pairs = new (int Start, int End)[count];
        for (var i = 0; i < count; i++) pairs[i] = (Whole(Math.Floor(seconds[i] / 60)), Whole(Math.Ceiling(seconds[i + count] / 60)));
        return BusyTimes.FromMinutes(pairs.AsSpan());
    }

    private static BusyTimes OfMinutes(string text)
    {
        var pairs = new List<(int Start, int End)>();
        foreach (var part in text.AsSpan().Split(','))
        {
            var one = text.AsSpan()[part];
            var between = one.IndexOf(' ');
            pairs.Add((Minute(one[..between]), Minute(one[(between + 1)..])));
        }

        return BusyTimes.FromMinutes(CollectionsMarshal.AsSpan(pairs));
    }

    // PostgreSQL's infinity is a number here, and its calendar is longer than an int.
    private static int Whole(double minutes) => (int)Math.Clamp(minutes, int.MinValue, int.MaxValue);

    private static int Minute(ReadOnlySpan<char> digits) => Whole(double.Parse(digits, CultureInfo.InvariantCulture));
}

/// <summary>The spelling of <see cref="Gender"/> in the CRM; any other word is none.</summary>
internal static class Genders
{
    public static Gender? Parse(string? text) => text switch
    {
        "male" => Gender.Male,
        "female" => Gender.Female,
        _ => null,
    };

    public static string? Spelling(Gender? gender) => gender switch
    {
        Gender.Male => "male",
        Gender.Female => "female",
        _ => null,
    };
}

/// <summary>The fingerprints of events as the ledger keeps them: 8 bytes each, little endian.</summary>
internal static class Fingerprints
{
    public static byte[] Bytes(ValueList<ulong> fingerprints)
    {
        var bytes = new byte[fingerprints.Count * sizeof(ulong)];
        for (var i = 0; i < fingerprints.Count; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), fingerprints[i]);
        return bytes;
    }

    public static ValueList<ulong> Read(byte[] bytes)
    {
        var fingerprints = new ulong[bytes.Length / sizeof(ulong)];
        for (var i = 0; i < fingerprints.Length; i++) fingerprints[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)));
        return ValueList.Create<ulong>(fingerprints);
    }
}
