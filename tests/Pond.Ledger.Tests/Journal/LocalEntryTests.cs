using System.Buffers;
using Pond.Ledger.Journal;
using Pond.Ledger.Snapshots;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Testing;

namespace Pond.Ledger.Tests.Journal;

public sealed class LocalEntryTests
{
    private static readonly Pubkey Somebody = TestLedger.Key("somebody").PublicKey;

    [Fact]
    public void Entries_are_made_again_in_their_places_with_the_same_hashes()
    {
        var bank = new Bank(TestLedger.NewGenesis());
        var replayed = new Bank(TestLedger.NewGenesis());

        Pay(bank, Lamports.FromKoii(1));
        bank.Apply(bank.EntryToSet(TestLedger.Creator.PublicKey, new Account(Lamports.FromKoii(5), default, [1, 2, 3], false)));
        bank.Apply(LocalEntry.FailTransaction);
        var failed = Pay(bank, Lamports.FromKoii(2));
        bank.Apply(LocalEntry.SkipSignatures(1));
        var unsigned = bank.Process(Sign(bank, Lamports.FromKoii(3)) with { Signatures = [default] });
        bank.Apply(bank.EntryToSet(TestLedger.Creator.PublicKey, null));
        var record = ThroughBytes(Seal(bank));

        Assert.True(failed is { IsLanded: true, Error: not null });
        Assert.True(unsigned.IsSuccess);
        Assert.Equal([1, 1, 2, 3], record.Entries.Select(entry => entry.Before));
        Assert.Equal(bank.LatestBlock.Hash, BlockReplay.Apply(replayed, record, isTrusted: false).Hash);
        bank.VerifyConservation();
        replayed.VerifyConservation();
        Assert.Equal((bank.LocallyMinted, bank.LocallyDestroyed), (replayed.LocallyMinted, replayed.LocallyDestroyed));
        Assert.Empty(Seal(bank).Entries);
    }

    [Fact]
    public void Without_its_entry_a_signature_that_was_not_looked_at_is_found()
    {
        var bank = new Bank(TestLedger.NewGenesis());
        bank.Apply(LocalEntry.SkipSignatures(1));
        _ = bank.Process(Sign(bank, Lamports.FromKoii(3)) with { Signatures = [default] });
        var record = Seal(bank);

        var failure = Assert.Throws<PondException>(
            () => BlockReplay.Apply(new Bank(TestLedger.NewGenesis()), record with { Entries = [] }, isTrusted: false));

        Assert.Equal("replay-differs", failure.Code);
    }

    [Fact]
    public void A_network_that_is_not_local_takes_no_entry_not_even_from_its_journal()
    {
        var genesis = TestLedger.NewGenesis() with { IsLocal = false };
        var bank = new Bank(genesis);
        var entry = bank.EntryToSet(Somebody, new Account(Lamports.FromKoii(5), default, [], false));

        Assert.Throws<InvalidOperationException>(() => bank.Apply(entry));
        Assert.Throws<InvalidOperationException>(() => bank.Apply(LocalEntry.SkipSignatures(1)));

        var record = Seal(bank) with { Entries = [new PlacedEntry(0, entry)] };
        Assert.Equal("replay-differs", Assert.Throws<PondException>(() => BlockReplay.Apply(new Bank(genesis), record, isTrusted: true)).Code);
    }

    [Fact]
    public void Going_back_restores_a_task_in_the_middle_of_its_round_and_the_state_can_be_written_down()
    {
        var ledger = TestLedger.WithNodes(3, isFast: true);
        var before = ledger.Info;
        var snapshot = ledger.Bank.CaptureAccounts();
        ledger.SubmitAll(new Round(1));
        Assert.NotEmpty(ledger.Round(new Round(1)).Submissions);

        ledger.Bank.Apply(ledger.Bank.EntryToRevertTo(snapshot));

        Assert.Empty(ledger.Round(new Round(1)).Submissions);
        Assert.Equal(before.TotalStake, ledger.Info.TotalStake);
        ledger.Bank.VerifyConservation();
        Assert.Throws<InvalidOperationException>(() => ledger.Bank.Capture());
        ledger.Seal();
        using var file = new MemoryStream();
        ledger.Bank.Capture().Write(file, ledger.Bank.Genesis);
        file.Position = 0;
        var restored = Bank.Restore(ledger.Bank.Genesis, BankSnapshot.Read(file, ledger.Bank.Genesis));
        restored.VerifyConservation();
        Assert.Equal(ledger.Bank.LocallyMinted, restored.LocallyMinted);
    }

    [Fact]
    public void Whatever_an_entry_holds_it_is_done_or_refused_and_no_lamport_is_lost()
    {
        var bank = new Bank(TestLedger.NewGenesis());
        var real = bank.EntryToSet(Somebody, new Account(Lamports.FromKoii(5), default, [1, 2, 3], false)).Bytes.ToArray();

        ByteFuzz.Run("local entries", [real], (bytes, _) =>
        {
            try
            {
                bank.Apply(new LocalEntry(LocalEntryKind.SetAccounts, [.. bytes]));
            }
            catch (FormatException)
            {
                // Refused, and nothing has changed.
            }

            bank.VerifyConservation();
        });
    }

    private static TransactionResult Pay(Bank bank, Lamports amount) => bank.Process(Sign(bank, amount));

    private static Transaction Sign(Bank bank, Lamports amount) => Transaction.Sign(
        TestLedger.Faucet,
        bank.LatestBlock.Hash,
        [new SystemInstruction.Transfer(amount).ToInstruction(TestLedger.Faucet.PublicKey, Somebody)]);

    private static BlockRecord Seal(Bank bank)
    {
        var next = bank.Slot + 1;
        var block = bank.Seal(TestLedger.Producer.Prove(bank.BeaconInput.AsSpan()), next);
        return BlockRecord.Of(block, next, bank.LatestEntries);
    }

    private static BlockRecord ThroughBytes(BlockRecord record)
    {
        var payload = record.ToPayload(new ArrayBufferWriter<byte>());
        return BlockRecord.TryRead(new JournalFrame(JournalFrameKind.Block, payload.Length, record.Height, record.Slot, 0), payload)!;
    }
}
