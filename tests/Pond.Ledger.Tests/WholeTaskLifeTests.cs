using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Tokens;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests;

/// <summary>
/// A task from its first slot to its last: created, funded, thirty rounds with liars and absent leaders, a migration in the middle, then
/// everybody leaves and it is deleted. Every token must be where it belongs.
/// </summary>
public sealed class WholeTaskLifeTests
{
    private const int Nodes = 20;
    private const int Rounds = 30;

    [Theory]
    [InlineData(TaskKind.Koii)]
    [InlineData(TaskKind.Token)]
    public void A_whole_task_life_ends_with_every_token_accounted_for(TaskKind kind)
    {
        var ledger = TestLedger.WithNodes(Nodes, isFast: true, kind: kind);
        ledger.MustSend([ledger.FundCall(TestLedger.Faucet.PublicKey, Lamports.FromKoii(250))]);
        var supply = ledger.Bank.TotalLamports + ledger.Bank.FeesBurnt;
        var before = Held(ledger);
        var burntBefore = Burnt(ledger);
        ledger.GoTo(ledger.Windows.StartOf(new(1)));

        for (var count = 1; count <= Rounds; count++)
        {
            // Every fourth round a node lies, each its own; in every fifth the leader is absent.
            var liar = count % 4 == 0 ? ledger.Nodes[count / 4] : null;
            var round = ledger.Info.RoundAt(ledger.Bank.Slot);
            SubmitAll(ledger, round, liar);
            var result = Finish(ledger, round, isLeaderAbsent: count % 5 == 0, liar);

            Assert.Equal(PayoutRecord.PayoutSuccessful, result.Payout);
            Assert.Equal(liar is null ? [] : [liar.PublicKey], result.Slashes.Keys);
            Assert.Equal(result.Submissions.Count - result.Slashes.Count, result.Rewards.Count);
            ledger.Bank.VerifyConservation();
        }

        // One more round is open when the task moves: its bounty stays behind, and it is paid.
        var last = ledger.Info.RoundAt(ledger.Bank.Slot);
        SubmitAll(ledger, last, liar: null);
        var (newTask, newPot) = (TestLedger.Key("new task").PublicKey, kind is TaskKind.Koii ? TestLedger.FindPot("new pot") : TestLedger.Key("new vault").PublicKey);
        ledger.MustSend(ledger.MigrateCalls(TestLedger.Settings(), newTask, newPot));
        Assert.Equal(TestLedger.BountyPerRound, ledger.Info.TotalBounty);
        Assert.Equal(PayoutRecord.PayoutSuccessful, Finish(ledger, last, isLeaderAbsent: false, liar: null).Payout);

        ledger.GoTo(ledger.Windows.StartOf(last + 4));
        foreach (var node in ledger.Nodes)
        {
            Assert.Equal("ok", Outcome(ledger.Withdraw(node)));
            Assert.Equal("ok", Outcome(ledger.Claim(node, node.PublicKey)));
        }

        ledger.MustSend([ledger.SetActiveCall(isActive: false, TestLedger.Task)]);
        ledger.MustSend([ledger.DeleteCall(TestLedger.Task, ledger.TaskPot)]);
        ledger.MustSend([ledger.DeleteCall(newTask, newPot)]);

        Assert.All([TestLedger.Task, ledger.TaskPot, newTask, newPot], key => Assert.Null(ledger.Bank.GetAccount(key)));
        // Seven liars lost 70 % of 5 KOII, and 70 % of that was burnt.
        Assert.Equal(7 * 2_450_000_000UL, Burnt(ledger) - burntBefore);
        Assert.Equal(before, Held(ledger) + Burnt(ledger) - burntBefore);
        Assert.Equal(supply, ledger.Bank.TotalLamports + ledger.Bank.FeesBurnt);
        ledger.Bank.VerifyConservation();
    }

    // What the creator, the nodes and the task's accounts hold of the task's currency. The faucet pays all fees.
    private static ulong Held(TestLedger ledger)
    {
        var task = ledger.Kind is TaskKind.Koii
            ? (ledger.Bank.GetAccount(TestLedger.Task)?.Lamports.Value ?? 0) + (ledger.Bank.GetAccount(ledger.TaskPot)?.Lamports.Value ?? 0)
            : ledger.Bank.GetAccount(ledger.TaskPot) is { } vault && TokenAccount.TryParse(vault.Data.AsSpan(), out var tokens) ? tokens.Amount : 0;
        return ledger.Nodes.Append(TestLedger.Creator).Aggregate(task, (sum, key) => sum + ledger.BalanceOf(key.PublicKey));
    }

    // Lamports go to the burn account; tokens vanish from the mint when the task is deleted.
    private static ulong Burnt(TestLedger ledger) => ledger.Kind is TaskKind.Koii
        ? ledger.Bank.GetAccount(ProgramIds.Burn)!.Lamports.Value
        : ulong.MaxValue - ledger.Supply();

    private static void SubmitAll(TestLedger ledger, Round round, Keypair? liar)
    {
        ledger.GoTo(ledger.Windows.SubmissionsFrom(round));
        foreach (var node in ledger.Nodes.Where(node => ledger.Info.Stakes.GetValueOrDefault(node.PublicKey) >= TestLedger.MinimumStake))
        {
            Assert.Equal("ok", Outcome(ledger.Submit(node, round, node == liar ? "a lie" : "the truth")));
        }
    }

    private static TaskRoundInfo Finish(TestLedger ledger, Round round, bool isLeaderAbsent, Keypair? liar)
    {
        ledger.GoToAudit(round);
        ledger.AuditAll(round, (_, candidate) => candidate == liar?.PublicKey ? Verdict.Invalid : Verdict.Valid);
        ledger.GoTo(ledger.Windows.ListsFrom(round, 0) + 1);
        var leaders = ledger.Round(round).Leaders;
        var leader = ledger.NodeOf(leaders[isLeaderAbsent ? 1 : 0]);
        Assert.Equal("ok", Outcome(ledger.SubmitList(leader, round, ledger.HonestList(round))));
        ledger.GoTo(ledger.Windows.PayoutFrom(round, 0));
        Assert.Equal("ok", Outcome(ledger.Payout(round)));
        return ledger.Round(round);
    }
}
