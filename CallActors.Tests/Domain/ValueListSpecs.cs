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
        Assert.Equal(nothing.GetHashCode(), new ValueList<string>([]).GetHashCode());
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
    public void Records_that_hold_one_compare_by_value() =>
        Assert.Equal(
            IntentStash.Empty.With(new WriteIntent.Summary("s"), 1),
            IntentStash.Empty.With(new WriteIntent.Summary("s"), 1));
}
