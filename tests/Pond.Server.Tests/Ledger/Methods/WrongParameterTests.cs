using System.Text.Json;
using Pond.Server.Ledger;
using Pond.Server.Ledger.Methods;
using Pond.Testing;

namespace Pond.Server.Tests.Ledger.Methods;

/// <summary>What is wrong with parameters is said in words, with the code for it, by every method alike.</summary>
public class WrongParameterTests
{
    private const string Key = "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9";

    public static TheoryData<string, int, int> Methods
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var method in LedgerMethods.All(new LedgerEngine(LocalLedger.Options(), new ManualTimeProvider()), LocalLedger.Options()))
            {
                data.Add(method.Name, method.MinParameters, method.MaxParameters);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Too_few_too_many_and_unordered_parameters_are_refused(string method, int least, int most)
    {
        await using var ledger = new DrivenLedger();

        Assert.Equal("""{"code":-32602,"message":"`params` should be an array"}""", await ledger.CallAsync(method, "{}"));
        if (least > 0)
        {
            Assert.Equal(
                $$"""{"code":-32602,"message":"`params` should have at least {{least}} argument(s)"}""", await ledger.CallAsync(method));
        }

        var tooMany = await ledger.CallAsync(method, $"[{string.Join(',', Enumerable.Repeat("null", most + 1))}]");
        Assert.StartsWith("""{"code":-32602,"message":"Invalid parameters: """, tooMany, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_parameter_of_the_wrong_type_is_refused_with_the_type_that_is_wanted(string method, int least, int most)
    {
        await using var ledger = new DrivenLedger();
        for (var place = 0; place < most; place++)
        {
            // Some methods read what comes first and refuse that: a key is no transaction.
            var parameters = string.Join(',', Enumerable.Range(0, Math.Max(least, place + 1)).Select(index => index < place ? $"\"{Key}\"" : "true"));
            var answer = await ledger.CallAsync(method, $"[{parameters}]");

            Assert.StartsWith(
                place == 0 ? """{"code":-32602,"message":"Invalid param""" : """{"code":-32602,"message":""", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("getAccountInfo", """["KEY",{"encoding":"hex"}]""", "unknown variant `hex`, expected one of `binary`, `base58`, `base64`, `jsonParsed`, `base64+zstd`")]
    [InlineData("getAccountInfo", """["KEY",{"encoding":7}]""", "invalid type: integer `7`, expected a string")]
    [InlineData("getAccountInfo", """["KEY",{"dataSlice":{"offset":1}}]""", "missing field `length`")]
    [InlineData("getAccountInfo", """["KEY",{"dataSlice":{"offset":-1,"length":1}}]""", "invalid value: integer `-1`, expected u64")]
    [InlineData("getAccountInfo", """["KEY",{"minContextSlot":1.5}]""", "invalid type: floating point `1.5`, expected u64")]
    [InlineData("getAccountInfo", """[""]""", "Invalid param: WrongSize")]
    [InlineData("getAccountInfo", """["O0Il"]""", "Invalid param: Invalid")]
    [InlineData("getTransaction", """["abc"]""", "Invalid param: WrongSize")]
    [InlineData("getTransaction", """["SIG","hex"]""", "unknown variant `hex`, expected one of `binary`, `base64`, `base58`, `json`, `jsonParsed`")]
    [InlineData("getTransaction", """["SIG",{"commitment":"processed"}]""", "Method does not support commitment below `confirmed`")]
    [InlineData("getTransaction", """["SIG",{"maxSupportedTransactionVersion":256}]""", "invalid value: integer `256`, expected u8")]
    [InlineData("getBlock", """[0,{"transactionDetails":"some"}]""", "unknown variant `some`, expected one of `full`, `signatures`, `none`, `accounts`")]
    [InlineData("getBlock", """[0,{"rewards":"no"}]""", "invalid type: string \\\"no\\\", expected a boolean")]
    [InlineData("getBlock", """[0,{"commitment":"recent"}]""", "Method does not support commitment below `confirmed`")]
    [InlineData("getBlocks", """[0,1,{"commitment":"processed"}]""", "Method does not support commitment below `confirmed`")]
    [InlineData("getBlocksWithLimit", """[0,500001]""", "Limit too large; max 500000")]
    [InlineData("getSignaturesForAddress", """["KEY",{"limit":1001}]""", "Invalid limit; max 1000")]
    [InlineData("getSignaturesForAddress", """["KEY",{"limit":0}]""", "Invalid limit; max 1000")]
    [InlineData("getSignaturesForAddress", """["KEY",{"commitment":"processed"}]""", "Method does not support commitment below `confirmed`")]
    [InlineData("getSlotLeaders", """[0,5001]""", "Invalid limit; max 5000")]
    [InlineData("getSlotLeaders", """[18446744073709551615,5000]""", "Invalid slot range: leader schedule for epoch 42700796466920 is unavailable")]
    [InlineData("getRecentPerformanceSamples", """[721]""", "Invalid limit; max 720")]
    [InlineData("getProgramAccounts", """["KEY",{"filters":[{"dataSize":1},{"dataSize":1},{"dataSize":1},{"dataSize":1},{"dataSize":1}]}]""", "Too many filters provided; max 4")]
    [InlineData("getProgramAccounts", """["KEY",{"filters":[{}]}]""", "unknown filter, expected one of `dataSize`, `memcmp`, `tokenAccountState`")]
    [InlineData("getProgramAccounts", """["KEY",{"filters":["open"]}]""", "unknown filter, expected one of `dataSize`, `memcmp`, `tokenAccountState`")]
    [InlineData("getProgramAccounts", """["KEY",{"filters":[{"memcmp":{"offset":0}}]}]""", "missing field `bytes`")]
    [InlineData("getProgramAccounts", """["KEY",{"filters":[{"memcmp":{"offset":0,"bytes":"0"}}]}]""", "the `bytes` of memcmp are not base58")]
    [InlineData("getProgramAccounts", """["KEY",{"filters":[{"memcmp":{"offset":0,"bytes":"?","encoding":"base64"}}]}]""", "the `bytes` of memcmp are not base64")]
    [InlineData("getProgramAccounts", """["KEY",{"filters":[{"memcmp":{"offset":0,"bytes":[256]}}]}]""", "a byte of `bytes` is at most 255")]
    [InlineData("getTokenAccountsByOwner", """["KEY",{}]""", "expected an object with either `mint` or `programId`")]
    [InlineData("getTokenAccountsByOwner", """["KEY",{"programId":"KEY"}]""", "Invalid param: unrecognized Token program id")]
    [InlineData("getTokenAccountsByOwner", """["KEY",{"mint":"KEY"}]""", "Invalid param: could not find mint")]
    [InlineData("getLargestAccounts", """[{"filter":"rich"}]""", "unknown variant `rich`, expected `circulating` or `nonCirculating`")]
    [InlineData("getBlockProduction", """[{"range":{}}]""", "missing field `firstSlot`")]
    [InlineData("getBlockProduction", """[{"range":{"firstSlot":0,"lastSlot":18446744073709551615}}]""", "lastSlot, 18446744073709551615, is too large; max 0")]
    [InlineData("sendTransaction", """["AAAA",{"encoding":"hex"}]""", "unsupported encoding: hex. Supported encodings: base58, base64")]
    [InlineData("sendTransaction", """["AAA",{"encoding":"base64"}]""", "invalid base64 encoding: InvalidByte")]
    [InlineData("sendTransaction", """["0"]""", "invalid base58 encoding: InvalidCharacter")]
    [InlineData("sendTransaction", """["",{"encoding":"base64"}]""", "failed to deserialize solana_sdk::transaction::versioned::VersionedTransaction: io error: unexpected end of file")]
    [InlineData("simulateTransaction", """["TX",{"encoding":"base64","sigVerify":true,"replaceRecentBlockhash":true}]""", "sigVerify may not be used with replaceRecentBlockhash")]
    [InlineData("simulateTransaction", """["TX",{"encoding":"base64","accounts":{"encoding":"base58","addresses":[]}}]""", "base58 encoding not supported")]
    [InlineData("simulateTransaction", """["TX",{"encoding":"base64","accounts":{"addresses":["KEY","KEY","KEY","KEY"]}}]""", "Too many accounts provided; max 3")]
    [InlineData("getFeeForMessage", """["AQ=="]""", "failed to deserialize solana_sdk::message::versions::VersionedMessage: io error: unexpected end of file")]
    [InlineData("getMinimumBalanceForRentExemption", """[52428801]""", "an account has at most 52428800 bytes of data")]
    [InlineData("getMinimumBalanceForRentExemption", """["50"]""", "invalid type: string \\\"50\\\", expected u64")]
    [InlineData("getMinimumBalanceForRentExemption", """[1e400]""", "invalid type: floating point `1e400`, expected u64")]
    public async Task The_error_names_what_is_wrong(string method, string parameters, string part)
    {
        await using var ledger = new DrivenLedger();
        var transaction = ledger.Sign(LocalLedger.Faucet, [Transfers.Of(1_000_000)]);

        var answer = await ledger.CallAsync(method, parameters
            .Replace("KEY", Key, StringComparison.Ordinal)
            .Replace("SIG", new string('1', 64), StringComparison.Ordinal)
            .Replace("TX", Convert.ToBase64String(transaction.Serialize()), StringComparison.Ordinal));

        using var error = JsonDocument.Parse(answer);
        Assert.Equal(-32602, error.RootElement.GetProperty("code").GetInt32());
        Assert.Contains(part, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base58", 1684, "base58 encoded solana_sdk::transaction::versioned::VersionedTransaction too large: 1684 bytes (max: encoded/raw 1683/1232)")]
    [InlineData("base58", 1683, "decoded solana_sdk::transaction::versioned::VersionedTransaction too large: 1683 bytes (max: 1232 bytes)")]
    [InlineData("base64", 1648, "base64 encoded solana_sdk::transaction::versioned::VersionedTransaction too large: 1648 bytes (max: encoded/raw 1644/1232)")]
    [InlineData("base64", 1644, "decoded solana_sdk::transaction::versioned::VersionedTransaction too large: 1233 bytes (max: 1232 bytes)")]
    public async Task A_transaction_that_is_too_long_is_measured(string encoding, int length, string text)
    {
        await using var ledger = new DrivenLedger();
        var transaction = new string(encoding is "base58" ? '1' : 'A', length);

        Assert.Equal(
            $$"""{"code":-32602,"message":"{{text}}"}""",
            await ledger.CallAsync("sendTransaction", $$"""["{{transaction}}",{"encoding":"{{encoding}}"}]"""));
    }

    [Theory]
    [InlineData("getMultipleAccounts", 100, Key)]
    [InlineData("getRecentPrioritizationFees", 128, Key)]
    [InlineData("getSignatureStatuses", 256, "1111111111111111111111111111111111111111111111111111111111111111")]
    public async Task A_list_has_a_bound(string method, int most, string item)
    {
        await using var ledger = new DrivenLedger();
        var items = string.Join(',', Enumerable.Repeat($"\"{item}\"", most));

        Assert.DoesNotContain("\"code\"", await ledger.CallAsync(method, $"[[{items}]]"), StringComparison.Ordinal);
        Assert.Equal(
            $$"""{"code":-32602,"message":"Too many inputs provided; max {{most}}"}""",
            await ledger.CallAsync(method, $"[[{items},\"{item}\"]]"));
    }
}
