using Akka.Actor;
using Akka.Serialization;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;

namespace CallActors.Cluster;

/// <summary>The plain values that cross nodes.</summary>
internal static class ClusterValues
{
    /// <exception cref="InvalidDataException">It is no call id.</exception>
    public static CallId ToCallId(string text) =>
        CallId.TryParse(text, out var id) ? id : throw new InvalidDataException($"What was read has the call id '{text}', which is none.");

    public static Wire.Slot ToWire(this Slot slot) => new() { Start = slot.Start.ToWire(), End = slot.End.ToWire() };

    /// <exception cref="InvalidDataException">It is missing, or has no start or end.</exception>
    public static Slot FromWire(this Wire.Slot? slot)
    {
        WireValues.Present(slot);
        return new Slot(slot.Start.FromWire(), slot.End.FromWire());
    }

    /// <summary>The path by which another node finds the actor.</summary>
    public static string ToPath(IActorRef actor) => Serialization.SerializedActorPath(actor);

    /// <exception cref="InvalidDataException">It is no actor's path.</exception>
    public static IActorRef ToActor(string path, ExtendedActorSystem system) => ActorPath.TryParse(path, out var parsed)
        ? system.Provider.ResolveActorRef(parsed)
        : throw new InvalidDataException($"What was read has the actor path '{path}', which is none.");
}
