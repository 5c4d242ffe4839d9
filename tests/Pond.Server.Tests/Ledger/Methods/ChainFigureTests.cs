using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Instructions;

namespace Pond.Server.Tests.Ledger.Methods;

/// <summary>What the ledger says of itself is true: slots, blocks, leaders, supply.</summary>
public class ChainFigureTests
{
    private static readonly string Producer = LocalLedger.Producer.PublicKey.ToString();

    [Fact]
    public async Task Block_production_counts_the_slots_that_were_slept_through()
    {
        await using var ledger = new DrivenLedger();
        // Slots 1, 2 and 6 have blocks; 3, 4 and 5 passed without.
        _ = await ledger.SealAsync();
        _ = await ledger.SealAsync(slots: 4);
        _ = await ledger.SealAsync();

        Assert.Equal(
            $$$"""{"byIdentity":{"{{{Producer}}}":[7,4]},"range":{"firstSlot":0,"lastSlot":6}}""", await ledger.ValueAsync("getBlockProduction"));
        Assert.Equal(
            $$$"""{"byIdentity":{"{{{Producer}}}":[4,1]},"range":{"firstSlot":2,"lastSlot":5}}""",
            await ledger.ValueAsync("getBlockProduction", """[{"range":{"firstSlot":2,"lastSlot":5}}]"""));
        Assert.Equal(
            """{"byIdentity":{},"range":{"firstSlot":0,"lastSlot":6}}""",
            await ledger.ValueAsync("getBlockProduction", $$"""[{"identity":"{{Transfers.Alice}}"}]"""));
        Assert.Equal("[0,1,2,6]", await ledger.CallAsync("getBlocks", "[0]"));
        Assert.Equal("[1,2]", await ledger.CallAsync("getBlocks", "[1,5]"));
        Assert.Equal("[1,2]", await ledger.CallAsync("getConfirmedBlocks", """[1,2,{"commitment":"max"}]"""));
        Assert.Equal("[2,6]", await ledger.CallAsync("getBlocks", """[2,{"commitment":"confirmed"}]"""));
        Assert.Equal("[]", await ledger.CallAsync("getBlocks", "[5,4]"));
        Assert.Equal("[]", await ledger.CallAsync("getBlocks", "[7]"));
        Assert.Equal("[2,6]", await ledger.CallAsync("getBlocksWithLimit", "[2,5]"));
        Assert.Equal("[0,1]", await ledger.CallAsync("getBlocksWithLimit", "[0,2]"));
        Assert.Equal("6", await ledger.CallAsync("getSlot"));
        Assert.Equal("7", await ledger.CallAsync("getSlot", """[{"commitment":"processed"}]"""));
        Assert.Equal("3", await ledger.CallAsync("getBlockHeight"));
        Assert.Equal("0", await ledger.CallAsync("minimumLedgerSlot"));
        Assert.Equal("6", await ledger.CallAsync("getMaxShredInsertSlot"));
        Assert.Equal(
            """{"code":-32007,"message":"Slot 4 was skipped, or missing due to ledger jump to recent snapshot"}""",
            await ledger.CallAsync("getConfirmedBlock", "[4]"));
        Assert.Equal("""{"code":-32004,"message":"Block not available for slot 9"}""", await ledger.CallAsync("getBlockTime", "[9]"));
    }

    [Fact]
    public async Task Blocks_that_were_dropped_are_said_to_be_gone()
    {
        await using var ledger = new DrivenLedger(LocalLedger.Options() with { HistoryBlocks = 2 });
        _ = await ledger.SealAsync();
        _ = await ledger.SealAsync();

        Assert.Equal("1", await ledger.CallAsync("getFirstAvailableBlock"));
        Assert.Equal("[1,2]", await ledger.CallAsync("getBlocks", "[0]"));
        Assert.Equal(
            """{"code":-32001,"message":"Block 0 cleaned up, does not exist on node. First available block: 1"}""",
            await ledger.CallAsync("getBlock", "[0]"));
        // What was dropped can't be counted, and the range says so.
        Assert.Equal("""{"firstSlot":1,"lastSlot":2}""", Member(await ledger.ValueAsync("getBlockProduction"), "range"));
        Assert.Equal($$"""{"{{Producer}}":[2,2]}""", Member(await ledger.ValueAsync("getBlockProduction"), "byIdentity"));
    }

    [Fact]
    public async Task Slots_without_a_block_are_missing_in_the_slot_history_and_disturb_nobody()
    {
        await using var ledger = new DrivenLedger();
        _ = await ledger.SealAsync(slots: 3);
        _ = await ledger.SealAsync();

        var history = JsonDocument.Parse(await ledger.ValueAsync("getAccountInfo", $$"""["{{ProgramIds.SlotHistory}}",{"encoding":"base64"}]"""));
        var bytes = history.RootElement.GetProperty("data")[0].GetBytesFromBase64();
        // Slots 0, 1 and 4 have blocks; the bits stand behind a tag and a length.
        Assert.Equal(0b0001_0011, bytes[9]);
        Assert.Contains("\"total\":", await ledger.ValueAsync("getSupply"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_producer_leads_every_slot()
    {
        await using var ledger = new DrivenLedger();

        Assert.Equal($"\"{Producer}\"", await ledger.CallAsync("getSlotLeader"));
        Assert.Equal($"[\"{Producer}\",\"{Producer}\"]", await ledger.CallAsync("getSlotLeaders", "[863998,2]"));
        Assert.Contains("is unavailable", await ledger.CallAsync("getSlotLeaders", "[863999,2]"), StringComparison.Ordinal);
        var schedule = await ledger.CallAsync("getLeaderSchedule", "[null,{}]");
        Assert.StartsWith($$"""{"{{Producer}}":[0,1,2,""", schedule, StringComparison.Ordinal);
        Assert.EndsWith(",431999]}", schedule, StringComparison.Ordinal);
        Assert.Equal("{}", await ledger.CallAsync("getLeaderSchedule", $$"""[{"identity":"{{Transfers.Alice}}"}]"""));
        Assert.Equal("null", await ledger.CallAsync("getLeaderSchedule", "[864000]"));
        Assert.Equal(
            $$"""{"current":[{"votePubkey":"{{Producer}}","nodePubkey":"{{Producer}}","activatedStake":0,"epochVoteAccount":true,"epochCredits":[],"commission":0,"lastVote":0,"rootSlot":0}],"delinquent":[]}""",
            await ledger.CallAsync("getVoteAccounts"));
        Assert.Equal("""{"current":[],"delinquent":[]}""", await ledger.CallAsync("getVoteAccounts", $$"""[{"votePubkey":"{{Transfers.Alice}}"}]"""));
        Assert.Equal("""{"commitment":null,"totalStake":0}""", await ledger.CallAsync("getBlockCommitment", "[0]"));
        Assert.Contains($"\"pubkey\":\"{Producer}\",\"gossip\":null,\"tpu\":null,\"rpc\":null", await ledger.CallAsync("getClusterNodes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_inflation_and_nobody_is_rewarded()
    {
        await using var ledger = new DrivenLedger();

        Assert.Equal(
            """{"initial":0.0,"terminal":0.0,"taper":0.0,"foundation":0.0,"foundationTerm":0.0}""", await ledger.CallAsync("getInflationGovernor"));
        Assert.Equal("""{"total":0.0,"validator":0.0,"foundation":0.0,"epoch":0}""", await ledger.CallAsync("getInflationRate"));
        Assert.Equal("[null,null]", await ledger.CallAsync("getInflationReward", $$"""[["{{Producer}}","{{Transfers.Alice}}"]]"""));
        Assert.Equal(
            """{"code":-32004,"message":"Block not available for slot 432000"}""",
            await ledger.CallAsync("getInflationReward", $$"""[["{{Producer}}"],{"epoch":0}]"""));
    }

    [Fact]
    public async Task The_supply_is_what_the_accounts_hold_and_falls_by_the_fees_that_are_burnt()
    {
        await using var ledger = new DrivenLedger();
        var before = Read(await ledger.ValueAsync("getSupply"));
        ledger.Fund(Transfers.Alice, Lamports.FromKoii(3));
        var after = Read(await ledger.ValueAsync("getSupply"));

        Assert.Equal(before.Total - 5000, after.Total);
        Assert.Equal(after.Total, after.Circulating + after.NonCirculating);
        Assert.Equal(before.NonCirculating, after.NonCirculating);
        Assert.Equal(after.Total, ledger.Engine.Read((bank, _) => bank.TotalLamports.Value));
        Assert.Equal("[]", Member(await ledger.ValueAsync("getSupply", """[{"excludeNonCirculatingAccountsList":true}]"""), "nonCirculatingAccounts"));
        Assert.Contains("SysvarC1ock11111111111111111111111111111111", await ledger.ValueAsync("getSupply"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_accounts_stand_in_order_and_change_with_the_next_block()
    {
        await using var ledger = new DrivenLedger();
        Assert.DoesNotContain(Transfers.Alice.ToString(), await ledger.ValueAsync("getLargestAccounts"), StringComparison.Ordinal);
        ledger.Fund(Transfers.Alice, Lamports.FromKoii(3));
        _ = await ledger.SealAsync();

        var largest = await ledger.ValueAsync("getLargestAccounts", """[{"filter":"circulating"}]""");

        Assert.StartsWith($$"""[{"address":"{{LocalLedger.Faucet.PublicKey}}","lamports":999996999995000},{"address":""", largest, StringComparison.Ordinal);
        Assert.Contains($$"""{"address":"{{Transfers.Alice}}","lamports":3000000000}""", largest, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Transfers.Alice.ToString(), await ledger.ValueAsync("getLargestAccounts", """[{"filter":"nonCirculating"}]"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Performance_samples_are_minutes_of_slots_and_the_first_one_is_shown_as_it_grows()
    {
        await using var ledger = new DrivenLedger();
        Assert.Equal("[]", await ledger.CallAsync("getRecentPerformanceSamples"));
        ledger.Fund(Transfers.Alice, Lamports.FromKoii(1));
        _ = await ledger.SealAsync(slots: 49);
        _ = await ledger.SealAsync();

        // Fifty slots of 40 ms are two seconds. Koii's client sends its commitment where the number belongs, or after it.
        const string begun = """[{"slot":50,"numTransactions":1,"numNonVoteTransactions":1,"numSlots":50,"samplePeriodSecs":2}]""";
        Assert.Equal(begun, await ledger.CallAsync("getRecentPerformanceSamples"));
        Assert.Equal(begun, await ledger.CallAsync("getRecentPerformanceSamples", """[{"commitment":"confirmed"}]"""));
        Assert.Equal(begun, await ledger.CallAsync("getRecentPerformanceSamples", """[5,{"commitment":"confirmed"}]"""));

        _ = await ledger.SealAsync(slots: 4000);
        _ = await ledger.SealAsync();

        Assert.Equal(
            """
            [{"slot":3000,"numTransactions":0,"numNonVoteTransactions":0,"numSlots":1500,"samplePeriodSecs":60},{"slot":1500,"numTransactions":1,"numNonVoteTransactions":1,"numSlots":1500,"samplePeriodSecs":60}]
            """,
            await ledger.CallAsync("getRecentPerformanceSamples"));
        Assert.Equal(
            """[{"slot":3000,"numTransactions":0,"numNonVoteTransactions":0,"numSlots":1500,"samplePeriodSecs":60}]""",
            await ledger.CallAsync("getRecentPerformanceSamples", "[1]"));
    }

    [Fact]
    public async Task The_old_fee_methods_tell_the_one_price()
    {
        await using var ledger = new DrivenLedger();
        _ = await ledger.SealAsync();
        var hash = ledger.Engine.Read((bank, _) => bank.LatestBlock.Hash);

        Assert.Equal($$$"""{"blockhash":"{{{hash}}}","feeCalculator":{"lamportsPerSignature":5000}}""", await ledger.ValueAsync("getRecentBlockhash"));
        Assert.Equal(
            $$"""{"blockhash":"{{hash}}","feeCalculator":{"lamportsPerSignature":5000},"lastValidSlot":151,"lastValidBlockHeight":151}""",
            await ledger.ValueAsync("getFees"));
        Assert.Equal(
            """{"feeCalculator":{"lamportsPerSignature":5000}}""", await ledger.ValueAsync("getFeeCalculatorForBlockhash", $"[\"{hash}\"]"));
        Assert.Equal("null", await ledger.ValueAsync("getFeeCalculatorForBlockhash", $"[\"{Producer}\"]"));
        Assert.Contains("\"burnPercent\":100", await ledger.ValueAsync("getFeeRateGovernor"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prioritization_fee_is_what_the_lowest_bidder_paid()
    {
        await using var ledger = new DrivenLedger();
        _ = ledger.Run(LocalLedger.Faucet, Price(7), Transfers.Of(1_000_000));
        _ = ledger.Run(LocalLedger.Faucet, Price(9), Transfers.Of(2_000_000));
        _ = await ledger.SealAsync();
        _ = ledger.Run(LocalLedger.Faucet, Transfers.Of(3_000_000));
        _ = await ledger.SealAsync();

        Assert.Equal(
            """[{"slot":0,"prioritizationFee":0},{"slot":1,"prioritizationFee":7},{"slot":2,"prioritizationFee":0}]""",
            await ledger.CallAsync("getRecentPrioritizationFees"));
        Assert.Contains("""{"slot":1,"prioritizationFee":7}""", await ledger.CallAsync("getRecentPrioritizationFees", $"[[\"{Transfers.Alice}\"]]"), StringComparison.Ordinal);
    }

    private static Pond.Primitives.Transactions.Instruction Price(byte microLamports) =>
        new(Pond.Primitives.Instructions.ProgramIds.ComputeBudget, [], [3, microLamports, 0, 0, 0, 0, 0, 0, 0]);

    private static (ulong Total, ulong Circulating, ulong NonCirculating) Read(string supply) =>
        (ulong.Parse(Member(supply, "total")), ulong.Parse(Member(supply, "circulating")), ulong.Parse(Member(supply, "nonCirculating")));

    private static string Member(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(name).GetRawText();
    }
}
