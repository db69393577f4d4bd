using System.Collections.Immutable;
using System.Text.Json;
using CallActors.Domain;

namespace CallActors.Host.Verbs.Demo;

/// <summary>What the service answered, as a gateway reads it.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Outcome"><c>applied</c>, <c>duplicate</c>, or <c>refused</c>.</param>
/// <param name="Problem">The kind of problem, without its <c>urn:callactors:</c>.</param>
/// <param name="Detail">The problem in a sentence.</param>
/// <param name="Alternatives">Of a slot that could not be had: which could.</param>
internal sealed record GatewayAnswer(int Status, string Outcome, string? Problem, string? Detail, ImmutableArray<Slot> Alternatives)
{
    private const string Urn = "urn:callactors:";

    public bool OffersAnotherSlot => Problem is "slot-taken" or "slot-not-bookable" && !Alternatives.IsEmpty;

    public override string ToString() => Problem is null ? $"{Status} {Outcome}" : $"{Status} {Problem}: {Detail}";

    public static async Task<GatewayAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
        var root = document.RootElement;
        var outcome = root.TryGetProperty("outcome", out var word) ? word.GetString() : null;
        return new GatewayAnswer(
            (int)response.StatusCode,
            outcome ?? "refused",
            root.TryGetProperty("type", out var type) ? type.GetString()?.Replace(Urn, "", StringComparison.Ordinal) : null,
            root.TryGetProperty("detail", out var detail) ? detail.GetString() : null,
            root.TryGetProperty("alternatives", out var others) ? [.. others.EnumerateArray().Select(SlotOf)] : []);
    }

    private static Slot SlotOf(JsonElement slot) => new(slot.GetProperty("start").GetDateTimeOffset(), slot.GetProperty("end").GetDateTimeOffset());
}
