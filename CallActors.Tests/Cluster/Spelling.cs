using System.Collections;
using System.Globalization;
using System.Reflection;
using Akka.Actor;

namespace CallActors.Tests.Cluster;

/// <summary>A message spelled out, to the last tick and offset: records compare times without their offsets and arrays by reference, this does not.</summary>
internal static class Spelling
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"{text.Length}:{text}",
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        IActorRef actor => actor.Path.ToStringWithoutAddress(),
        Enum or bool => value.ToString()!,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        _ => $"{value.GetType().Name} {{ {string.Join(", ", Properties(value).Select(property => $"{property.Name} = {Of(property.GetValue(value))}"))} }}",
    };

    /// <summary>
    /// Where a message says nothing: null, an empty list (of several items: all of them), a number or flag that is what it is without being told.
    /// </summary>
    public static IEnumerable<string> Gaps(object? value, string path) => value switch
    {
        null => [path],
        string or DateTimeOffset or TimeSpan or IActorRef or Enum => [],
        IFormattable or bool => [],
        IEnumerable items =>
            items.Cast<object?>().Select(item => Gaps(item, path + "[]")).DefaultIfEmpty([path]).Aggregate((left, right) => left.Intersect(right)),
        _ => Properties(value).Where(property => property.CanWrite).SelectMany(property => Gaps(property, value, $"{path}.{property.Name}")),
    };

    private static IEnumerable<string> Gaps(PropertyInfo property, object owner, string path)
    {
        var value = property.GetValue(owner);
        return property.PropertyType is { IsPrimitive: true } type && Activator.CreateInstance(type)!.Equals(value) ? [path] : Gaps(value, path);
    }

    private static IEnumerable<PropertyInfo> Properties(object value) =>
        value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0);
}
