using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives;

namespace Pond.Sdk.Tests;

public sealed class DistributionListTests
{
    private static readonly Pubkey Alice = Facts.KeyOf("alice");
    private static readonly Pubkey Bob = Facts.KeyOf("bob");

    [Fact]
    public void Json_has_keys_in_ordinal_order_whatever_order_they_came_in()
    {
        var keys = Enumerable.Range(0, 40).Select(index => Facts.KeyOf($"{index}")).ToArray();
        var list = DistributionList.From(keys.Select(key => KeyValuePair.Create(key, new Lamports(1))));

        var texts = keys.Select(key => key.ToString()).Order(StringComparer.Ordinal);

        Assert.Equal($"{{{string.Join(',', texts.Select(text => $"\"{text}\":1"))}}}", list.ToJson());
        Assert.Equal(list.ToJson(), DistributionList.From(list.Rewards.Reverse()).ToJson());
    }

    [Fact]
    public void Parsing_undoes_writing()
    {
        var rewards = Gen.ListOf(Gen.Choose(0, int.MaxValue)).ToArbitrary();

        Prop.ForAll(rewards, amounts =>
        {
            var list = DistributionList.From(
                amounts.Select((amount, index) => KeyValuePair.Create(Facts.KeyOf($"{index}"), new Lamports((ulong)amount))));
            return DistributionList.TryParse(list.ToJson(), out var parsed) && parsed.Equals(list) && parsed.Total == list.Total;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"nokey\":1}")]
    [InlineData("{\"ALICE\":-1}")]
    [InlineData("{\"ALICE\":1.5}")]
    [InlineData("{\"ALICE\":\"1\"}")]
    [InlineData("{\"ALICE\":null}")]
    [InlineData("{\"ALICE\":1,\"ALICE\":1}")]
    [InlineData("{\"ALICE\":18446744073709551616}")]
    [InlineData("{\"ALICE\":18446744073709551615,\"BOB\":1}")]
    [InlineData("{\"ALICE\":1")]
    public void Text_that_is_no_list_is_refused(string text)
    {
        var json = text.Replace("ALICE", Alice.ToString(), StringComparison.Ordinal).Replace("BOB", Bob.ToString(), StringComparison.Ordinal);

        Assert.False(DistributionList.TryParse(json, out _));
    }

    [Fact]
    public void Key_can_not_be_given_twice()
    {
        Assert.Throws<ArgumentException>(() => DistributionList.From([new(Alice, new(1)), new(Alice, new(1))]));
    }

    [Fact]
    public void Submission_has_at_most_512_bytes_of_utf8()
    {
        Assert.Equal(new string('é', 256), Submission.FromText(new string('é', 256)).Value);
        Assert.Throws<ArgumentException>(() => Submission.FromText(new string('é', 256) + "x"));
        Assert.Throws<ArgumentException>(() => Submission.FromText(""));
    }
}
