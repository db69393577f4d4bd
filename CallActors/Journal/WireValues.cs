using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace CallActors.Journal;

/// <summary>The plain values of the log and of what crosses nodes: a time keeps its offset, a sequence its size.</summary>
internal static class WireValues
{
    public static Wire.Time ToWire(this DateTimeOffset time) => new()
    {
        UtcTicks = time.UtcTicks,
        OffsetMinutes = (int)(time.Offset.Ticks / TimeSpan.TicksPerMinute),
    };

    public static Wire.Time? ToWire(this DateTimeOffset? time) => time?.ToWire();

    /// <exception cref="InvalidDataException">The time is missing, or none.</exception>
    public static DateTimeOffset FromWire(this Wire.Time? time)
    {
        Present(time);
        try
        {
            return new DateTimeOffset(time.UtcTicks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(time.OffsetMinutes));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"What was read has a time of {time.UtcTicks} ticks at {time.OffsetMinutes} minutes, which is none.", e);
        }
    }

    public static DateTimeOffset? FromOptional(this Wire.Time? time) => time is null ? null : time.FromWire();

    public static ByteString ToWire(this BigInteger value) => ByteString.CopyFrom(value.ToByteArray());

    public static BigInteger FromWire(this ByteString value) => new(value.Span);

    /// <exception cref="InvalidDataException">A part that every version writes is not there.</exception>
    public static void Present([NotNull] IMessage? part, [CallerArgumentExpression(nameof(part))] string? name = null)
    {
        if (part is null) throw new InvalidDataException($"What was read is without its {name}.");
    }
}
