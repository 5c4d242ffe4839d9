using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.LocalNetworks;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.LocalNetworks;

public sealed class GenesisPlanTests : IDisposable
{
    private static readonly Pubkey Alice = Pond.Server.Tests.Ledger.LocalLedger.KeyOf("alice").PublicKey;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_network_begins_as_its_file_says_and_goes_on_with_the_same_file()
    {
        var plan = Plan($$$"""{"name":"mine","slotMs":50,"rules":"Koii","fundedAccounts":false,"faucetLamports":5000000000,"accounts":{"{{{Alice}}}":7000000000}}""");

        var made = Open(plan);
        var again = Open(plan);

        Assert.Equal("mine", made.Genesis.ClusterName);
        Assert.Equal(TimeSpan.FromMilliseconds(50), made.Genesis.SlotDuration);
        Assert.Equal(LedgerRules.Koii, made.Genesis.Rules);
        Assert.Equal(2, made.Genesis.Balances.Count);
        Assert.Equal(new Lamports(7_000_000_000), made.Genesis.Balances[Alice]);
        Assert.Empty(made.Accounts);
        Assert.Equal(made.Genesis.ComputeHash(), again.Genesis.ComputeHash());
        Assert.Equal(made.PowersToken, again.PowersToken);
        Assert.Equal("genesis-fixed", Assert.Throws<PondException>(() => Open(Plan("{}"))).Code);
    }

    [Fact]
    public void A_network_that_is_not_local_has_no_faucet_and_no_token()
    {
        var made = Open(Plan($$$"""{"local":false,"accounts":{"{{{Alice}}}":7000000000}}"""));

        Assert.False(made.Genesis.IsLocal);
        Assert.Null(made.Faucet);
        Assert.Null(made.PowersToken);
        Assert.False(File.Exists(Path.Combine(made.Root, "token")));
    }

    [Fact]
    public void The_token_is_random_and_for_its_owners_eyes_only()
    {
        var made = LocalNetworkFolder.Open(_folder.At("net"), slotDuration: null, TimeProvider.System);

        Assert.Equal(64, made.PowersToken!.Length);
        Assert.Equal(made.PowersToken, LocalNetworkFolder.ReadToken(made.Root));
        Assert.Equal(10, made.Accounts.Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(made.Root, "token")));
        }
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("[]", "line 1")]
    [InlineData("""{"nmae":"x"}""", "nmae")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"accounts":null}""", "accounts")]
    [InlineData("""{"slotMs":0}""", "slotMs")]
    [InlineData("""{"slotMs":1.5}""", "slotMs")]
    [InlineData("""{"rules":"2"}""", "there are Pond1 and Koii")]
    [InlineData("""{"slashSharePercent":101}""", "percentages")]
    [InlineData("""{"taskManagers":["x"]}""", "no address")]
    [InlineData("""{"accounts":{"x":1}}""", "no address")]
    [InlineData("""{"accounts":{"11111111111111111111111111111112":5}}""", "at least 890880")]
    [InlineData("""{"accounts":{"11111111111111111111111111111112":18446744073709551615}}""", "more than")]
    [InlineData("""{"accounts":{"11111111111111111111111111111112":-1}}""", "line 1")]
    [InlineData("""{"accounts":{"SysvarC1ock11111111111111111111111111111111":890880}}""", "itself")]
    public void A_file_that_can_not_be_used_says_why_and_leaves_nothing_behind(string text, string words)
    {
        var failure = Assert.Throws<PondException>(() => Open(Plan(text)));

        Assert.Equal("genesis-invalid", failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("net")));
    }

    private GenesisPlan Plan(string text)
    {
        File.WriteAllText(_folder.At("plan.json"), text);
        return GenesisPlan.Read(_folder.At("plan.json"));
    }

    private LocalNetworkFolder Open(GenesisPlan plan) => LocalNetworkFolder.Open(_folder.At("net"), slotDuration: null, TimeProvider.System, plan);
}
