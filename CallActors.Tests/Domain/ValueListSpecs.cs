using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class ValueListSpecs
{
    [Fact]
    public void Lists_with_equal_items_are_equal() => Gen.Int[0, 3].Array[0, 4].Sample(items =>
    {
        var (one, other) = (ValueList.Create<int>(items), ValueList.Create<int>(items));

        Assert.True(one == other);
        Assert.True(one.Equals((object)other));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.True(one != other.Add(9));
        Assert.Equal(items, one);
    });

    [Fact]
    public void Order_counts() => Assert.NotEqual<ValueList<int>>([1, 2], [2, 1]);

    [Fact]
    public void The_default_is_the_empty_list()
    {
        ValueList<string> nothing = default;

        Assert.True(nothing == []);
        Assert.Equal(nothing.GetHashCode(), ValueList.Create<string>([]).GetHashCode());
        Assert.Empty(nothing);
        Assert.True(nothing.AsSpan().IsEmpty);
        Assert.Equal(["a"], nothing.Add("a"));
    }

    [Fact]
    public void A_list_does_not_change()
    {
        ValueList<int> list = [1, 2, 3];

        Assert.Equal([1, 3], list.RemoveAt(1));
        Assert.Equal([1, 2, 3, 4], list.Add(4));
        Assert.Equal([1, 2, 3], list);
        Assert.Equal(3, list[2]);
    }

    [Fact]
    public void Lists_that_grow_out_of_one_do_not_see_each_other() => Gen.Int[0, 9].Array[0, 10].Sample(items =>
    {
        var list = items.Aggregate(new ValueList<int>(), (grown, item) => grown.Add(item));
        var (one, other) = (list.Add(10), list.Add(11));

        Assert.Equal([.. items, 10, 12], one.Add(12));
        Assert.Equal([.. items, 11, 13, 14], other.Add(13).Add(14));
        Assert.Equal([.. items, 10], one);
        Assert.Equal([.. items, 11], other);
        Assert.Equal(items, list);
    });

    [Fact]
    public void Nor_where_threads_add_to_one_at_once() => Gen.Int[0, 9].Array[1, 10].Sample(items =>
    {
        var list = items.Aggregate(new ValueList<int>(), (grown, item) => grown.Add(item));
        var grown = new ValueList<int>[8];

        Parallel.For(0, grown.Length, added => grown[added] = list.Add(added));

        for (var added = 0; added < grown.Length; added++) Assert.Equal([.. items, added], grown[added]);
    });

    [Fact]
    public void A_list_can_lose_its_oldest_for_each_new_one()
    {
        var list = ValueList.Create<int>([.. Enumerable.Range(0, 1_000)]);

        for (var item = 1_000; item < 3_000; item++)
        {
            list = list.RemoveAt(0).Add(item);
            Assert.Equal(1_000, list.Count);
        }

        Assert.Equal(Enumerable.Range(2_000, 1_000), list);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void What_is_not_there_cannot_be_removed(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ValueList.Create<int>([1, 2, 3]).RemoveAt(index));

    [Fact]
    public void Nor_read() => Assert.Throws<IndexOutOfRangeException>(() => ValueList.Create<int>([1, 2, 3]).Add(4)[4]);

    [Fact]
    public void Records_that_hold_one_compare_by_value() =>
        Assert.Equal(
            IntentStash.Empty.With(new WriteIntent.Summary("s"), 1),
            IntentStash.Empty.With(new WriteIntent.Summary("s"), 1));
}
