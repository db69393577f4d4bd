using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class CustomerNameSpecs
{
    [Theory]
    [InlineData("Yossi", "Yossi")]
    [InlineData("Yossi Levi", "Yossi")]
    [InlineData("  Yossi \t Levi ", "Yossi")]
    [InlineData("דנה כהן", "דנה")]
    [InlineData("José García", "José")]
    [InlineData("Анна Иванова", "Анна")]
    [InlineData("Anne-Marie Levi", "Anne-Marie")]
    [InlineData("בת־אל כהן", "בת־אל")]
    [InlineData("Cohen, Yossi", "Cohen")]
    [InlineData("Yossi (work phone)", "Yossi")]
    [InlineData("Yossi/Dana", "Yossi")]
    public void The_first_word_is_spoken(string name, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\u00A0 ")]
    [InlineData("\u200F\u200E\uFEFF")]
    [InlineData("\u3164")]
    [InlineData("...")]
    [InlineData("--")]
    [InlineData("'")]
    public void A_text_without_a_letter_is_no_name(string? text) => AssertUnusable(text);

    [Theory]
    [InlineData("Yossi 2")]
    [InlineData("+972 54 123 4567")]
    [InlineData("R2D2")]
    [InlineData("דנה ٣")]
    [InlineData("דנה ५")]
    [InlineData("Yossi ②")]
    public void A_digit_of_any_script_makes_it_unusable(string text) => AssertUnusable(text);

    [Theory]
    [InlineData("Yossi!!", "Yossi")]
    [InlineData("Dana ❤️", "Dana")]
    [InlineData("🌹 דנה 🌹", "דנה")]
    [InlineData("Dana 👩‍👩‍👧 Levi 🇮🇱", "Dana")]
    [InlineData("👍🏽 Dana 👍🏽", "Dana")]
    [InlineData("O'Brien", "O'Brien")]
    [InlineData("ז'אן-ז׳אק", "ז'אן-ז׳אק")]
    public void Two_characters_that_have_no_place_in_a_name_are_overlooked(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Theory]
    [InlineData("Yossi!!!")]
    [InlineData("Dana ❤️❤️❤️")]
    [InlineData("yossi.levi@example.org")]
    [InlineData("<b>Yossi</b>")]
    [InlineData("Dana \u0001\u0002\u0003")]
    [InlineData("Yossi \uD800\uD800\uD800")]
    public void More_than_two_of_them_make_it_unusable(string text) => AssertUnusable(text);

    [Theory]
    [MemberData(nameof(Placeholders))]
    public void Every_placeholder_is_unusable_however_it_is_written(string placeholder)
    {
        AssertUnusable(placeholder);
        AssertUnusable(placeholder.ToUpperInvariant());
        AssertUnusable($"  {placeholder.Replace(" ", " \u00A0 ", StringComparison.Ordinal)}\n");
        AssertUnusable($"\u202B{placeholder}\u202C\uFEFF");
        AssertUnusable($"({placeholder})");
    }

    [Theory]
    [InlineData("לָקוֹחַ")]
    [InlineData("ליד־חדש")]
    [InlineData("ללא_שם")]
    [InlineData("test test")]
    [InlineData("User Name")]
    [InlineData("לקוח בדיקה")]
    public void Points_hyphens_and_repetition_do_not_hide_a_placeholder(string text) => AssertUnusable(text);

    [Theory]
    [InlineData("Customer Bob")]
    [InlineData("test Dana")]
    [InlineData("Guest Levi")]
    [InlineData("Null Void")]
    [InlineData("לקוח דני")]
    [InlineData("Guest Ben David")]
    [InlineData("NA Cohen")]
    [InlineData("N/A Levi")]
    [InlineData("N/A, Levi")]
    [InlineData("Mr. n/a")]
    [InlineData("Mr Customer")]
    [InlineData("Mr. Unknown Levi")]
    [InlineData("שם לקוח")]
    public void A_name_that_begins_with_a_placeholder_is_not_spoken(string text) => AssertUnusable(text);

    [Theory]
    [InlineData("שם טוב", "שם טוב")]
    [InlineData("Dana Guest", "Dana")]
    [InlineData("Naomi", "Naomi")]
    [InlineData("Testa Rossi", "Testa")]
    [InlineData("לידור כהן", "לידור")]
    [InlineData("ביתיה", "ביתיה")]
    public void A_placeholder_inside_a_name_is_part_of_the_name(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Theory]
    [InlineData("יוסי המנקה", "יוסי")]
    [InlineData("גל הטכנאי מהעבודה", "גל")]
    [InlineData("אבו סאלח הטכנאי", "אבו סאלח")]
    [InlineData("משה החבר של דני", "משה")]
    [InlineData("Bo from Facebook", "Bo")]
    [InlineData("Al The Plumber", "Al")]
    [InlineData("אל (המנקה)", "אל")]
    public void A_name_ends_where_a_description_begins(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Theory]
    [InlineData("לקוח המנקה")]
    [InlineData("Name from Facebook")]
    [InlineData("n/a from web")]
    [InlineData("unknown caller")]
    [InlineData("לקוח חדש")]
    [InlineData("לא ידוע בכלל")]
    public void A_placeholder_with_a_description_stays_a_placeholder(string text) => AssertUnusable(text);

    [Theory]
    [InlineData("המנקה")]
    [InlineData("אמא של דני")]
    [InlineData("the plumber")]
    [InlineData("From Facebook")]
    public void A_description_alone_is_no_name(string text) => AssertUnusable(text);

    [Theory]
    [InlineData("שלי כהן", "שלי")]
    [InlineData("אהובה לוי", "אהובה")]
    [InlineData("דוד לוי", "דוד")]
    [InlineData("Theo Levi", "Theo")]
    public void A_first_name_that_looks_like_a_description_is_none(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Theory]
    [InlineData("אבו מאזן", "אבו מאזן")]
    [InlineData("אום כולתום", "אום כולתום")]
    [InlineData("Abu Salah Odeh", "Abu Salah")]
    [InlineData("UMM Kulthum", "UMM Kulthum")]
    [InlineData("גל כהן", "גל כהן")]
    [InlineData("גַּל כהן", "גַּל כהן")]
    [InlineData("Al Pacino", "Al Pacino")]
    [InlineData("בן ציון לוי", "בן ציון")]
    [InlineData("ד\"ר לוי", "ד\"ר לוי")]
    [InlineData("גב' כהן", "גב' כהן")]
    [InlineData("Mrs Cohen", "Mrs Cohen")]
    [InlineData("עו״ד לוי", "עו״ד לוי")]
    [InlineData("Bat Sheva Levi", "Bat Sheva")]
    public void Two_words_are_spoken_where_the_first_alone_is_no_name(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Theory]
    [InlineData("גל", "גל")]
    [InlineData("Al", "Al")]
    [InlineData("אבו", "אבו")]
    [InlineData("J.", "J")]
    public void A_short_name_that_stands_alone_is_spoken_as_it_is(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Theory]
    [InlineData("J. Levi", "J. Levi")]
    [InlineData("J.R. Levi", "J.R. Levi")]
    [InlineData("J. Ben David", "J")]
    [InlineData("Yossi J. Levi", "Yossi")]
    public void An_initial_takes_the_next_word_along(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Theory]
    [InlineData("Yossi Ben David", "Yossi")]
    [InlineData("טל בן דוד", "טל")]
    [InlineData("טל בן־דוד", "טל")]
    [InlineData("Al Ben Ami", "Al")]
    [InlineData("Bo Bin-Nun", "Bo")]
    [InlineData("שי אבן עזרא", "שי")]
    [InlineData("בן בת שבע", "בן")]
    public void A_particle_that_comes_second_is_not_spoken(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Theory]
    [InlineData("ג׳ורג׳ כהן", "ג׳ורג׳")]
    [InlineData("ג'ורג'", "ג'ורג'")]
    [InlineData("'Yossi'", "Yossi")]
    [InlineData("\"יוסי לוי\"", "יוסי")]
    [InlineData("«Anna»", "Anna")]
    [InlineData("-Yossi-", "Yossi")]
    public void Quotes_around_a_name_go_and_a_geresh_at_its_end_stays(string text, string spoken) => Assert.Equal(spoken, CustomerName.FirstNameOf(text));

    [Fact]
    public void What_cannot_be_seen_is_not_spoken() => Assert.Equal("יוסי", CustomerName.FirstNameOf("\u202Bיו\u200Bסי\u202C \u2066לוי\u2069"));

    [Fact]
    public void A_letter_beyond_the_basic_plane_is_a_letter() => Assert.Equal("𐤀𐤁𐤂", CustomerName.FirstNameOf("𐤀𐤁𐤂 Levi"));

    [Fact]
    public void What_is_spoken_is_itself_a_name_and_spoken_in_full() => Names.Sample(text =>
    {
        var spoken = CustomerName.FirstNameOf(text);
        Assert.Equal(spoken is not null, CustomerName.IsUsable(text));
        if (spoken is not null) Assert.Equal(spoken, CustomerName.FirstNameOf(spoken));
    }, iter: 20_000);

    [Fact]
    public void Any_text_at_all_is_judged() => Gen.String.Sample(text => CustomerName.IsUsable(text) == CustomerName.IsUsable(text + " "), iter: 20_000);

    [Fact]
    public void No_descriptor_title_or_particle_is_a_placeholder() =>
        Assert.Empty(NameLists.Placeholders.Intersect(
            [.. NameLists.Descriptors, .. NameLists.NoNameAlone, .. NameLists.Particles, .. NameLists.CompoundPrefixes]));

    public static TheoryData<string> Placeholders => [.. NameLists.Placeholders];

    /// <summary>Texts made of what the rules look at: words of the lists, initials, quotes, marks, emoji, controls, and the odd stranger.</summary>
    private static Gen<string> Names
    {
        get
        {
            string[] words =
            [
                .. NameLists.Placeholders, .. NameLists.Descriptors, .. NameLists.CompoundPrefixes, .. NameLists.Particles, .. NameLists.NoNameAlone,
                "Yossi", "דנה", "גל", "J.", "J.R.", "Levi", "ג׳ורג׳", "'", "\"", "״", "-", "־", ".", "/", "(", ")", "❤️",
                "👩‍👩‍👧", "\u200D", "\u05B8", "\u202B", "_", "𐺭", "𐤀", "7",
            ];
            return Gen.Select(Gen.OneOf(words), Gen.OneOf(" ", "", "-", "  ", "/", ".")).Array[1, 6]
                .Select(parts => string.Concat(parts.Select(part => part.Item1 + part.Item2)));
        }
    }

    private static void AssertUnusable(string? text)
    {
        Assert.False(CustomerName.IsUsable(text));
        Assert.Null(CustomerName.FirstNameOf(text));
    }
}
