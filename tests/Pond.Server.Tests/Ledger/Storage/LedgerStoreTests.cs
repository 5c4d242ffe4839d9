using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Storage;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Ledger.Storage;

/// <summary>What every history does, whatever it is kept in.</summary>
public sealed class LedgerStoreTests : IDisposable
{
    private static readonly Pubkey Alice = LocalLedger.KeyOf("alice").PublicKey;
    private static readonly Pubkey Bob = LocalLedger.KeyOf("bob").PublicKey;

    private readonly TemporaryFolder _folder = new();
    private SqliteLedgerStore? _opened;

    public static TheoryData<string> Kinds => ["memory", "sqlite"];

    public void Dispose()
    {
        _opened?.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_added_is_found_by_slot_by_id_and_by_account(string kind)
    {
        var store = Open(kind);
        var blocks = Chain(Alice, Bob, Alice);

        store.Add(blocks);

        Assert.Equal(blocks[^1].Hash, store.Latest!.Hash);
        Assert.Equal(blocks[0].Hash, store.First!.Hash);
        Assert.Equal(3UL, store.TransactionCount);
        var found = store.Find(blocks[2].Slot)!;
        Assert.Equal((blocks[2].Hash, blocks[2].Height, blocks[2].Time), (found.Hash, found.Height, found.Time));
        var result = Assert.Single(found.Transactions);
        Assert.Equal(blocks[2].Transactions[0].Transaction.Id, result.Transaction.Id);
        Assert.Equal(blocks[2].Transactions[0].Logs.ToArray(), result.Logs.ToArray());
        Assert.Equal(blocks[2].Transactions[0].PostBalances.ToArray(), result.PostBalances.ToArray());
        var place = store.Find(result.Transaction.Id)!.Value;
        Assert.Equal((blocks[2].Slot, 0), (place.Block.Slot, place.Index));
        Assert.Equal(
            [blocks[3].Transactions[0].Transaction.Id, blocks[1].Transactions[0].Transaction.Id],
            store.FindByAccount(Alice, long.MaxValue, null, 10).Select(found => found.Result.Transaction.Id));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_page_begins_before_one_transaction_and_ends_with_another(string kind)
    {
        var store = Open(kind);
        var blocks = Chain(Alice, Alice, Alice, Alice, Alice);
        store.Add(blocks);
        var ids = blocks.Skip(1).Select(block => block.Transactions[0].Transaction.Id).Reverse().ToArray();

        Assert.Equal(ids[..2], Page(long.MaxValue, null, 2));
        Assert.Equal(ids[2..4], Page(store.Find(ids[1])!.Value.Number, null, 2));
        Assert.Equal(ids[..3], Page(long.MaxValue, ids[3], 10));
        Assert.Empty(Page(store.Find(ids[4])!.Value.Number, null, 2));

        IEnumerable<Signature> Page(long before, Signature? until, int limit) =>
            store.FindByAccount(Alice, before, until, limit).Select(place => place.Result.Transaction.Id);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dropped_blocks_are_gone_with_all_that_was_in_them_but_their_count(string kind)
    {
        var store = Open(kind);
        var blocks = Chain(Alice, Bob, Alice);
        store.Add(blocks);

        store.DropBefore(3);

        Assert.Equal(3UL, store.First!.Height);
        Assert.Equal(3UL, store.TransactionCount);
        Assert.Null(store.Find(blocks[1].Slot));
        Assert.Null(store.Find(blocks[1].Transactions[0].Transaction.Id));
        Assert.Single(store.FindByAccount(Alice, long.MaxValue, null, 10));
        Assert.Empty(store.FindByAccount(Bob, long.MaxValue, null, 10));
        (store as SqliteLedgerStore)?.Check();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_account_that_is_named_all_the_time_keeps_its_newest_transactions_while_the_oldest_go(string kind)
    {
        var store = Open(kind);
        var blocks = Chain([.. Enumerable.Repeat(Alice, 200)]);
        var ids = blocks.Skip(1).Select(block => block.Transactions[0].Transaction.Id).ToArray();
        for (var added = 10; added <= 200; added += 10)
        {
            store.Add([.. blocks.Where(block => block.Height > (ulong)(added - 10) && block.Height <= (ulong)added)]);
            var dropped = Math.Max(0, added - 25);
            store.DropBefore((ulong)dropped + 1);

            Assert.Equal(
                ids[dropped..added].Reverse(),
                store.FindByAccount(Alice, long.MaxValue, null, 1000).Select(found => found.Result.Transaction.Id));
        }

        store.DropBefore(1000);
        Assert.Empty(store.FindByAccount(Alice, long.MaxValue, null, 1000));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_slots_with_blocks_are_listed_from_one_to_another(string kind)
    {
        var store = Open(kind);
        // Every second slot has a block: 0, 1, 3, 5.
        store.Add(Chain(Alice, Bob, Alice));

        Assert.Equal([new Slot(1), new Slot(3)], store.FindSlots(new Slot(1), new Slot(4), limit: 10).ToArray());
        Assert.Equal([new Slot(0), new Slot(1)], store.FindSlots(default, new Slot(ulong.MaxValue), limit: 2).ToArray());
        Assert.Empty(store.FindSlots(new Slot(4), new Slot(3), limit: 10));
        Assert.Null(store.Find(new Slot(ulong.MaxValue)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_not_here_is_not_found(string kind)
    {
        var store = Open(kind);
        Assert.Null(store.Latest);
        Assert.Null(store.Find(new Slot(1)));
        Assert.Null(store.Find(default(Signature)));
        Assert.Empty(store.FindByAccount(Alice, long.MaxValue, null, 10));
    }

    [Fact]
    public void A_history_in_a_file_is_there_again_when_it_is_opened_again()
    {
        var blocks = Chain(Alice, Bob);
        using (var store = OpenFile())
        {
            store.Add(blocks);
        }

        using var again = OpenFile();

        again.Check();
        Assert.Equal(2UL, again.TransactionCount);
        Assert.Equal(blocks[2].Hash, again.Latest!.Hash);
        Assert.Equal(blocks[1].Hash, again.Find(blocks[1].Transactions[0].Transaction.Id)!.Value.Block.Hash);
    }

    [Fact]
    public void A_history_that_another_version_made_is_begun_anew()
    {
        using (var store = OpenFile())
        {
            store.Add(Chain(Alice));
        }

        using (var database = Pond.Server.Sqlite.SqliteDatabase.Open(_folder.At("index.db")))
        {
            database.Execute("UPDATE meta SET value = 'another' WHERE name = 'layout'");
        }

        using var again = OpenFile();
        Assert.Null(again.Latest);
        Assert.Equal(0UL, again.TransactionCount);
    }

    private static List<Block> Chain(params Pubkey[] receivers)
    {
        var bank = new Bank(LocalLedger.Options().Genesis);
        var blocks = new List<Block> { bank.LatestBlock };
        foreach (var receiver in receivers)
        {
            var transfer = new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(LocalLedger.Faucet.PublicKey, receiver);
            Assert.True(bank.Process(Transaction.Sign(LocalLedger.Faucet, bank.LatestBlock.Hash, [transfer])).IsSuccess);
            blocks.Add(bank.Seal(LocalLedger.Producer.Prove(bank.BeaconInput.AsSpan()), bank.Slot + 2));
        }

        return blocks;
    }

    private ILedgerStore Open(string kind)
    {
        if (kind is "memory")
        {
            return new MemoryLedgerStore();
        }

        _opened = OpenFile();
        return _opened;
    }

    private SqliteLedgerStore OpenFile() => SqliteLedgerStore.Open(_folder.At("index.db"));
}
