using System.Buffers.Binary;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Accounts;
using Pond.Primitives.Instructions;
using Pond.Server.Ledger.Methods.Parsed;

namespace Pond.Server.Tests.Ledger.Methods;

public class AccountParserTests
{
    private static readonly Pubkey Alice = LocalLedger.KeyOf("alice").PublicKey;
    private static readonly Pubkey Bob = LocalLedger.KeyOf("bob").PublicKey;
    private static readonly Pubkey Mint = LocalLedger.KeyOf("mint").PublicKey;

    [Fact]
    public void A_nonce_account_shows_its_price_as_text()
    {
        byte[] data = [.. Numbers32(1, 1), .. Alice.ToArray(), .. Bob.ToArray(), .. Number(5000)];

        Assert.Equal(
            $$$$"""{"program":"nonce","parsed":{"type":"initialized","info":{"authority":"{{{{Alice}}}}","blockhash":"{{{{Bob}}}}","feeCalculator":{"lamportsPerSignature":"5000"}}},"space":80}""",
            Parse(default, data));
        Assert.Equal("""{"program":"nonce","parsed":{"type":"uninitialized"},"space":80}""", Parse(default, new byte[80]));
        Assert.Null(Parse(default, []));
        Assert.Null(Parse(default, new byte[79]));
        Assert.Null(Parse(default, [2, .. data[1..]]));
    }

    [Fact]
    public void Sysvars_are_told_apart_by_their_address()
    {
        Assert.Equal(
            """{"program":"sysvar","parsed":{"type":"clock","info":{"slot":1,"epoch":3,"epochStartTimestamp":-2,"leaderScheduleEpoch":4,"unixTimestamp":5}},"space":40}""",
            Sysvar(ProgramIds.Clock, [.. Number(1), .. Number(ulong.MaxValue - 1), .. Number(3), .. Number(4), .. Number(5)]));
        Assert.Equal(
            """{"program":"sysvar","parsed":{"type":"rent","info":{"lamportsPerByteYear":"3480","exemptionThreshold":2.0,"burnPercent":50}},"space":17}""",
            Sysvar(ProgramIds.Rent, [.. Number(3480), .. BitConverter.GetBytes(2.0), 50]));
        Assert.Equal(
            """{"program":"sysvar","parsed":{"type":"epochSchedule","info":{"slotsPerEpoch":432000,"leaderScheduleSlotOffset":432000,"warmup":false,"firstNormalEpoch":0,"firstNormalSlot":0}},"space":33}""",
            Sysvar(ProgramIds.EpochSchedule, [.. Number(432000), .. Number(432000), 0, .. Number(0), .. Number(0)]));
        Assert.Equal(
            $$$"""{"program":"sysvar","parsed":{"type":"recentBlockhashes","info":[{"blockhash":"{{{Alice}}}","feeCalculator":{"lamportsPerSignature":"5000"}}]},"space":6008}""",
            Sysvar(ProgramIds.RecentBlockhashes, Padded(6008, [.. Number(1), .. Alice.ToArray(), .. Number(5000)])));
        Assert.Equal(
            $$$"""{"program":"sysvar","parsed":{"type":"slotHashes","info":[{"slot":9,"hash":"{{{Alice}}}"},{"slot":8,"hash":"{{{Bob}}}"}]},"space":20488}""",
            Sysvar(ProgramIds.SlotHashes, Padded(20488, [.. Number(2), .. Number(9), .. Alice.ToArray(), .. Number(8), .. Bob.ToArray()])));
        Assert.Equal(
            """{"program":"sysvar","parsed":{"type":"stakeHistory","info":[]},"space":16392}""",
            Sysvar(ProgramIds.StakeHistory, new byte[16392]));
        Assert.Equal(
            """{"program":"sysvar","parsed":{"type":"slotHistory","info":{"nextSlot":3,"bits":"1010"}},"space":33}""",
            Sysvar(ProgramIds.SlotHistory, [1, .. Number(1), .. Number(5), .. Number(4), .. Number(3)]));
        Assert.Equal(
            """{"program":"sysvar","parsed":{"type":"fees","info":{"feeCalculator":{"lamportsPerSignature":"5000"}}},"space":8}""",
            Sysvar(ProgramIds.Fees, Number(5000)));
        Assert.Null(Sysvar(Alice, Number(5000)));
    }

    [Fact]
    public void Data_that_ends_early_or_counts_more_than_there_is_is_shown_as_bytes()
    {
        Assert.Null(Sysvar(ProgramIds.Clock, new byte[39]));
        Assert.Null(Sysvar(ProgramIds.SlotHashes, Number(513)));
        Assert.Null(Sysvar(ProgramIds.SlotHashes, Number(2)));
        Assert.Null(Sysvar(ProgramIds.SlotHistory, [1, .. Number(ulong.MaxValue)]));
        Assert.Null(Sysvar(ProgramIds.SlotHistory, [1, .. Number(1), .. Number(5), .. Number(65), .. Number(3)]));
    }

    [Fact]
    public void A_lookup_table_shows_its_addresses_and_a_frozen_one_no_authority()
    {
        var table = new AddressLookupTable { LastExtendedAt = new Slot(7), LastExtendedStart = 1, Authority = Alice, Addresses = [Bob, Mint] };

        Assert.Equal(
            $$$"""{"program":"address-lookup-table","parsed":{"type":"lookupTable","info":{"deactivationSlot":"18446744073709551615","lastExtendedSlot":"7","lastExtendedSlotStartIndex":1,"authority":"{{{Alice}}}","addresses":["{{{Bob}}}","{{{Mint}}}"]}},"space":120}""",
            Parse(ProgramIds.AddressLookupTable, table.ToArray()));
        Assert.DoesNotContain("authority", Parse(ProgramIds.AddressLookupTable, (table with { Authority = null }).ToArray())!, StringComparison.Ordinal);
        Assert.Null(Parse(ProgramIds.AddressLookupTable, [3, .. table.ToArray()[1..]]));
    }

    [Fact]
    public void A_token_account_needs_its_mints_decimals()
    {
        byte[] data =
        [
            .. Mint.ToArray(), .. Alice.ToArray(), .. Number(1_500_000), 1, 0, 0, 0, .. Bob.ToArray(), 1, 0, 0, 0, 0, .. Number(0), .. Number(20),
            0, 0, 0, 0, .. new byte[32],
        ];

        Assert.Equal(
            $$$$"""{"program":"spl-token","parsed":{"type":"account","info":{"mint":"{{{{Mint}}}}","owner":"{{{{Alice}}}}","tokenAmount":{"amount":"1500000","decimals":6,"uiAmount":1.5,"uiAmountString":"1.5"},"delegate":"{{{{Bob}}}}","state":"initialized","isNative":false,"delegatedAmount":{"amount":"20","decimals":6,"uiAmount":2E-05,"uiAmountString":"0.00002"}}},"space":165}""",
            Parse(ProgramIds.Token, data, decimals: 6));
        Assert.Null(Parse(ProgramIds.Token, data, decimals: null));
        Assert.Null(Parse(ProgramIds.Token, new byte[165], decimals: 6));
    }

    [Fact]
    public void A_mint_shows_its_authorities_even_where_there_are_none()
    {
        byte[] data = [1, 0, 0, 0, .. Alice.ToArray(), .. Number(ulong.MaxValue), 9, 1, 0, 0, 0, 0, .. new byte[32]];

        Assert.Equal(
            $$$"""{"program":"spl-token","parsed":{"type":"mint","info":{"mintAuthority":"{{{Alice}}}","supply":"18446744073709551615","decimals":9,"isInitialized":true,"freezeAuthority":null}},"space":82}""",
            Parse(ProgramIds.Token, data));
        Assert.Null(Parse(ProgramIds.Token, new byte[82]));
    }

    [Fact]
    public void A_multisig_shows_the_signers_that_count()
    {
        byte[] data = Padded(355, [2, 2, 1, .. Alice.ToArray(), .. Bob.ToArray()]);

        Assert.Equal(
            $$$"""{"program":"spl-token","parsed":{"type":"multisig","info":{"numRequiredSigners":2,"numValidSigners":2,"isInitialized":true,"signers":["{{{Alice}}}","{{{Bob}}}"]}},"space":355}""",
            Parse(ProgramIds.Token, data));
        Assert.Null(Parse(ProgramIds.Token, [2, 12, 1, .. data[3..]]));
    }

    private static string? Sysvar(Pubkey key, byte[] data) => Parse(ProgramIds.SysvarOwner, data, key: key);

    private static string? Parse(Pubkey owner, byte[] data, byte? decimals = null, Pubkey key = default) =>
        AccountParser.Parse(key, new Account(new Lamports(1), owner, [.. data], IsExecutable: false), decimals) is { } parsed
            ? JsonSerializer.Serialize(parsed, PondJson.Options)
            : null;

    private static byte[] Padded(int size, byte[] start) => [.. start, .. new byte[size - start.Length]];

    private static byte[] Numbers32(params uint[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    private static byte[] Number(ulong number)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        return bytes;
    }
}
