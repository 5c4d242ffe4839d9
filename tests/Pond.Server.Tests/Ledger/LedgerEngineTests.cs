using Pond.Primitives;
using Pond.Server.Ledger;

namespace Pond.Server.Tests.Ledger;

public class LedgerEngineTests
{
    [Fact]
    public async Task Slots_that_were_slept_through_are_skipped_and_never_hurried()
    {
        RunInline();
        var time = new JumpingTimeProvider();
        var engine = new LedgerEngine(LocalLedger.Options(), time);
        var blocks = engine.Blocks.Listen();
        var first = engine.Read((bank, _) => bank.Slot);
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token);

        time.Jump(TimeSpan.FromMilliseconds(5 * 40));
        var held = await blocks.ReadAsync(stop.Token);
        time.Jump(TimeSpan.FromMilliseconds(40));
        var next = await blocks.ReadAsync(stop.Token);

        Assert.Equal(first, held.Slot);
        Assert.Equal(first + 5, next.Slot);
        Assert.Equal(held.Hash, next.ParentHash);
        Assert.Equal(held.Height + 1, next.Height);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Slots_of_twenty_milliseconds_are_all_sealed_in_time()
    {
        RunInline();
        var time = new JumpingTimeProvider();
        var options = LocalLedger.Options();
        var engine = new LedgerEngine(options with { Genesis = options.Genesis with { SlotDuration = TimeSpan.FromMilliseconds(20) } }, time);
        var blocks = engine.Blocks.Listen();
        var first = engine.Read((bank, _) => bank.Slot);
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token);

        for (var slot = 0UL; slot < 100; slot++)
        {
            time.Jump(TimeSpan.FromMilliseconds(20));
            Assert.Equal(first + slot, (await blocks.ReadAsync(stop.Token)).Slot);
            Assert.Equal(0UL, engine.SlotsBehind);
        }

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task On_demand_a_block_is_sealed_when_a_transaction_has_landed_and_never_by_time()
    {
        var time = new JumpingTimeProvider();
        var engine = new LedgerEngine(LocalLedger.Options() with { Mining = MiningMode.OnDemand }, time);
        var blocks = engine.Blocks.Listen();
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token);
        time.Jump(TimeSpan.FromHours(1));
        Assert.True(engine.IsHealthy);

        var drop = engine.Airdrop(LocalLedger.Faucet, LocalLedger.KeyOf("alice").PublicKey, Lamports.FromKoii(1));

        var block = await blocks.ReadAsync(stop.Token);
        Assert.Equal(new Slot(1), block.Slot);
        Assert.Equal(drop.Transaction.Id, Assert.Single(block.Transactions).Transaction.Id);
        Assert.True(engine.SlotsBehind <= 1);
        await stop.CancelAsync();
        await running;
        Assert.False(blocks.TryRead(out _));
    }

    [Fact]
    public void A_ledger_that_is_not_driven_is_behind_the_clock()
    {
        var time = new JumpingTimeProvider();
        var engine = new LedgerEngine(LocalLedger.Options(), time);
        Assert.Equal(0UL, engine.SlotsBehind);
        Assert.True(engine.IsHealthy);

        time.Jump(TimeSpan.FromSeconds(40));

        Assert.Equal(1000UL, engine.SlotsBehind);
        Assert.False(engine.IsHealthy);
    }

    [Fact]
    public async Task A_listener_that_falls_behind_is_cut_off_and_the_others_are_not()
    {
        var feed = new BlockFeed();
        var block = new LedgerEngine(LocalLedger.Options(), new JumpingTimeProvider()).Read((bank, _) => bank.LatestBlock);
        var slow = feed.Listen();
        var quick = feed.Listen();

        for (var count = 0; count <= BlockFeed.MaxBehind; count++)
        {
            feed.Publish(block);
            Assert.Equal(block, await quick.ReadAsync());
        }

        var read = 0;
        var exception = await Assert.ThrowsAsync<PondException>(async () =>
        {
            await foreach (var _ in slow.ReadAllAsync())
            {
                read++;
            }
        });
        Assert.Equal("block-listener-behind", exception.Code);
        Assert.Equal(BlockFeed.MaxBehind, read);
    }

    [Fact]
    public async Task Old_blocks_leave_the_history_with_all_that_was_in_them()
    {
        RunInline();
        var time = new JumpingTimeProvider();
        var engine = new LedgerEngine(LocalLedger.Options() with { HistoryBlocks = 2 }, time);
        var blocks = engine.Blocks.Listen();
        var drop = engine.Airdrop(LocalLedger.Faucet, LocalLedger.KeyOf("alice").PublicKey, Lamports.FromKoii(1));
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token);

        await SealAsync();
        Assert.NotNull(Find());
        Assert.Single(ByAccount());
        await SealAsync();
        Assert.NotNull(Find());
        await SealAsync();
        Assert.Null(Find());
        Assert.Empty(ByAccount());
        Assert.Equal(1UL, engine.Read((_, history) => history.TransactionCount));

        await stop.CancelAsync();
        await running;

        async Task SealAsync()
        {
            time.Jump(TimeSpan.FromMilliseconds(40));
            _ = await blocks.ReadAsync(stop.Token);
        }

        TransactionPlace? Find() => engine.Read((_, history) => history.Find(drop.Transaction.Id));

        IEnumerable<TransactionPlace> ByAccount() =>
            engine.Read((_, history) => history.FindByAccount(LocalLedger.Faucet.PublicKey, before: null, until: null, limit: 10));
    }

    // What a timer releases then runs inside the jump that fires it, and the test has one thread.
    private static void RunInline() => SynchronizationContext.SetSynchronizationContext(null);
}
