using System.Collections;
using System.Runtime.CompilerServices;

namespace CallActors.Domain;

/// <summary>
/// An immutable list that is equal to another with equal items, so that records holding one compare by value. Lists that grew out of each other share
/// their room: a call's history is added to at every event, and a copy of all of it each time would be most of what lives on from an event.
/// </summary>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public readonly struct ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private const int LeastRoom = 4;
    private readonly Room? _room;

    internal ValueList(ReadOnlySpan<T> items)
    {
        if (items.IsEmpty) return;
        _room = new Room([.. items], items.Length);
        Count = items.Length;
    }

    private ValueList(Room room, int count)
    {
        _room = room;
        Count = count;
    }

    /// <summary>Where lists have their items, each its own first ones. What stands there does not change; behind it one list can add.</summary>
    private sealed class Room(T[] items, int taken)
    {
        private int _taken = taken;

        public T[] Items => items;

        /// <summary>Whether the place was free, which it is for the first who asks.</summary>
        public bool Take(int place) => place < items.Length && Interlocked.CompareExchange(ref _taken, place + 1, place) == place;
    }

    public int Count { get; }

    public T this[int index] => AsSpan()[index];

    public ValueList<T> Add(T item)
    {
        var room = _room?.Take(Count) is true ? _room : Moved(Math.Max(LeastRoom, 2 * Count));
        room.Items[Count] = item;
        return new ValueList<T>(room, Count + 1);
    }

    /// <summary>The list without an item, with room for another in its place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public ValueList<T> RemoveAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var items = new T[Count];
        AsSpan()[..index].CopyTo(items);
        AsSpan()[(index + 1)..].CopyTo(items.AsSpan(index));
        return new ValueList<T>(new Room(items, Count - 1), Count - 1);
    }

    public ReadOnlySpan<T> AsSpan() => _room is { } room ? room.Items.AsSpan(0, Count) : [];

    private Room Moved(int room)
    {
        var items = new T[room];
        AsSpan().CopyTo(items);
        return new Room(items, Count + 1);
    }

    public bool Equals(ValueList<T> other) => AsSpan().SequenceEqual(other.AsSpan());

    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in AsSpan()) hash.Add(item);
        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => new ArraySegment<T>(_room?.Items ?? [], 0, Count).AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public static bool operator ==(ValueList<T> left, ValueList<T> right) => left.Equals(right);

    public static bool operator !=(ValueList<T> left, ValueList<T> right) => !left.Equals(right);
}

/// <summary>Makes <see cref="ValueList{T}"/>s from collection expressions.</summary>
public static class ValueList
{
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(items);
}
