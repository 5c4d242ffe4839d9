using Pond.Primitives.Encoding;

namespace Pond.Primitives.Tests.Encoding;

public class Base58Tests
{
    [Theory]
    [InlineData("F1sE5Jx61PRiXjdE8cTApg4WCoivéjzcjDPM3XjSGqZT")]
    [InlineData("\u0000")]
    [InlineData("\uFFFF")]
    [InlineData("0")]
    [InlineData("l")]
    public void A_character_that_is_not_of_the_alphabet_is_refused(string text)
    {
        Assert.False(Base58.TryDecode(text, 64, out _));
        Assert.False(Base58.TryDecodeExactly(text, new byte[32]));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("1", "00")]
    [InlineData("111", "000000")]
    [InlineData("5S", "0101")]
    [InlineData("2A7XGNY2nv87Z6mpUWwBSnfj", "7B2269735F616C6C6F776C697374656422")]
    public void A_text_of_unknown_size_is_decoded(string text, string hex)
    {
        Assert.True(Base58.TryDecode(text, 128, out var bytes));
        Assert.Equal(hex, Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(31)]
    [InlineData(32)]
    public void A_keys_text_is_what_the_general_algorithm_writes(int zeros)
    {
        var random = DeterministicRandom.ForStream((ulong)zeros, "keys");
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[32];
            for (var index = zeros; index < bytes.Length; index++)
            {
                bytes[index] = round == 0 ? byte.MaxValue : (byte)random.NextBelow(256);
            }

            Assert.Equal(SimpleBase.Base58.Bitcoin.Encode(bytes), Base58.Encode(bytes));
        }
    }

    [Fact]
    public void A_text_of_more_bytes_than_wanted_is_refused()
    {
        Assert.True(Base58.TryDecode("111", 3, out _));
        Assert.False(Base58.TryDecode("1111", 3, out _));
        Assert.False(Base58.TryDecode(new string('1', 1_000_000), 128, out _));
    }
}
