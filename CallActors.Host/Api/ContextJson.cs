using System.Text.Json;
using CallActors.Domain;

namespace CallActors.Host.Api;

/// <summary>The context of a call as a conversation reads it. Every member is always there; what is not known is null.</summary>
internal static class ContextJson
{
    public static void Write(Utf8JsonWriter json, CallContext context)
    {
        json.WriteStartObject();
        json.WriteString("callId", context.CallId.Value);
        json.WriteString("direction", ReplyJson.Word(context.Direction));
        WriteBusiness(json, context.Business);
        WriteCustomer(json, context.Customer);
        WriteJob(json, context.Job);
        json.WriteString("greeting", context.Greeting);
        json.WriteString("lastConfirmedSlot", context.LastConfirmedSlot);
        json.WriteString("source", context.Source == ContextSource.Database ? "database" : "minimal");
        json.WriteEndObject();
    }

    /// <summary>JSON that was stored as text: the object itself where it is one, else null.</summary>
    public static void WriteStored(Utf8JsonWriter json, string name, string? stored)
    {
        json.WritePropertyName(name);
        if (stored is not null && IsObject(stored)) json.WriteRawValue(stored, skipInputValidation: true);
        else json.WriteNullValue();
    }

    private static void WriteBusiness(Utf8JsonWriter json, BusinessProfile business)
    {
        json.WriteStartObject("business");
        json.WriteWhole("id", business.Id?.Value);
        json.WriteString("name", business.Name);
        json.WriteString("timeZone", business.TimeZone);
        json.WriteString("workingHours", business.WorkingHours);
        WriteStored(json, "openingHours", business.OpeningHoursJson);
        json.WriteString("voiceName", business.VoiceName);
        json.WriteString("callGoal", business.CallGoal);
        json.WriteEndObject();
    }

    private static void WriteCustomer(Utf8JsonWriter json, CustomerProfile customer)
    {
        json.WriteStartObject("customer");
        json.WriteWhole("leadId", customer.LeadId?.Value);
        json.WriteString("name", customer.Name);
        json.WriteString("firstName", customer.FirstName);
        json.WriteString("nameSource", customer.NameSource);
        json.WriteString("gender", ReplyJson.Word(customer.Gender));
        json.WriteString("phone", customer.Phone);
        json.WriteEndObject();
    }

    private static void WriteJob(Utf8JsonWriter json, JobProfile? job)
    {
        if (job is null)
        {
            json.WriteNull("job");
            return;
        }

        json.WriteStartObject("job");
        json.WriteNumber("id", job.Id.Value);
        json.WriteWhole("runId", job.RunId);
        json.WriteString("leadName", job.LeadName);
        json.WriteEndObject();
    }

    private static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return false;
        }
    }
}
