using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests;

public sealed class WholeRoundTests
{
    private static readonly Round First = new(1);

    [Fact]
    public void A_cheater_is_slashed_the_others_are_paid_and_every_lamport_is_accounted_for()
    {
        var ledger = TestLedger.WithNodes(5);
        var cheater = ledger.Nodes[3];
        var before = ledger.Bank.TotalLamports + ledger.Bank.FeesBurnt;
        var burntBefore = ledger.Bank.GetAccount(ProgramIds.Burn)!.Lamports;

        ledger.SubmitAll(First, node => node == cheater ? "a lie" : "the truth");
        ledger.GoToAudit(First);
        ledger.AuditAll(First, (_, candidate) => candidate == cheater.PublicKey ? Verdict.Invalid : Verdict.Valid);
        ledger.GoTo(ledger.Windows.ListsFrom(First, 0) + 1);
        var leader = ledger.NodeOf(ledger.Round(First).Leaders[0]);
        Assert.True(ledger.SubmitList(leader, First, ledger.HonestList(First)).IsSuccess);
        ledger.GoTo(ledger.Windows.ListBeaconAfter(First, 0) + 2);
        foreach (var auditor in ledger.Round(First).Lists[leader.PublicKey].Auditors)
        {
            Assert.True(ledger.AuditList(ledger.NodeOf(auditor), leader.PublicKey, First, Verdict.Valid).IsSuccess);
        }

        ledger.GoTo(ledger.Windows.PayoutFrom(First, 0));
        Assert.True(ledger.Payout(First).IsSuccess);

        var round = ledger.Round(First);
        Assert.Equal(PayoutRecord.PayoutSuccessful, round.Payout);
        Assert.Equal(SubmissionOutcome.Slashed, round.Outcomes[cheater.PublicKey]);
        Assert.Equal(4, round.Outcomes.Values.Count(outcome => outcome is SubmissionOutcome.Accepted));

        // 10 KOII a round, 5 % of it for the auditors: 9.5 KOII for four. 4 auditors for each of 5 candidates: 20 shares of 0.5 KOII.
        Assert.Equal(4, round.Rewards.Count);
        Assert.All(round.Rewards, pair => Assert.Equal(2_375_000_000UL, pair.Value.Value));
        // 70 % of 5 KOII; a tenth to the objector, a fifth to the four seats, the rest is burnt.
        Assert.Equal(3_500_000_000UL, round.Slashes[cheater.PublicKey].Value);
        Assert.Single(round.Slashes);
        Assert.Equal(2_450_000_000UL, (ledger.Bank.GetAccount(ProgramIds.Burn)!.Lamports - burntBefore).Value);
        Assert.Equal(
            9_500_000_000UL + 500_000_000UL + 350_000_000UL + 700_000_000UL,
            (ulong)ledger.Info.AvailableBalances.Values.Sum(amount => (long)amount.Value));
        Assert.Equal(1_500_000_000UL, ledger.Info.Stakes[cheater.PublicKey].Value);
        Assert.Equal(90_000_000_000UL, ledger.Info.TotalBounty.Value);

        ledger.Bank.VerifyConservation();
        Assert.Equal(before, ledger.Bank.TotalLamports + ledger.Bank.FeesBurnt);
    }
}
