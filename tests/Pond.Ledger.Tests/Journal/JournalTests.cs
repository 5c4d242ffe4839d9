using System.Collections.Immutable;
using System.Security.Cryptography;
using Pond.Ledger.Journal;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Journal;

public sealed class JournalTests
{
    private const int Seeds = 2000;
    private static readonly Hash Genesis = HashOf("genesis");
    private static readonly ImmutableArray<Transaction> Transfers = [.. Enumerable.Range(1, 8).Select(amount => Transaction.Sign(
        TestLedger.Faucet,
        Genesis,
        [new SystemInstruction.Transfer(new((ulong)amount)).ToInstruction(TestLedger.Faucet.PublicKey, TestLedger.Creator.PublicKey)]))];

    [Fact]
    public void Whatever_the_disk_does_each_block_that_was_confirmed_comes_back_and_in_order()
    {
        for (var seed = 0UL; seed < Seeds; seed++)
        {
            var random = DeterministicRandom.ForStream(seed, "journal");
            var folder = new FaultyFolder(DeterministicRandom.ForStream(seed, "faults"));
            var confirmed = new List<BlockRecord>();
            for (var life = 0; life < 6; life++)
            {
                Live(folder, random, confirmed, seed);
            }
        }
    }

    [Fact]
    public void A_changed_byte_that_was_confirmed_is_found_and_its_file_is_named()
    {
        for (var seed = 0UL; seed < Seeds; seed++)
        {
            var random = DeterministicRandom.ForStream(seed, "journal");
            var folder = new FaultyFolder(DeterministicRandom.ForStream(seed, "faults"));
            var confirmed = new List<BlockRecord>();
            var (lastName, lastOffset) = ("", 0L);
            using (var journal = Open(folder, random, confirmed))
            {
                for (var group = 0; group < 6; group++)
                {
                    (lastName, lastOffset) = (folder.List()[^1], folder.LengthOf(folder.List()[^1]));
                    journal.Append(NextBlocks(confirmed, random));
                }
            }

            var name = folder.List()[(int)random.NextBelow((ulong)folder.List().Count)];
            var offset = (long)random.NextBelow((ulong)folder.LengthOf(name));
            folder.Flip(name, offset);

            // Of the last group nobody but the index knows that it had been synced.
            var failure = Assert.Throws<PondException>(() => Reopen(folder, random, knownHeight: (ulong)confirmed.Count));
            Assert.Equal("journal-damaged", failure.Code);
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);
            if (name != folder.List()[^1] || (name == lastName && offset < lastOffset))
            {
                Assert.Equal("journal-damaged", Assert.Throws<PondException>(() => Reopen(folder, random, knownHeight: 0)).Code);
            }
        }
    }

    [Fact]
    public void After_an_orderly_end_nothing_can_be_missing_unnoticed()
    {
        for (var seed = 0UL; seed < 300; seed++)
        {
            var random = DeterministicRandom.ForStream(seed, "journal");
            var folder = new FaultyFolder(DeterministicRandom.ForStream(seed, "faults"));
            var confirmed = new List<BlockRecord>();
            long end;
            using (var journal = Open(folder, random, confirmed))
            {
                journal.Append(NextBlocks(confirmed, random));
                journal.Append(NextBlocks(confirmed, random));
                end = folder.LengthOf(folder.List()[^1]);
                journal.Close();
            }

            var name = folder.List()[^1];
            var offset = (long)random.NextBelow((ulong)end);
            folder.Flip(name, offset);
            var failure = Assert.Throws<PondException>(() => Reopen(folder, random, knownHeight: 0));
            Assert.StartsWith($"{name} is damaged at byte ", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_file_is_found()
    {
        var random = DeterministicRandom.ForStream(1, "journal");
        var folder = new FaultyFolder(DeterministicRandom.ForStream(1, "faults"));
        var confirmed = new List<BlockRecord>();
        using (var journal = Open(folder, random, confirmed))
        {
            while (folder.List().Count < 4)
            {
                journal.Append(NextBlocks(confirmed, random));
            }
        }

        folder.Delete(folder.List()[1]);

        Assert.Equal("journal-damaged", Assert.Throws<PondException>(() => Reopen(folder, random, 0)).Code);
    }

    [Fact]
    public void The_journal_of_another_network_is_refused()
    {
        var random = DeterministicRandom.ForStream(1, "journal");
        var folder = new FaultyFolder(DeterministicRandom.ForStream(1, "faults"));
        Open(folder, random, []).Dispose();

        var options = Options(random, 0) with { GenesisHash = HashOf("another") };

        Assert.Equal(
            "journal-of-other-network",
            Assert.Throws<PondException>(() => LedgerJournal.Open(folder, options, _ => { })).Code);
    }

    [Fact]
    public void Old_files_can_be_dropped_and_the_rest_stays_readable()
    {
        var random = DeterministicRandom.ForStream(2, "journal");
        var folder = new FaultyFolder(DeterministicRandom.ForStream(2, "faults"));
        var confirmed = new List<BlockRecord>();
        using (var journal = Open(folder, random, confirmed))
        {
            while (folder.List().Count < 5)
            {
                journal.Append(NextBlocks(confirmed, random));
            }

            journal.DropBefore(journal.Height / 2);

            Assert.InRange(journal.FirstHeight, 2UL, journal.Height / 2);
        }

        var kept = Reopen(folder, random, (ulong)confirmed.Count);
        Assert.Equal(confirmed[^kept.Count..].Select(record => record.Hash), kept.Select(record => record.Hash));
        Assert.InRange(kept.Count, confirmed.Count / 2, confirmed.Count - 1);
    }

    [Fact]
    public void A_strangers_transaction_can_not_pass_for_a_part_of_the_journal()
    {
        var random = DeterministicRandom.ForStream(3, "journal");
        var folder = new FaultyFolder(DeterministicRandom.ForStream(3, "faults"));
        // What a head would be if its check were not salted: the forged one claims that all before it had been synced.
        var forged = new System.Buffers.ArrayBufferWriter<byte>();
        _ = new JournalFrame(JournalFrameKind.Closed, 0, 7, new Slot(7), 1_000_000).Write(forged, [], default, default);
        var memo = new Instruction(ProgramIds.MemoV1, [], [.. forged.WrittenSpan]);
        var hostile = Transaction.Sign(TestLedger.Faucet, Genesis, [memo]);
        using (var journal = Open(folder, random, []))
        {
            journal.Append([Block(1, [Transfers[0]]), Block(2, [hostile])]);
        }

        // The first of the two is torn, the second one with the forged head has survived.
        folder.Flip(folder.List()[0], 200);

        Assert.Empty(Reopen(folder, random, knownHeight: 0));
    }

    [Fact]
    public void A_journal_that_has_failed_takes_nothing_more()
    {
        var random = DeterministicRandom.ForStream(4, "journal");
        var folder = new FaultyFolder(DeterministicRandom.ForStream(4, "faults"));
        using var journal = Open(folder, random, []);
        journal.Append([Block(1, [])]);
        folder.FailAfter(1);

        Assert.Throws<IOException>(() => journal.Append([Block(2, [])]));
        folder.KillProcess();

        Assert.Throws<InvalidOperationException>(() => journal.Append([Block(2, [])]));
        Assert.Equal(1UL, journal.Height);
    }

    [Fact]
    public void A_record_holds_all_that_its_block_is_made_of()
    {
        var random = DeterministicRandom.ForStream(5, "journal");
        var folder = new FaultyFolder(DeterministicRandom.ForStream(5, "faults"));
        var ledger = new TestLedger();
        var sent = ledger.Send([], []).Transaction;
        ledger.Seal(new Slot(9));
        var block = ledger.Bank.LatestBlock;
        using (var journal = Open(folder, random, []))
        {
            journal.Append([BlockRecord.Of(block, new Slot(9))]);
        }

        var read = Assert.Single(Reopen(folder, random, 1));

        Assert.Equal(block.Hash, read.Hash);
        Assert.Equal(new Slot(9), read.Next);
        Assert.Equal(block.Proof!.ToArray(), read.Proof!.ToArray());
        Assert.Equal(sent.Id, Assert.Single(read.Transactions).Id);
        foreach (var isTrusted in new[] { true, false })
        {
            var again = new Bank(TestLedger.NewGenesis());
            Assert.Equal(block.Hash, BlockReplay.Apply(again, read, isTrusted).Hash);
            Assert.Equal(new Slot(9), again.Slot);
        }

        Assert.Equal(
            "replay-differs",
            Assert.Throws<PondException>(() => BlockReplay.Apply(
                new Bank(TestLedger.NewGenesis()), read with { Transactions = [] }, isTrusted: true)).Code);
    }

    private static void Live(FaultyFolder folder, DeterministicRandom random, List<BlockRecord> confirmed, ulong seed)
    {
        if (random.Chance(1, 2))
        {
            folder.FailAfter((int)random.NextBelow(20));
        }

        var known = (ulong)confirmed.Count;
        var pending = new List<BlockRecord>();
        try
        {
            var found = new List<BlockRecord>();
            using var journal = LedgerJournal.Open(folder, Options(random, known), found.Add);
            Assert.True(found.Count >= confirmed.Count, $"seed {seed}: {found.Count} blocks of {confirmed.Count} confirmed ones came back.");
            Assert.Equal(confirmed.Select(record => record.Hash), found.Take(confirmed.Count).Select(record => record.Hash));
            confirmed.Clear();
            confirmed.AddRange(found);
            for (var group = random.NextBelow(8); group > 0; group--)
            {
                pending = [.. confirmed];
                var blocks = NextBlocks(pending, random);
                journal.Append(blocks);
                confirmed.AddRange(blocks);
            }

            if (random.Chance(1, 4))
            {
                journal.Close();
            }
        }
        catch (IOException)
        {
            // The disk has failed, so this life is over. What was confirmed before must come back.
        }

        if (random.Chance(1, 2))
        {
            folder.CutPower();
        }
        else
        {
            folder.KillProcess();
        }
    }

    private static List<BlockRecord> NextBlocks(List<BlockRecord> confirmed, DeterministicRandom random)
    {
        var blocks = new List<BlockRecord>();
        for (var count = 1 + random.NextBelow(3); count > 0; count--)
        {
            var block = Block((ulong)confirmed.Count + 1, [.. Transfers.Take((int)random.NextBelow(4))], random.NextUInt64());
            blocks.Add(block);
            confirmed.Add(block);
        }

        return blocks;
    }

    private static BlockRecord Block(ulong height, ImmutableArray<Transaction> transactions, ulong nonce = 0) => new()
    {
        Slot = new(height * 2),
        Height = height,
        ParentHash = HashOf($"{height - 1}"),
        Hash = HashOf($"{height} {nonce}"),
        Proof = null,
        Beacon = [.. new byte[64]],
        Next = new((height * 2) + 2),
        Transactions = transactions,
    };

    private static Hash HashOf(string text) => new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private static JournalOptions Options(DeterministicRandom random, ulong knownHeight) => new()
    {
        GenesisHash = Genesis,
        NewSalt = () => HashOf($"{random.NextUInt64()}"),
        KnownHeight = knownHeight,
        FileSizeBytes = 2000,
    };

    private static LedgerJournal Open(FaultyFolder folder, DeterministicRandom random, List<BlockRecord> found) =>
        LedgerJournal.Open(folder, Options(random, 0), found.Add);

    private static List<BlockRecord> Reopen(FaultyFolder folder, DeterministicRandom random, ulong knownHeight)
    {
        var found = new List<BlockRecord>();
        using var journal = LedgerJournal.Open(folder, Options(random, knownHeight), found.Add);
        return found;
    }
}
