using System.Text.Json;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Testing;

namespace Pond.Primitives.Tests.Cryptography;

public sealed class SeedPhraseTests
{
    private const string First = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    private static readonly JsonElement Vectors = VectorFile.Load("seed-phrase-vectors.json").RootElement;

    public static TheoryData<string, string, string> Phrases
    {
        get
        {
            var phrases = new TheoryData<string, string, string>();
            foreach (var each in Vectors.GetProperty("phrases").EnumerateArray())
            {
                phrases.Add(Text(each, "entropy"), Text(each, "phrase"), Text(each, "seed"));
            }

            return phrases;
        }
    }

    public static TheoryData<string, string, string, string> Keys
    {
        get
        {
            var keys = new TheoryData<string, string, string, string>();
            foreach (var each in Vectors.GetProperty("keys").EnumerateArray())
            {
                keys.Add(Text(each, "seed"), Text(each, "path"), Text(each, "privateKey"), Text(each, "publicKey"));
            }

            return keys;
        }
    }

    [Theory]
    [MemberData(nameof(Phrases))]
    public void The_published_phrases_give_their_seeds(string entropy, string phrase, string seed)
    {
        var made = Mnemonic.FromEntropy(Convert.FromHexString(entropy));
        var read = Mnemonic.Parse($"  {phrase.ToUpperInvariant().Replace(' ', '\t')}\n");

        Assert.Equal(phrase, made.Phrase);
        Assert.Equal(phrase, read.Phrase);
        Assert.Equal(seed, Convert.ToHexStringLower(read.ToSeed("TREZOR")));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_published_paths_give_their_keys(string seed, string path, string privateKey, string publicKey)
    {
        var key = SeedKeys.Derive(Convert.FromHexString(seed), DerivationPath.Parse(path));

        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.ToArray()));
        Assert.Equal(Keypair.FromSeed(Convert.FromHexString(privateKey)).ToKeyFile(), key.ToKeyFile());
        Assert.Equal(path, DerivationPath.Parse(path).ToString());
    }

    [Fact]
    public void The_words_give_the_address_that_wallets_show()
    {
        var seed = Mnemonic.Parse(First).ToSeed("");

        Assert.Equal("HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk", KeySchemes.Derive(seed, KeyScheme.Phantom).PublicKey.ToString());
    }

    [Fact]
    public void Each_scheme_gives_another_key_of_the_same_words()
    {
        var seed = Mnemonic.Parse(First).ToSeed("");

        var keys = KeySchemes.All.ToDictionary(scheme => scheme, scheme => KeySchemes.Derive(seed, scheme).PublicKey);

        Assert.Equal(5, keys.Values.Distinct().Count());
        Assert.Equal(Keypair.FromSeed(seed.AsSpan(0, 32)).PublicKey, keys[KeyScheme.Cli]);
        Assert.Equal(SeedKeys.Derive(seed, DerivationPath.Parse("m/44'/501'/0'")).PublicKey, keys[KeyScheme.Koii]);
        Assert.Equal(SeedKeys.Derive(seed, DerivationPath.Parse("m/44'/501'/99'/0'")).PublicKey, keys[KeyScheme.Staking]);
        Assert.Equal(SeedKeys.Derive(seed, DerivationPath.Parse("m/44'/501'/99'/1'")).PublicKey, keys[KeyScheme.TokenStaking]);
        Assert.All(KeySchemes.All, scheme => Assert.True(KeySchemes.TryParse(KeySchemes.NameOf(scheme), out var read) && read == scheme));
    }

    [Fact]
    public void A_tasks_keys_lie_where_its_type_and_its_id_say()
    {
        var task = Pubkey.Parse("FF6mRzWY3Mfps55nUrdJ1CHJcyVUnhN8eC6FMRRFKwjF");

        // SHA-256("KOII" | id) begins with the index's 31 bits: computed apart from this code.
        Assert.Equal(KoiiPath, KeySchemes.StakingPathOf(TaskKind.Koii, task).ToString());
        Assert.Equal(TokenPath, KeySchemes.StakingPathOf(TaskKind.Token, task).ToString());
        Assert.Equal(KoiiPath.Replace("/99'/", "/98'/", StringComparison.Ordinal), KeySchemes.IdentityPathOf(TaskKind.Koii, task).ToString());
    }

    [Theory]
    [InlineData("abandon about", "this one has 2")]
    [InlineData("abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon", "don't belong together")]
    [InlineData("abandon abandon abandn abandon abandon abandon abandon abandon abandon abandon abandon about", "Word 3 ")]
    [InlineData("", "this one has 0")]
    public void A_phrase_that_was_copied_wrongly_is_told_where_and_without_its_words(string phrase, string part)
    {
        var error = Assert.Throws<FormatException>(() => Mnemonic.Parse(phrase));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("aband", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("44'/501'")]
    [InlineData("m/44/501'")]
    [InlineData("m/44'/2147483648'")]
    [InlineData("m/-1'")]
    [InlineData("m/")]
    public void A_path_that_is_not_hardened_or_none_is_refused(string path) =>
        Assert.Throws<FormatException>(() => DerivationPath.Parse(path));

    [Fact]
    public void A_passphrase_that_could_be_spelt_in_two_ways_is_refused() =>
        Assert.Throws<FormatException>(() => Mnemonic.Parse(First).ToSeed("Käse"));

    [Fact]
    public void A_phrase_does_not_show_itself() => Assert.DoesNotContain("abandon", Mnemonic.Parse(First).ToString(), StringComparison.Ordinal);

    private const string KoiiPath = "m/44'/501'/99'/589887862'";
    private const string TokenPath = "m/44'/501'/99'/712339167'";

    private static string Text(JsonElement each, string name) => each.GetProperty(name).GetString()!;
}
