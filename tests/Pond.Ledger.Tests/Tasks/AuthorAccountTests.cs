using System.Buffers.Binary;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>Koii's readers look for a list in the account of the key that wrote it.</summary>
public sealed class AuthorAccountTests
{
    private static readonly Round First = new(1);

    [Theory]
    [InlineData(TaskKind.Koii)]
    [InlineData(TaskKind.Token)]
    public void A_list_lies_in_its_authors_own_account_under_its_round_and_task(TaskKind kind)
    {
        var (ledger, leader) = Listing(kind);
        var before = Data(ledger, leader);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, ledger.HonestList(First))));

        // One round, whose name has one letter; one task, whose name has as many as the key; the text.
        var (task, list) = (TestLedger.Task.ToString(), ledger.HonestList(First));
        Assert.Equal(
            [.. Number(1), .. Number(1), (byte)'1', .. Number(1), .. Number(task.Length), .. Utf8(task), .. Number(list.Length), .. Utf8(list)],
            Data(ledger, leader));
        Assert.Equal(new byte[100], before);
    }

    [Fact]
    public void It_can_be_read_back_part_by_part_and_stays_what_was_handed_in()
    {
        var (ledger, leader) = Listing(TaskKind.Koii);
        Upload(ledger, leader, "{}");
        Assert.Equal("{}", TextIn(ledger, leader));
        Upload(ledger, leader, "{ }");
        Assert.Equal("{ }", TextIn(ledger, leader));
        Assert.Equal("ok", ledger.Try(new TaskInstruction.SubmitDistributionList(First).ToInstruction(TestLedger.Task, leader.PublicKey)));

        Upload(ledger, leader, "{\"other\":1}");
        Assert.Equal("{ }", TextIn(ledger, leader));
    }

    [Fact]
    public void It_costs_no_rent_and_the_wallet_pays_as_before()
    {
        var (ledger, leader) = Listing(TaskKind.Koii);
        ledger.MustSend(ledger.StakeCall(leader, new(1)), leader);
        var longest = "{" + new string(' ', 400_000) + "}";
        foreach (var part in TaskInstruction.UploadDistributionList.Split(Utf8(longest), First))
        {
            ledger.MustSend([part.ToInstruction(TestLedger.Task, leader.PublicKey)], leader);
        }

        var account = ledger.Bank.GetAccount(leader.PublicKey)!;
        Assert.True(account.Data.Length > 400_000 && account.Lamports < Rent.MinimumFor((ulong)account.Data.Length));
        var most = account.Lamports - Rent.MinimumFor(100);
        ledger.MustSend(ledger.StakeCall(leader, most), leader);
        Assert.Equal(Rent.MinimumFor(100), ledger.Bank.GetAccount(leader.PublicKey)!.Lamports);
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void It_goes_with_its_round()
    {
        var (ledger, leader) = Listing(TaskKind.Koii);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, ledger.HonestList(First))));
        for (ulong round = 3; ledger.Bank.GetDistributionList(TestLedger.Task, First, leader.PublicKey) is not null; round++)
        {
            Assert.True(round < 20 && Data(ledger, leader).Length > 100, "The list and its image go together.");
            ledger.SubmitAll(new(round));
        }

        Assert.Equal(new byte[100], Data(ledger, leader));
    }

    [Fact]
    public void It_goes_with_its_task()
    {
        var (ledger, leader) = Listing(TaskKind.Koii);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, First, ledger.HonestList(First))));
        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.Equal("ok", Outcome(ledger.Payout(First)));
        ledger.GoTo(ledger.Windows.StartOf(new(5)));
        foreach (var node in ledger.Nodes)
        {
            Assert.Equal("ok", Outcome(ledger.Withdraw(node)));
            Assert.Equal("ok", Outcome(ledger.Claim(node, TestLedger.Faucet.PublicKey)));
        }

        ledger.MustSend([ledger.SetActiveCall(isActive: false, TestLedger.Task)], TestLedger.Creator);
        Assert.True(Data(ledger, leader).Length > 100);
        ledger.MustSend([ledger.DeleteCall(TestLedger.Task, TestLedger.Pot)], TestLedger.Creator);
        Assert.Equal(new byte[100], Data(ledger, leader));
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void Without_the_right_to_write_the_account_a_list_is_uploaded_all_the_same()
    {
        var (ledger, leader) = Listing(TaskKind.Koii);
        var upload = new TaskInstruction.UploadDistributionList(0, [.. Utf8("{}")], First).ToInstruction(TestLedger.Task, leader.PublicKey);

        Assert.Equal("ok", ledger.Try(upload.ReadOnly(1)));
        Assert.Equal(new byte[100], Data(ledger, leader));
        Assert.Equal("{}", ledger.Bank.GetDistributionList(TestLedger.Task, First, leader.PublicKey));
    }

    [Fact]
    public void A_wallet_that_shows_lists_becomes_no_task()
    {
        var (ledger, leader) = Listing(TaskKind.Koii);
        Upload(ledger, leader, "{}");
        var pot = TestLedger.FindPot("another pot");
        Assert.Equal(
            "AlreadyInitialized", ledger.Try(TestLedger.Settings().ToInstruction(TestLedger.Creator.PublicKey, leader.PublicKey, pot)));
    }

    private static (TestLedger Ledger, Keypair Leader) Listing(TaskKind kind)
    {
        var ledger = TestLedger.WithNodes(3, isFast: true, kind: kind);
        ledger.SubmitAll(First);
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, _) => Verdict.Valid);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        return (ledger, ledger.NodeOf(ledger.Round(First).Leaders[0]));
    }

    private static void Upload(TestLedger ledger, Keypair author, string text) => ledger.MustSend(
        [new TaskInstruction.UploadDistributionList(0, [.. Utf8(text)], First).ToInstruction(TestLedger.Task, author.PublicKey)], author);

    private static byte[] Data(TestLedger ledger, Keypair author) => [.. ledger.Bank.GetAccount(author.PublicKey)!.Data];

    // Behind the counts and the names.
    private static string TextIn(TestLedger ledger, Keypair author) =>
        System.Text.Encoding.UTF8.GetString(Data(ledger, author).AsSpan(8 + 8 + 1 + 8 + 8 + TestLedger.Task.ToString().Length + 8));

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static byte[] Number(int number)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)number);
        return bytes;
    }
}
