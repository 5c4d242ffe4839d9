using System.Text.Json;
using Pond.Primitives;
using Pond.Server.Ledger;
using Pond.Server.Ledger.Methods;
using Pond.Testing;

namespace Pond.Server.Tests.Ledger.Methods;

/// <summary>Every method that clients of K2 know is answered, or refused on purpose.</summary>
public class MethodTableTests
{
    private const string Key = "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9";
    private static readonly string Signature = new('1', 64);

    /// <summary>All that there is: a method that is added gets a row here.</summary>
    private static readonly Dictionary<string, string> Calls = new(StringComparer.Ordinal)
    {
        ["getAccountInfo"] = $"[\"{Key}\"]",
        ["getTasks"] = "[]",
        ["getAuditAssignments"] = $"[\"{Key}\",0,\"{Key}\"]",
        ["getBalance"] = $"[\"{Key}\"]",
        ["getBlock"] = "[0]",
        ["getBlockCommitment"] = "[0]",
        ["getBlockHeight"] = "[]",
        ["getBlockProduction"] = "[]",
        ["getBlockTime"] = "[0]",
        ["getBlocks"] = "[0]",
        ["getBlocksWithLimit"] = "[0,10]",
        ["getClusterNodes"] = "[]",
        ["getConfirmedBlock"] = "[0]",
        ["getConfirmedBlocks"] = "[0,null]",
        ["getConfirmedBlocksWithLimit"] = "[0,10]",
        ["getConfirmedSignaturesForAddress2"] = $"[\"{Key}\"]",
        ["getConfirmedTransaction"] = $"[\"{Signature}\"]",
        ["getConservation"] = "[]",
        ["getEpochInfo"] = "[]",
        ["getEpochSchedule"] = "[]",
        ["getFeeCalculatorForBlockhash"] = $"[\"{Key}\"]",
        ["getFeeForMessage"] = $"[\"{Message}\"]",
        ["getFeeRateGovernor"] = "[]",
        ["getFees"] = "[]",
        ["getFirstAvailableBlock"] = "[]",
        ["getGenesisHash"] = "[]",
        ["getHealth"] = "[]",
        ["getIdentity"] = "[]",
        ["getInflationGovernor"] = "[]",
        ["getInflationRate"] = "[]",
        ["getInflationReward"] = $"[[\"{Key}\"]]",
        ["getLargestAccounts"] = "[]",
        ["getLatestBlockhash"] = "[]",
        ["getLeaderSchedule"] = "[]",
        ["getMaxRetransmitSlot"] = "[]",
        ["getMaxShredInsertSlot"] = "[]",
        ["getMinimumBalanceForRentExemption"] = "[50]",
        ["getMultipleAccounts"] = $"[[\"{Key}\"]]",
        ["getMyTaskSubmissionRoundInfo"] = $"[\"{Key}\",\"{Key}\"]",
        ["getProgramAccounts"] = $"[\"{Key}\"]",
        ["getRecentBlockhash"] = "[]",
        ["getRecentPerformanceSamples"] = "[]",
        ["getRecentPrioritizationFees"] = "[]",
        ["getSignatureStatuses"] = $"[[\"{Signature}\"]]",
        ["getSignaturesForAddress"] = $"[\"{Key}\"]",
        ["getSlot"] = "[]",
        ["getSlotLeader"] = "[]",
        ["getSlotLeaders"] = "[0,10]",
        ["getStakeMinimumDelegation"] = "[]",
        ["getSupply"] = "[]",
        ["getTask"] = $"[\"{Key}\"]",
        ["getTaskAccountInfo"] = $"[\"{Key}\"]",
        ["getTaskDistributionList"] = $"[\"{Key}\",0,\"{Key}\"]",
        ["getTaskRound"] = $"[\"{Key}\",0]",
        ["getTokenAccountsByDelegate"] = $"[\"{Key}\",{{\"programId\":\"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA\"}}]",
        ["getTokenAccountsByOwner"] = $"[\"{Key}\",{{\"programId\":\"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA\"}}]",
        ["getTransaction"] = $"[\"{Signature}\"]",
        ["getTransactionCount"] = "[]",
        ["getVersion"] = "[]",
        ["getVoteAccounts"] = "[]",
        ["isBlockhashValid"] = $"[\"{Key}\"]",
        ["minimumLedgerSlot"] = "[]",
        ["requestAirdrop"] = $"[\"{Key}\",1000000000]",
        ["simulateTransaction"] = $"[\"{Transfer}\",{{\"encoding\":\"base64\"}}]",
    };

    /// <summary>Methods whose true answer here is an error.</summary>
    private static readonly Dictionary<string, (string Parameters, string Error)> Errors = new(StringComparer.Ordinal)
    {
        ["getHighestSnapshotSlot"] = ("[]", """{"code":-32008,"message":"No snapshot"}"""),
        ["getSnapshotSlot"] = ("[]", """{"code":-32008,"message":"No snapshot"}"""),
        ["getStakeActivation"] = ($"[\"{Key}\"]", """{"code":-32602,"message":"Invalid param: could not find account"}"""),
        ["getTokenAccountBalance"] = ($"[\"{Key}\"]", """{"code":-32602,"message":"Invalid param: could not find account"}"""),
        ["getTokenSupply"] = ($"[\"{Key}\"]", """{"code":-32602,"message":"Invalid param: could not find account"}"""),
        ["getTokenLargestAccounts"] = ($"[\"{Key}\"]", """{"code":-32602,"message":"Invalid param: could not find account"}"""),
        ["getMyTaskStakeInfo"] = ($"[\"{Key}\",\"{Key}\"]", """{"code":-32000,"message":"No stake available on this task"}"""),
        ["getTaskSubmissionInfo"] = ($"[\"{Key}\"]", """{"code":-32000,"message":"Task does not have any submissions"}"""),
        ["getTaskDistributionInfo"] = ($"[\"{Key}\"]", """{"code":-32000,"message":"Task does not have any distribution rewards submission"}"""),
        ["sendTransaction"] = ($"[\"{Transfer}\",{{\"encoding\":\"base64\"}}]",
            """{"code":-32002,"message":"Transaction simulation failed: Blockhash not found","data":{"err":"BlockhashNotFound","logs":[],"accounts":null,"unitsConsumed":0,"returnData":null}}"""),
    };

    // The vector of the wire's description, and its message alone: a transfer that names no block of this ledger.
    private static string Transfer => Convert.ToBase64String(Convert.FromHexString(
        "014b113aca8ee45bc016a86b8686d25404c65a1b4f577ea008c3616c25154bf33870838dda00bd0b3f6905695313c2f2503b8c65242586dcd5d7d1621af65ace06" + MessageHex));

    private static string Message => Convert.ToBase64String(Convert.FromHexString(MessageHex));

    private const string MessageHex =
        "010001038a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
        + "02020202020202020202020202020202020202020202020202020202020202020000000000000000000000000000000000000000000000000000000000000000"
        + "030303030303030303030303030303030303030303030303030303030303030301020200010c020000000100000000000000";

    public static TheoryData<string> AnsweredMethods => [.. Calls.Keys];

    public static TheoryData<string> FailingMethods => [.. Errors.Keys];

    [Fact]
    public void The_table_below_is_the_table_of_the_server()
    {
        var served = LedgerMethods.All(new LedgerEngine(LocalLedger.Options(), new ManualTimeProvider()), LocalLedger.Options());

        Assert.Equal(
            Calls.Keys.Concat(Errors.Keys).Order(StringComparer.Ordinal), served.Select(method => method.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AnsweredMethods))]
    public async Task A_method_that_clients_know_has_a_result(string method)
    {
        await using var ledger = new DrivenLedger();
        ledger.Fund(LocalLedger.Producer.PublicKey, Lamports.FromKoii(1));
        _ = await ledger.SealAsync();

        var answer = await ledger.AnswerAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{Calls[method]}}}""");

        Assert.Null(ledger.Failure);
        using var document = JsonDocument.Parse(answer);
        Assert.True(document.RootElement.TryGetProperty("result", out _), answer);
    }

    [Theory]
    [MemberData(nameof(FailingMethods))]
    public async Task A_method_without_an_answer_says_so_in_the_words_of_the_wire(string method)
    {
        await using var ledger = new DrivenLedger();
        _ = await ledger.SealAsync();
        var (parameters, error) = Errors[method];

        Assert.Equal(error, await ledger.CallAsync(method, parameters));
    }

    [Theory]
    [InlineData("confirmTransaction")]
    [InlineData("getSignatureStatus")]
    [InlineData("getSignatureConfirmation")]
    [InlineData("getTotalSupply")]
    [InlineData("getConfirmedSignaturesForAddress")]
    [InlineData("getTransactionsForAddress")]
    [InlineData("GETSLOT")]
    [InlineData("")]
    public async Task A_method_that_is_gone_or_never_was_is_not_found(string method)
    {
        await using var ledger = new DrivenLedger();

        Assert.Equal("""{"code":-32601,"message":"Method not found"}""", await ledger.CallAsync(method));
    }
}
