using System.Text.Json;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>
/// Those members of a JSON object that somebody asks for, by name. The others are never looked at, so that a member nobody knows cannot do any
/// harm, whatever it is.
/// </summary>
internal sealed class Members(string[] names)
{
    private readonly JsonElement[] found = new JsonElement[names.Length];
    private readonly bool[] twice = new bool[names.Length];

    public static Members Of(JsonElement obj, string[] names)
    {
        var members = new Members(names);
        foreach (var property in obj.EnumerateObject())
        {
            var index = members.IndexOf(property);
            if (index < 0) continue;
            members.twice[index] = members.found[index].ValueKind != JsonValueKind.Undefined;
            members.found[index] = property.Value;
        }

        return members;
    }

    public bool AnyGiven => found.Any(element => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null));

    public Given this[string name]
    {
        get
        {
            var index = Array.IndexOf(names, name);
            return twice[index] ? Given.Twice : Given.Of(found[index]);
        }
    }

    /// <summary>The member itself; undefined where it is absent.</summary>
    public JsonElement Element(string name) => found[Array.IndexOf(names, name)];

    private int IndexOf(JsonProperty property)
    {
        try
        {
            for (var i = 0; i < names.Length; i++)
                if (property.NameEquals(names[i])) return i;
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair is nobody's name.
        }

        return -1;
    }
}
