using System.Reflection;
using Pond.Ledger.Accounts;
using Pond.Ledger.Snapshots;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests.Snapshots;

public sealed class SnapshotTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void Every_kind_of_account_content_can_be_written()
    {
        foreach (var kind in typeof(AccountContent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(AccountContent)) && !type.IsAbstract))
        {
            Assert.False(ValueCodec.FingerprintOf(kind).IsZero, $"{kind} can't be written.");
        }
    }

    [Fact]
    public void A_bank_in_the_middle_of_a_round_comes_back_with_every_field()
    {
        var ledger = InTheMiddleOfARound();
        var written = Write(ledger.Bank);

        var restored = Restore(written);

        Assert.Equal(written, Write(restored));
        // What was worked out from the state is not written, and the restored bank has not worked anything out yet.
        ledger.Bank.DropCaches();
        Assert.Equal(written, Write(ledger.Bank));
        // Not only what the writer knows of: every field of every object that can be reached.
        var graph = new ObjectGraph();
        Assert.Equal(Rest(ledger.Bank), Rest(restored));
        foreach (var (key, account) in ledger.Bank.Capture().State.Accounts)
        {
            var other = restored.Capture().State.Accounts.Single(pair => pair.Key == key).Account;
            Assert.Equal(graph.Describe(account), graph.Describe(other));
            Assert.Equal(account.Content.Digest(), other.Content.Digest());
            // Through the banks, which know what some sysvars are made of.
            Assert.Equal(ledger.Bank.GetAccount(key)!.Data.ToArray(), restored.GetAccount(key)!.Data.ToArray());
        }

        // The transactions of the last block are history, and whoever keeps the history has them.
        string Rest(Bank bank)
        {
            var state = bank.Capture().State;
            return graph.Describe(state with { Accounts = [], LatestBlock = state.LatestBlock with { Transactions = [] } });
        }
    }

    [Fact]
    public void A_restored_bank_makes_the_same_blocks_as_the_one_that_never_stopped()
    {
        var ledger = InTheMiddleOfARound();
        var other = InTheMiddleOfARound().With(Restore(Write(ledger.Bank)));

        foreach (var run in new[] { ledger, other })
        {
            run.GoTo(run.Windows.ListsFrom(First, 0) + 1);
            var leader = run.NodeOf(run.Round(First).Leaders[0]);
            Assert.True(run.SubmitList(leader, First, run.HonestList(First)).IsSuccess);
            run.GoTo(run.Windows.PayoutFrom(First, 0));
            Assert.True(run.Payout(First).IsSuccess);
            run.Seal();
            run.Bank.VerifyConservation();
        }

        Assert.Equal(ledger.Bank.LatestBlock.Hash, other.Bank.LatestBlock.Hash);
        Assert.Equal(Write(ledger.Bank), Write(other.Bank));
    }

    [Fact]
    public void A_restored_bank_still_knows_the_transactions_that_it_has_taken()
    {
        var ledger = new TestLedger();
        var sent = ledger.Send([], []);
        ledger.Seal();

        var restored = Restore(Write(ledger.Bank));

        Assert.Equal(TransactionErrorKind.AlreadyProcessed, restored.Process(sent.Transaction).Error!.Kind);
        Assert.Equal(ledger.Bank.GetStatus(sent.Transaction.Id), restored.GetStatus(sent.Transaction.Id));
        Assert.True(restored.IsBlockhashRecent(sent.Transaction.Message.RecentBlockhash));
    }

    [Fact]
    public void What_happens_after_a_state_was_taken_is_not_in_it()
    {
        var ledger = InTheMiddleOfARound();
        var taken = ledger.Bank.Capture();
        var atOnce = Write(ledger.Bank);

        ledger.MustSend([new SystemInstruction.Transfer(new(1_000_000)).ToInstruction(TestLedger.Faucet.PublicKey, TestLedger.Key("new").PublicKey)]);
        ledger.Seal();

        using var later = new MemoryStream();
        taken.Write(later, ledger.Bank.Genesis);
        Assert.Equal(atOnce, later.ToArray());
    }

    [Fact]
    public void A_state_is_not_taken_in_the_middle_of_a_slot()
    {
        var ledger = new TestLedger();
        ledger.Send([], []);

        Assert.Throws<InvalidOperationException>(() => ledger.Bank.Capture());
    }

    [Fact]
    public void A_changed_byte_is_always_found()
    {
        var written = Write(InTheMiddleOfARound().Bank);
        var random = DeterministicRandom.ForStream(1, "flips");
        for (var flip = 0; flip < 500; flip++)
        {
            var changed = (byte[])written.Clone();
            changed[(int)random.NextBelow((ulong)changed.Length)] ^= (byte)(1 << random.NextBelow(8));

            Assert.Throws<FormatException>(() => Read(changed));
        }

        Assert.Throws<FormatException>(() => Read(written[..^1]));
        Assert.Throws<FormatException>(() => Read([.. written, 0]));
    }

    [Fact]
    public void A_result_comes_back_with_every_field()
    {
        var ledger = InTheMiddleOfARound();
        var graph = new ObjectGraph();
        var failed = ledger.Send([new SystemInstruction.Transfer(Lamports.FromKoii(5_000_000)).ToInstruction(TestLedger.Faucet.PublicKey, TestLedger.Task)]);
        Assert.NotNull(failed.Error);
        foreach (var result in new[] { failed, ledger.Send([], []) })
        {
            Assert.Equal(graph.Describe(result), graph.Describe(HistoryBytes.ReadResult(HistoryBytes.Write(result))));
        }
    }

    [Fact]
    public void Every_field_of_the_bank_is_in_a_snapshot_or_follows_from_it()
    {
        // Whoever adds a field says here what becomes of it, and teaches Capture and Load if it is state.
        string[] inASnapshot = ["_accounts", "_beacons", "_recentBlocks", "_recent", "_statuses", "<LatestBlock>k__BackingField", "<Slot>k__BackingField", "<FeesBurnt>k__BackingField", "<LocallyMinted>k__BackingField", "<LocallyDestroyed>k__BackingField"];
        string[] fromTheRest = ["_blockhashHeights", "_processed", "_programs", "_supply", "<Genesis>k__BackingField", "<LatestEntries>k__BackingField", "<Epochs>k__BackingField"];
        string[] emptyBetweenBlocks = ["_written", "_writtenInOrder", "_open", "_openMessages", "_images", "_rounds", "_entries", "_nextTransaction"];

        var fields = typeof(Bank).GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Select(field => field.Name);

        Assert.Equal(
            inASnapshot.Concat(fromTheRest).Concat(emptyBetweenBlocks).Order(StringComparer.Ordinal), fields.Order(StringComparer.Ordinal));
    }

    private static TestLedger InTheMiddleOfARound()
    {
        var ledger = TestLedger.WithNodes(5, isFast: true);
        var cheater = ledger.Nodes[3];
        ledger.SubmitAll(First, node => node == cheater ? "a lie" : "the truth");
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, candidate) => candidate == cheater.PublicKey ? Verdict.Invalid : Verdict.Valid);
        ledger.Seal();
        return ledger;
    }

    private static byte[] Write(Bank bank)
    {
        using var output = new MemoryStream();
        bank.Capture().Write(output, bank.Genesis);
        return output.ToArray();
    }

    private static Bank Restore(byte[] bytes) => Bank.Restore(TestLedger.NewGenesis(), Read(bytes));

    private static BankSnapshot Read(byte[] bytes)
    {
        using var input = new MemoryStream(bytes);
        return BankSnapshot.Read(input, TestLedger.NewGenesis());
    }
}
