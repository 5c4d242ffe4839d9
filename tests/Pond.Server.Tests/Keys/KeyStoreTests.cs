using System.Text.Json.Nodes;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Keys;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Keys;

public sealed class KeyStoreTests : IDisposable
{
    private const string Passphrase = "four words nobody guesses";

    private static readonly SecretBoxCost Cheap = new(1, 8192);
    private static readonly Mnemonic Words = Mnemonic.FromEntropy(new byte[16]);

    private readonly TemporaryFolder _folder = new();

    private KeyFolder Keys => new(_folder.At("keys"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_phrase_comes_back_with_all_its_keys_and_is_nowhere_in_the_file()
    {
        var path = Keys.Add("main", StoredSecret.Of(Words, "more", KeyScheme.Phantom), Passphrase, Cheap);

        var read = KeyStore.Open(path, Passphrase);

        Assert.Equal(OperatorKeys.Of(Words, "more", KeyScheme.Phantom).Main.ToKeyFile(), read.Keys.Main.ToKeyFile());
        Assert.Equal(Words.Phrase, read.Phrase!.Phrase);
        Assert.Equal(("phantom", read.Keys.Main.PublicKey), (Keys.List()["main"].Scheme!, Keys.List()["main"].Address));
        Assert.DoesNotContain("abandon", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void A_key_without_a_phrase_comes_back_too()
    {
        var key = Keypair.FromSeed(new byte[32]);
        var path = Keys.Add("plain", StoredSecret.Of(key), Passphrase, Cheap);

        Assert.Equal(key.ToKeyFile(), KeyStore.Open(path, Passphrase).Keys.Main.ToKeyFile());
        Assert.Null(Keys.List()["plain"].Scheme);
    }

    [Fact]
    public void A_wrong_passphrase_a_weak_one_and_an_existing_name_are_refused()
    {
        var path = Keys.Add("main", StoredSecret.Of(Words, "", KeyScheme.Koii), Passphrase, Cheap);

        Assert.Equal("passphrase-wrong", Code(() => KeyStore.Open(path, "four words")));
        Assert.Equal("passphrase-weak", Code(() => Keys.Add("other", StoredSecret.Of(Words, "", KeyScheme.Koii), "short", Cheap)));
        Assert.Equal("key-exists", Code(() => Keys.Add("main", StoredSecret.Of(Words, "", KeyScheme.Koii), Passphrase, Cheap)));
        Assert.Equal("name-invalid", Code(() => Keys.PathOf("../main")));
        Assert.Equal("key-missing", Code(() => KeyStore.Open(Keys.PathOf("nobody"), Passphrase)));
    }

    [Theory]
    [InlineData("address", "\"FF6mRzWY3Mfps55nUrdJ1CHJcyVUnhN8eC6FMRRFKwjF\"", "passphrase-wrong")]
    [InlineData("scheme", "\"cli\"", "passphrase-wrong")]
    [InlineData("version", "2", "key-store-too-new")]
    [InlineData("memoryBytes", "1099511627776", "key-unreadable")]
    [InlineData("operations", "1000000", "key-unreadable")]
    [InlineData("salt", "\"AAAA\"", "key-unreadable")]
    [InlineData("pond", "\"snapshot\"", "key-unreadable")]
    public void Whoever_changes_the_head_is_found_out(string name, string json, string code)
    {
        var path = Keys.Add("main", StoredSecret.Of(Words, "", KeyScheme.Koii), Passphrase, Cheap);
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        file["head"]![name] = JsonNode.Parse(json);
        File.WriteAllText(path, file.ToJsonString());

        Assert.Equal(code, Code(() => KeyStore.Open(path, Passphrase)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1,2,3]")]
    [InlineData("null")]
    public void What_is_no_key_store_is_said_to_be_none(string text)
    {
        File.WriteAllText(_folder.At("main.key"), text);

        Assert.Equal("key-unreadable", Code(() => KeyStore.Open(_folder.At("main.key"), Passphrase)));
    }

    private static string Code(Action action) => Assert.Throws<PondException>(action).Code;
}
