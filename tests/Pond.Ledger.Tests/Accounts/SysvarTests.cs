using Pond.Primitives;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Tests.Accounts;

public sealed class SysvarTests
{
    private readonly TestLedger _ledger = new(isFast: true);

    private Bank Bank => _ledger.Bank;

    [Theory]
    [InlineData("SysvarC1ock11111111111111111111111111111111", 40)]
    [InlineData("SysvarRent111111111111111111111111111111111", 17)]
    [InlineData("SysvarEpochSchedu1e111111111111111111111111", 33)]
    [InlineData("SysvarRecentB1ockHashes11111111111111111111", 6008)]
    [InlineData("SysvarS1otHashes111111111111111111111111111", 20488)]
    [InlineData("SysvarS1otHistory11111111111111111111111111", 131097)]
    [InlineData("SysvarStakeHistory1111111111111111111111111", 16392)]
    [InlineData("SysvarFees111111111111111111111111111111111", 8)]
    [InlineData("SysvarLastRestartS1ot1111111111111111111111", 8)]
    public void A_sysvar_has_its_size_and_owner_and_pays_its_rent(string key, int sizeBytes)
    {
        var account = Bank.GetAccount(Pubkey.Parse(key))!;

        Assert.Equal((sizeBytes, ProgramIds.SysvarOwner, false), (account.Data.Length, account.Owner, account.IsExecutable));
        Assert.Equal(Rent.MinimumFor((ulong)sizeBytes), account.Lamports);
    }

    [Fact]
    public void The_instructions_sysvar_is_no_account() => Assert.Null(Bank.GetAccount(ProgramIds.Instructions));

    [Fact]
    public void Slot_hashes_are_those_of_the_last_512_blocks_newest_first()
    {
        var first = Bank.LatestBlock;
        _ledger.GoTo(new Slot(5));

        var data = Data(ProgramIds.SlotHashes);
        Assert.Equal(3UL, Number(data, 0));
        Assert.Equal((4UL, Bank.LatestBlock.Hash), (Number(data, 8), new Hash(data.AsSpan(16, 32))));
        Assert.Equal((0UL, first.Hash), (Number(data, 8 + (2 * 40)), new Hash(data.AsSpan(16 + (2 * 40), 32))));
        Assert.True(data.AsSpan(8 + (3 * 40)).IndexOfAnyExcept((byte)0) < 0);

        for (var count = 0; count < 600; count++)
        {
            _ledger.Seal();
        }

        data = Data(ProgramIds.SlotHashes);
        Assert.Equal((512UL, 604UL, 93UL), (Number(data, 0), Number(data, 8), Number(data, 8 + (511 * 40))));
    }

    [Fact]
    public void Recent_blockhashes_are_those_of_the_last_150_blocks_newest_first()
    {
        for (var count = 0; count < 160; count++)
        {
            _ledger.Seal();
        }

        var data = Data(ProgramIds.RecentBlockhashes);
        Assert.Equal(150UL, Number(data, 0));
        Assert.Equal((Bank.LatestBlock.Hash, 5000UL), (new Hash(data.AsSpan(8, 32)), Number(data, 40)));
        Assert.True(Bank.IsBlockhashRecent(new Hash(data.AsSpan(8 + (149 * 40), 32))));
    }

    [Fact]
    public void Slot_history_has_a_bit_for_every_slot_with_a_block()
    {
        _ledger.GoTo(new Slot(5));
        var data = Data(ProgramIds.SlotHistory);

        // Blocks in slots 0, 1 and 4: slots 2 and 3 passed without.
        Assert.Equal((1, 16384UL, 0b0001_0011), (data[0], Number(data, 1), data[9]));
        Assert.Equal((1UL << 20, 5UL), (Number(data, 131081), Number(data, 131089)));
        Assert.True(data.AsSpan(10, 131071).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void Slot_history_forgets_what_is_a_million_slots_old()
    {
        _ledger.GoTo(new Slot(3 + (1UL << 20)));
        _ledger.Seal();
        var data = Data(ProgramIds.SlotHistory);

        // Slots 2^20 + 2 and + 3 stand at 2 and 3; what stood at 0 and 1 is too old.
        Assert.Equal((0b0000_1100, (1UL << 20) + 4), (data[9], Number(data, 131089)));
    }

    [Fact]
    public void Epochs_are_as_long_as_the_genesis_says()
    {
        var bank = new Bank(TestLedger.NewGenesis() with { SlotsPerEpoch = 32 });
        var schedule = bank.GetAccount(ProgramIds.EpochSchedule)!.Data.ToArray();

        Assert.Equal((32UL, 32UL), (Number(schedule, 0), Number(schedule, 8)));
        Assert.Equal((2UL, 1UL, 3UL), (bank.Epochs.EpochOf(new(65)), bank.Epochs.IndexOf(new(65)), bank.Epochs.LeaderScheduleEpochOf(new(65))));
        Assert.Equal((new Slot(64), new Slot(95)), (bank.Epochs.FirstSlotOf(2), bank.Epochs.LastSlotOf(2)));
        Assert.Equal(TestLedger.Producer.PublicKey, bank.LeaderOf(new(65)));
        Assert.NotEqual(new Bank(TestLedger.NewGenesis()).LatestBlock.ParentHash, bank.LatestBlock.ParentHash);
        Assert.Throws<ArgumentException>(() => new Bank(TestLedger.NewGenesis() with { SlotsPerEpoch = 31 }));
    }

    [Fact]
    public void Blocks_are_counted_by_slots()
    {
        _ledger.GoTo(new Slot(5));

        Assert.Equal(3, Bank.CountBlocks(default, new(5)));
        Assert.Equal(1, Bank.CountBlocks(new(2), new(4)));
        Assert.Equal(0, Bank.CountBlocks(new(2), new(3)));
    }

    private byte[] Data(Pubkey key) => [.. Bank.GetAccount(key)!.Data];

    private static ulong Number(byte[] data, int offset) => BitConverter.ToUInt64(data, offset);
}
