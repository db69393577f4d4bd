using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>A lead to be made or changed. Null columns of a lead that exists keep what is stored.</summary>
internal sealed record LeadWrite(BusinessId Tenant, LeadId? Id, string? Phone, LeadNames? Names, Gender? Gender, DateTimeOffset At);

internal static class LeadRows
{
    private const string DetectedSource = "call_ai";

    private static readonly RowColumn<LeadWrite>[] Columns =
    [
        new("id", SqlType.Integer, lead => lead.Id?.Value),
        new("tenant_id", SqlType.Integer, lead => lead.Tenant.Value),
        new("phone", SqlType.Text, lead => lead.Phone),
        new("first_name", SqlType.Text, lead => lead.Names?.First),
        new("last_name", SqlType.Text, lead => lead.Names?.Last),
        new("name", SqlType.Text, lead => lead.Names?.Full),
        new("name_source", SqlType.Text, lead => lead.Names is null ? null : DetectedSource),
        new("gender", SqlType.Text, lead => Genders.Spelling(lead.Gender)),
        new("at", SqlType.Time, lead => lead.At),
    ];

    private static readonly RowStatement<LeadWrite> Create = new(
        """
        with v as ({input})
        insert into leads (tenant_id, first_name, last_name, name, name_source, phone_e164, gender, status, created_at, updated_at)
        select v.tenant_id, v.first_name, v.last_name, v.name, v.name_source, v.phone, v.gender, 'new', v.at, v.at from v order by v.tenant_id, v.phone
        returning id as Id, tenant_id as Tenant, phone_e164 as Phone
        """,
        Columns);

    // A detected name without a last one takes the stored last name away: it belonged to the placeholder.
    private static readonly RowStatement<LeadWrite> Change = new(
        """
        with v as ({input})
        update leads set
          first_name = case when v.name is null then leads.first_name else v.first_name end,
          last_name = case when v.name is null then leads.last_name else v.last_name end,
          name = coalesce(v.name, leads.name),
          name_source = coalesce(v.name_source, leads.name_source),
          gender = coalesce(v.gender, leads.gender),
          updated_at = v.at
        from v
        where leads.id = v.id and leads.tenant_id + 0 = v.tenant_id
        """,
        Columns);

    public static IEnumerable<IRowStatement> Rehearsed => [Create, Change];

    /// <returns>The new leads' keys by tenant and phone.</returns>
    public static async Task<Dictionary<(BusinessId, string), LeadId>> CreateAsync(SqlSession session, IReadOnlyList<LeadWrite> leads, CancellationToken cancel)
    {
        if (leads.Count == 0) return [];
        var made = await session.QueryAsync<LeadWrite, Made>(Create, leads, cancel);
        Written.All(made.Count, leads.Count, "leads");
        var keys = new Dictionary<(BusinessId, string), LeadId>();
        foreach (var lead in made) keys[(new BusinessId(lead.Tenant), lead.Phone)] = new LeadId(lead.Id);
        return leads.All(lead => keys.ContainsKey((lead.Tenant, lead.Phone!)))
            ? keys
            : throw new CrmException(CrmFault.Refused, "leads: a row came to have another phone_e164 than was written");
    }

    public static async Task ChangeAsync(SqlSession session, IReadOnlyList<LeadWrite> leads, CancellationToken cancel)
    {
        if (leads.Count > 0) Written.All(await session.ExecuteAsync(Change, leads, cancel), leads.Count, "leads");
    }

    private sealed class Made
    {
        public long Id { get; init; }
        public long Tenant { get; init; }
        public string Phone { get; init; } = "";
    }
}
