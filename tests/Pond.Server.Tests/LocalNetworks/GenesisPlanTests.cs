using System.Text.Json;
using Pond.Client.Ledger;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger;
using Pond.Server.LocalNetworks;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.LocalNetworks;

public sealed class GenesisPlanTests : IDisposable
{
    private static readonly Pubkey Alice = Pond.Server.Tests.Ledger.LocalLedger.KeyOf("alice").PublicKey;

    private static readonly Pubkey Coin = Pond.Server.Tests.Ledger.LocalLedger.KeyOf("coin").PublicKey;
    private static readonly Pubkey Job = Pond.Server.Tests.Ledger.LocalLedger.KeyOf("job").PublicKey;
    private static readonly Pubkey Odd = Pond.Server.Tests.Ledger.LocalLedger.KeyOf("odd").PublicKey;

    private static readonly string WithEverything = $$$"""
        {
          "slotMs": 3600000,
          "accounts": { "{{{Odd}}}": {"lamports":2000000,"owner":"{{{Coin}}}","data":"AQID"} },
          "mints": [ {"address":"{{{Coin}}}","decimals":2,"authority":"{{{Alice}}}","balances":{"{{{Alice}}}":1500} } ],
          "tasks": [ {"address":"{{{Job}}}","manager":"{{{Alice}}}","name":"counting","executable":"bafy","totalBounty":5000000,"bountyPerRound":1000000,
            "roundTime":100,"submissionWindow":30,"auditWindow":30,"minimumStake":1000000} ]
        }
        """;

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
    public async Task Accounts_mints_and_tasks_of_the_file_are_there_from_the_first_slot_on_and_after_a_restart()
    {
        var made = Open(Plan(WithEverything));
        var options = new LedgerHostOptions { Genesis = made.Genesis, Producer = made.Producer, DataFolder = made.Root, Port = 0 };
        for (var start = 0; start < 2; start++)
        {
            await using var host = await LedgerHost.StartAsync(options with { Genesis = Open(null).Genesis }, TimeProvider.System, CancellationToken.None);
            using var http = new HttpClient();
            var client = new LedgerClient(http, host.Endpoint, TimeProvider.System, new LedgerClientOptions());

            var supply = await client.CallAsync<JsonElement>("getTokenSupply", [Coin], CancellationToken.None);
            Assert.Equal("1500", supply.GetProperty("value").GetProperty("amount").GetString());
            var held = await client.CallAsync<JsonElement>("getTokenAccountsByOwner", [Alice, new { mint = Coin }, new { encoding = "jsonParsed" }], CancellationToken.None);
            Assert.Equal(
                "1500",
                held.GetProperty("value")[0].GetProperty("account").GetProperty("data").GetProperty("parsed").GetProperty("info").GetProperty("tokenAmount").GetProperty("amount").GetString());
            var task = await client.CallAsync<JsonElement>("getTask", [Job], CancellationToken.None);
            Assert.Contains("counting", task.GetRawText(), StringComparison.Ordinal);
            var odd = await client.CallAsync<JsonElement>("getAccountInfo", [Odd, new { encoding = "base64" }], CancellationToken.None);
            Assert.Equal("AQID", odd.GetProperty("value").GetProperty("data")[0].GetString());
            _ = await client.CallAsync<JsonElement>("getConservation", [], CancellationToken.None);
            await host.MineAsync(slots: 2, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("\"address\":\"JOB\"", "\"address\":\"no address\"", "no address")]
    [InlineData("\"bountyPerRound\":1000000", "\"bountyPerRound\":9000000000000", "bounty_amount_per_round")]
    [InlineData("\"name\":\"counting\"", "\"name\":\"a name that is longer than its field\"", "24")]
    [InlineData("\"data\":\"AQID\"", "\"data\":\"?\"", "base64")]
    [InlineData("\"lamports\":2000000", "\"lamports\":20", "need")]
    [InlineData("\"lamports\":2000000", "\"money\":20", "no such \"money\"")]
    [InlineData("\"owner\":\"COIN\"", "\"owner\":\"Koiitask22222222222222222222222222222222222\"", "belongs to tasks")]
    [InlineData("1500}", "18446744073709551615,\"11111111111111111111111111111112\":1}", "at most 18446744073709551615 fit")]
    public void A_file_with_a_mistake_says_what_is_wrong_and_leaves_nothing_behind(string right, string wrong, string said)
    {
        string Named(string text) => text.Replace("JOB", $"{Job}", StringComparison.Ordinal).Replace("COIN", $"{Coin}", StringComparison.Ordinal);
        Assert.Contains(Named(right), WithEverything, StringComparison.Ordinal);

        var mistake = Assert.Throws<PondException>(() => Open(Plan(WithEverything.Replace(Named(right), Named(wrong), StringComparison.Ordinal))));

        Assert.Equal("genesis-invalid", mistake.Code);
        Assert.Contains(said, mistake.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("net")));
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

    private LocalNetworkFolder Open(GenesisPlan? plan) => LocalNetworkFolder.Open(_folder.At("net"), slotDuration: null, TimeProvider.System, plan);
}
