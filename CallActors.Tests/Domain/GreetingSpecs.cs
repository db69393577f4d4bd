using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class GreetingSpecs
{
    [Theory]
    [InlineData("Hello {{first_name}}, welcome to {{business_name}}!", "Hello Dana, welcome to Salon X!")]
    [InlineData("Hello {{ First_Name }}, this is {{BUSINESS_NAME}}", "Hello Dana, this is Salon X")]
    [InlineData("{{first_name}}{{first_name}}", "DanaDana")]
    [InlineData("No placeholder at all.", "No placeholder at all.")]
    [InlineData("Hello  {{first_name}} ,\n welcome", "Hello Dana, welcome")]
    public void Names_are_filled_in(string template, string said) => Assert.Equal(said, Greeting.Render(template, "Dana", "Salon X"));

    [Theory]
    [InlineData("Hello {{first_name}}, welcome to {{business_name}}!", "Hello, welcome to X!")]
    [InlineData("שלום {{first_name}}, הגעתם ל{{business_name}}", "שלום, הגעתם לX")]
    [InlineData("שלום, {{first_name}}! מדברים מ{{business_name}}.", "שלום! מדברים מX.")]
    [InlineData("{{first_name}}, hi", "hi")]
    [InlineData("{{first_name}} שלום, הגעתם ל{{business_name}}", "שלום, הגעתם לX")]
    [InlineData("Hi {{first_name}}!", "Hi!")]
    [InlineData("Hi, {{first_name}}!", "Hi!")]
    [InlineData("Hello, {{first_name}}", "Hello")]
    [InlineData("Hello , {{first_name}} , welcome", "Hello, welcome")]
    [InlineData("Hello, {{first_name}}, welcome", "Hello, welcome")]
    [InlineData("Hello, {{first_name}} and welcome", "Hello, and welcome")]
    [InlineData("Hello {{first_name}} and welcome", "Hello and welcome")]
    [InlineData("Good morning, {{first_name}}. How are you?", "Good morning. How are you?")]
    [InlineData("Good morning. {{first_name}}, how are you?", "Good morning. how are you?")]
    [InlineData("Good morning! {{first_name}}.", "Good morning!")]
    [InlineData("Hello - {{first_name}} - welcome", "Hello - welcome")]
    [InlineData("Hello ({{first_name}}), welcome", "Hello, welcome")]
    [InlineData("Hello \"{{first_name}}\", welcome", "Hello, welcome")]
    [InlineData("{{first_name}}'s booking at {{business_name}}", "booking at X")]
    [InlineData("שלום ל{{first_name}}, מה שלומך", "שלום, מה שלומך")]
    [InlineData("\u202Bשלום \u200F{{first_name}}\u200F, ברוכים הבאים", "\u202Bשלום, ברוכים הבאים")]
    public void Without_a_name_its_placeholder_goes_and_the_punctuation_with_it(string template, string said)
    {
        Assert.Equal(said, Greeting.Render(template, null, "X"));
        Assert.Equal(said, Greeting.Render(template, " ", "X"));
    }

    [Theory]
    [InlineData("Hello {{first_name}}, here is {{business_name}}. How can I help?", "Hello Dana, here is. How can I help?")]
    [InlineData("{{business_name}}, hello {{first_name}}!", "hello Dana!")]
    [InlineData("שלום {{first_name}}, הגעתם ל{{business_name}}.", "שלום Dana, הגעתם.")]
    [InlineData("שלום {{first_name}}, הגעתם ל-{{business_name}}, במה אפשר לעזור?", "שלום Dana, הגעתם, במה אפשר לעזור?")]
    public void Without_a_business_name_the_same_holds_and_a_prefix_letter_goes_along(string template, string said) =>
        Assert.Equal(said, Greeting.Render(template, "Dana", null));

    [Fact]
    public void A_placeholder_that_is_not_known_goes_too() =>
        Assert.Equal("Hello Dana, welcome", Greeting.Render("Hello Dana, {{agent_name}}, welcome", "Dana", "X"));

    [Fact]
    public void What_is_filled_in_is_not_expanded_again() =>
        Assert.Equal(
            "Hello {{business_name}}, this is {{first_name}}",
            Greeting.Render("Hello {{first_name}}, this is {{business_name}}", "{{business_name}}", "{{first_name}}"));

    [Theory]
    [InlineData(null)]
    [InlineData(" \n ")]
    [InlineData("{{agent_name}}!")]
    public void Without_a_template_the_business_is_named(string? template)
    {
        Assert.Equal("Hello Dana, you have reached Salon X.", Greeting.Render(template, "Dana", "Salon X"));
        Assert.Equal("Hello, you have reached Salon X.", Greeting.Render(template, null, "Salon X"));
        Assert.Equal("שלום דנה, הגעתם לסלון יופי.", Greeting.Render(template, "דנה", "סלון יופי"));
        Assert.Equal("שלום, הגעתם לסלון יופי.", Greeting.Render(template, null, "סלון יופי"));
        Assert.Equal("", Greeting.Render(template, "Dana", null));
    }

    [Fact]
    public void Nothing_odd_is_ever_left_to_be_spoken() =>
        Gen.Select(
            Gen.OneOf(
                "{{first_name}}", "{{ business_name }}", "{{other}}", "Hello", "שלום", "ל", " ", "  ", ",", ", ", ".", "!", " - ", "(", ")", "\"",
                "\n", "\u200F")
                .Array[0, 12],
            Gen.OneOf(null, "", "Dana", "דנה"),
            Gen.OneOf(null, "Salon X", "סלון, יופי"))
        .Sample((parts, first, business) =>
        {
            var said = Greeting.Render(string.Concat(parts), first, business);
            Assert.DoesNotContain("{{", said, StringComparison.Ordinal);
            Assert.DoesNotContain("  ", said, StringComparison.Ordinal);
            Assert.DoesNotContain(" ,", said, StringComparison.Ordinal);
            Assert.Equal(said.Trim(), said);
        }, iter: 20_000);
}
