using FsCheck;
using FsCheck.Fluent;

namespace DocumentIndex.Tests.Indexing;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" -- ", "")]
    [InlineData("cancel, after: timeout!", "cancel after timeout")]
    [InlineData("M:System.Threading.CancellationTokenSource.CancelAfter(System.TimeSpan)", "m system threading cancellation token source cancel after system time span")]
    [InlineData("XmlReader ReadAsync2", "xml reader read async 2")]
    [InlineData("XMLReader UTF8Encoding Int32", "xml reader utf 8 encoding int 32")]
    [InlineData("IDs and URLs", "ids and urls")]
    [InlineData("aB A Ab ABc", "a b a ab a bc")]
    [InlineData("Größe ÄPFEL ΣΊΣΥΦΟΣ", "größe äpfel σίσυφοσ")]
    [InlineData("你好, 世界 ٣٤", "你好 世界 ٣٤")]
    [InlineData("𐐀𐐨 x🐟y", "𐐨𐐨 x y")]
    public void Text_is_cut_at_words_case_and_digits(string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', Tokenizer.Terms(text)));

    [Fact]
    public void A_long_run_is_one_term_and_keeps_its_beginning()
    {
        Assert.Equal([new string('a', 64), "b"], Tokenizer.Terms(new string('a', 1000) + " b"));
        Assert.Equal([new string('a', 63)], Tokenizer.Terms(new string('a', 63) + "𐐨")); // Does not cut a character in two.
    }

    [Fact]
    public void Any_text_can_be_cut_and_each_term_stands_where_it_says()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
        {
            var tokenizer = new Tokenizer(text);
            var end = 0;
            while (tokenizer.MoveNext())
            {
                if (tokenizer.Start < end || tokenizer.End <= tokenizer.Start || tokenizer.Term.IsEmpty
                    || !tokenizer.Term.SequenceEqual(text!.AsSpan()[tokenizer.Start..tokenizer.End][..tokenizer.Term.Length].ToString().ToLowerInvariant()))
                {
                    return false;
                }

                end = tokenizer.End;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }
}
