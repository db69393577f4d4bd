using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using Google.Protobuf;

namespace CallActors.Tests.Journal;

public class BusinessBookSpecs
{
    private static readonly BusinessProfile Salon = JournalSamples.Salon;
    private readonly BusinessBook _book = new();
    private readonly List<BusinessEntry> _toWrite = [];

    [Fact]
    public void A_business_is_written_once_for_all_the_calls_that_refer_to_it()
    {
        var reference = Refer(Salon);
        Write(1);

        Assert.Equal(reference, Refer(Salon with { }));
        Assert.Equal(16, reference.Length);
        Assert.Empty(_toWrite);
    }

    [Fact]
    public void A_business_that_changed_is_another_version()
    {
        var reference = Refer(Salon);
        Write(1);

        Assert.NotEqual(reference, Refer(Salon with { MinNoticeMinutes = null }));
        Assert.Single(_toWrite);
    }

    [Fact]
    public void Something_left_out_is_not_the_same_as_an_empty_text_or_a_zero()
    {
        BusinessProfile[] versions =
            [new(null, null, null), new(null, "", null), new(new BusinessId(0), null, null), new(null, null, null) { SlotSizeMinutes = 0 }];
        Assert.Equal(versions.Length, versions.Select(Refer).Distinct().Count());
    }

    [Fact]
    public void Within_one_write_it_is_brought_once()
    {
        Refer(Salon);
        Refer(Salon with { });
        Assert.Single(_toWrite);
    }

    [Fact]
    public void A_write_that_failed_leaves_it_to_the_next()
    {
        Refer(Salon);
        _toWrite.Clear();
        Refer(Salon);
        Assert.Single(_toWrite);
    }

    [Fact]
    public void All_calls_of_a_business_share_one_instance()
    {
        var reference = Refer(Salon);
        Write(1);
        Refer(Salon);
        _book.Written(new BusinessEntry { Reference = reference, Business = BusinessCodec.ToWire(Salon) }, 2);

        Assert.Equal(Salon, _book.Resolve(reference));
        Assert.Same(_book.Resolve(reference), _book.Resolve(ByteString.CopyFrom(reference.ToByteArray())));
    }

    [Fact]
    public void A_business_that_stands_nowhere_is_named()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => _book.Resolve(ByteString.CopyFrom(0xca, 0xfe)));
        Assert.Contains("cafe", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_about_to_be_deleted_is_written_again()
    {
        Refer(Salon);
        Write(5);

        _book.ForgetUpTo(4);
        Refer(Salon);
        Assert.Empty(_toWrite);

        _book.ForgetUpTo(5);
        Assert.Equal(0, _book.Count);
        Refer(Salon);
        Assert.Single(_toWrite);
    }

    [Fact]
    public void A_business_that_stands_twice_stands_as_long_as_the_later_one()
    {
        var reference = Refer(Salon);
        var entry = _toWrite[0];
        Write(9);
        _book.Written(entry, 5);

        _book.ForgetUpTo(8);
        Assert.Equal(Salon, _book.Resolve(reference));
        _book.ForgetUpTo(9);
        Assert.Equal(0, _book.Count);
    }

    [Fact]
    public void What_was_under_way_when_the_log_was_cut_behind_it_does_not_count_as_held()
    {
        Refer(Salon);
        _book.ForgetUpTo(5);
        Write(5);
        Refer(Salon);
        Assert.Single(_toWrite);
    }

    private ByteString Refer(BusinessProfile business) => _book.Refer(business, _toWrite);

    private void Write(long sequenceNr)
    {
        foreach (var entry in _toWrite) _book.Written(BusinessEntry.Parser.ParseFrom(entry.ToByteArray()), sequenceNr);
        _toWrite.Clear();
    }
}
