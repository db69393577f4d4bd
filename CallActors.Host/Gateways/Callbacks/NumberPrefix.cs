using CallActors.Host.Options;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>
/// What is put before a number that is nothing but digits: <c>+</c> where a gateway, or its trunk, leaves that off international numbers. None: they stay as
/// they are.
/// </summary>
internal readonly record struct NumberPrefix(string? Text)
{
    public static NumberPrefix Read(SettingReader reader, string key) => new(reader.Text(key)?.Trim());

    public string? Before(string? number) =>
        number is { Length: > 0 } && !number.AsSpan().ContainsAnyExceptInRange('0', '9') ? Text + number : number;
}
