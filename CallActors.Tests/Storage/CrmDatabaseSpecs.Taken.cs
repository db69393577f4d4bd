using System.Globalization;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using Microsoft.Data.Sqlite;

namespace CallActors.Tests.Storage;

/// <summary>When a business is taken, which comes with its calls' contexts. The clock of these specs stands at 09:00 UTC.</summary>
public abstract partial class CrmDatabaseSpecs
{
    [Fact]
    public async Task The_coming_appointments_of_the_business_take_its_time()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await TakeAsync(salon, "2026-03-02T10:00:00.000000Z", "2026-03-02T10:30:00.000000Z", "scheduled");
        await TakeAsync(salon, "2026-03-02T10:30:00.000000Z", "2026-03-02T11:00:00.000000Z", "confirmed");
        await TakeAsync(salon, "2027-01-01T00:00:00.000000Z", "2027-01-02T00:00:00.000000Z");
        Assert.Equal("2026-03-02 10:00-11:00, 2027-01-01 00:00-00:00", await TakenAsync());
    }

    [Fact]
    public async Task What_is_over_or_called_off_or_anothers_takes_no_time()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var rival = await Crm.AddBusinessAsync("+97235550199");
        await TakeAsync(rival, "2026-03-02T10:00:00.000000Z", "2026-03-02T10:30:00.000000Z");
        foreach (var status in (string[])["cancelled", "completed", "no_show", ""])
            await TakeAsync(salon, "2026-03-02T12:00:00.000000Z", "2026-03-02T12:30:00.000000Z", status);
        await TakeAsync(salon, "2026-03-01T08:00:00.000000Z", "2026-03-01T08:30:00.000000Z");
        Assert.Same(BusyTimes.None, (await LoadAsync("CA1", Inbound())).Busy);

        // One that is under way takes what is left of it.
        await TakeAsync(salon, "2026-03-01T08:30:00.000000Z", "2026-03-01T09:00:01.000000Z");
        Assert.Equal("2026-03-01 08:30-09:01", await TakenAsync());
    }

    [Fact]
    public async Task What_is_over_is_told_by_the_services_clock()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await TakeAsync(salon, "2019-03-02T10:00:00.000000Z", "2019-03-02T10:30:00.000000Z");
        Crm.Time.Now = new DateTimeOffset(2019, 3, 2, 10, 29, 59, TimeSpan.Zero);
        Assert.Equal("2019-03-02 10:00-10:30", await TakenAsync());
        Crm.Time.Now = Crm.Time.Now.AddSeconds(1);
        Assert.Equal("", await TakenAsync());
    }

    [Fact]
    public async Task A_part_of_a_minute_takes_the_whole_minute_and_a_whole_one_no_other()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        for (var minute = 0; minute < 60; minute += 2)
            await TakeAsync(salon, $"2026-03-02T10:{minute:00}:00.000000Z", $"2026-03-02T10:{minute + 1:00}:00.000000Z");
        await TakeAsync(salon, "2026-03-03T10:00:00.001000Z", "2026-03-03T10:29:00.001000Z");
        await TakeAsync(salon, "2026-03-03T10:30:59.999000Z", "2026-03-03T10:31:59.999000Z");
        var stretches = (await LoadAsync("CA1", Inbound())).Busy!.Stretches.ToList();
        Assert.All(stretches.Take(30), stretch => Assert.Equal(TimeSpan.FromMinutes(1), stretch.Length));
        Assert.Equal("2026-03-03 10:00-10:32", Text(stretches.Skip(30)));
    }

    [Fact]
    public async Task Times_are_read_however_another_program_spells_them()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await TakeAsync(salon, "2026-03-01 08:00:00", "2026-03-01 08:30:00");
        await TakeAsync(salon, "2026-03-01T10:30:00+02:00", "2026-03-01T11:00:00+02:00");
        await TakeAsync(salon, "2026-03-01 13:00:00+02:00", "2026-03-01 13:30:00+02:00");
        await TakeAsync(salon, "2026-03-01 12:00", "2026-03-01 12:30:00.5");
        await TakeAsync(salon, "2026-03-01T13:30Z", "2026-03-01T09:00:00-05:00");
        Assert.Equal("2026-03-01 11:00-11:30, 2026-03-01 12:00-12:31, 2026-03-01 13:30-14:00", await TakenAsync());
    }

    [Fact]
    public async Task Calls_of_one_business_share_one_list_whichever_of_them_it_came_with()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var other = await Crm.AddBusinessAsync("+97235550199");
        await Crm.AddBusinessAsync("+97235550188");
        await TakeAsync(salon, "2026-03-02T10:00:00.000000Z", "2026-03-02T10:30:00.000000Z");
        await TakeAsync(other, "2026-03-02T12:00:00.000000Z", "2026-03-02T12:30:00.000000Z");
        string[] asked = ["+97235550111", "+97235550188", Salon, "+97235550199", Salon, "+97235550188", "+97235550199", Salon];

        var loaded = await Database.LoadAsync([.. asked.Select((to, i) => ContextQuery.ForStart(Id($"CA{i}"), Inbound(to: to)))], default);

        Assert.Equal(
            [null, "", "2026-03-02 10:00-10:30", "2026-03-02 12:00-12:30", "2026-03-02 10:00-10:30", "", "2026-03-02 12:00-12:30", "2026-03-02 10:00-10:30"],
            loaded.Calls.Select(call => call.Busy is { } busy ? Text(busy.Stretches) : null));
        foreach (var calls in loaded.Calls.GroupBy(call => call.Business?.Id)) Assert.All(calls, call => Assert.Same(calls.First().Busy, call.Busy));
        Assert.Equal(1, loaded.Cost.Statements);
    }

    [Fact]
    public async Task Of_more_stretches_than_are_kept_the_first_are()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await TakeMinutesAsync(salon, 5_010);
        var busy = (await LoadAsync("CA1", Inbound())).Busy!;
        Assert.Equal(5_000, busy.Count);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), busy.Stretches.First().Start);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).AddMinutes(2 * 4_999), busy.Stretches.Last().Start);
    }

    [Fact]
    public async Task What_a_call_has_booked_is_taken_for_the_next()
    {
        await Crm.AddBusinessAsync(Salon);
        await CommitAsync(Ended("CA1", Inbound(), Booked(Noon.AddDays(1))));
        Assert.Equal("2026-03-02 10:00-10:30", await TakenAsync());
    }

    protected static string Text(IEnumerable<Slot> stretches) =>
        string.Join(", ", stretches.Select(stretch => string.Create(CultureInfo.InvariantCulture, $"{stretch.Start:yyyy-MM-dd HH:mm}-{stretch.End:HH:mm}")));

    protected async Task<string> TakenAsync() => Text((await LoadAsync("CA1", Inbound())).Busy!.Stretches);

    protected Task TakeAsync(BusinessId business, string from, string to, string status = "confirmed") => Crm.ExecuteAsync(
        $"insert into appointments (business_id, start_time, end_time, status) values (@id, '{from}', '{to}', @status)", new { id = business.Value, status });

    /// <summary>Appointments of a minute, with a free minute behind each, the last one first, from the next midnight on.</summary>
    private async Task TakeMinutesAsync(BusinessId business, int count)
    {
        var midnight = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        var rows = Enumerable.Range(0, count).Reverse().Select(n => $"({business.Value}, '{At(2 * n)}', '{At((2 * n) + 1)}', 'cancelled')");

        // SQLite's trigger looks at all the others, for each that is not cancelled.
        await Crm.ExecuteAsync($"insert into appointments (business_id, start_time, end_time, status) values {string.Join(',', rows)}");
        await Crm.ExecuteAsync("update appointments set status = 'scheduled'");

        string At(int minutes) => midnight.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}

public sealed partial class SqliteCrmDatabaseSpecs
{
    [Fact]
    public async Task What_would_be_written_into_a_file_that_was_moved_away_waits_until_it_is_back()
    {
        await Crm.AddBusinessAsync(Salon);
        await CommitAsync(Ended("CA1", Inbound()));
        var file = new SqliteConnectionStringBuilder(Crm.Options.ConnectionString).DataSource;
        File.Move(file, $"{file}.away");
        var refused = await Assert.ThrowsAsync<CrmException>(() => CommitAsync(Ended("CA2", Inbound())));
        Assert.Equal((CrmFault.Away, "the file is not there"), (refused.Fault, refused.Message));
        File.Move($"{file}.away", file);
        await CommitAsync(Ended("CA2", Inbound()));
        Assert.Equal(2, await CountAsync("call_log"));
    }

    [Fact]
    public async Task A_time_that_cannot_be_read_takes_no_time_and_costs_no_call_its_context()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.ExecuteAsync("pragma ignore_check_constraints = on; drop trigger appointments_no_overlap; drop table appointments");
        await Crm.ExecuteAsync("create table appointments (business_id integer, start_time, end_time, status text)");
        foreach (var (from, to) in (
            (string, string)[])[("soon", "later"), ("2026-03-02T10:00:00Z", "zzz"), ("", "2026-03-02T12:00:00Z"), ("2026-03-02T10:00:00Z", "")])
            await TakeAsync(salon, from, to);
        await Crm.ExecuteAsync(
            "insert into appointments values (@id, null, '2026-03-02', 'scheduled'), (@id, x'00', x'00', 'scheduled'), (@id, 1e300, 1e300, 'scheduled')",
            new { id = salon.Value });
        Assert.Equal("", await TakenAsync());
        await TakeAsync(salon, "2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z");
        Assert.Equal("2026-03-02 10:00-10:30", await TakenAsync());

        // A Julian day, as SQLite itself counts.
        await Crm.ExecuteAsync(
            "insert into appointments values (@id, julianday('2026-03-03 10:00'), julianday('2026-03-03 10:30'), 'scheduled')", new { id = salon.Value });
        Assert.Equal("2026-03-02 10:00-10:30, 2026-03-03 10:00-10:30", await TakenAsync());
    }
}

public sealed partial class PostgreSqlCrmDatabaseSpecs
{
    [Fact]
    public async Task A_time_without_end_is_read_as_the_end_of_the_calendar()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await TakeAsync(salon, "2026-03-02T10:00:00Z", "infinity");
        var other = await Crm.AddBusinessAsync("+97235550199");
        await TakeAsync(other, "-infinity", "2026-03-02T10:00:00Z");
        await TakeAsync(other, "290000-01-01", "290000-01-02");
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero), (await LoadAsync("CA1", Inbound())).Busy!.Stretches.Single().Start);
        Assert.Equal(int.MaxValue, (await LoadAsync("CA1", Inbound())).Busy!.Bounds[1]);
        Assert.Equal(
            new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero), (await LoadAsync("CA2", Inbound(to: "+97235550199"))).Busy!.Stretches.Single().End);
    }

    [Fact]
    public async Task Times_without_a_zone_are_UTC()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.ExecuteAsync(
            """
            alter table appointments drop constraint appointments_no_overlap;
            alter table appointments alter start_time type timestamp, alter end_time type timestamp, alter status type varchar(20)
            """);
        await TakeAsync(salon, "2026-03-01 08:00", "2026-03-01 09:00");
        await TakeAsync(salon, "2026-03-01 09:00", "2026-03-01 09:30");
        Assert.Equal("2026-03-01 09:00-09:30", await TakenAsync());
    }
}
