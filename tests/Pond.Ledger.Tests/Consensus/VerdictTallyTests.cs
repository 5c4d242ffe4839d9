using Pond.Ledger.Consensus;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests.Consensus;

public sealed class VerdictTallyTests
{
    [Theory]
    [InlineData("VVVVVV", 17, SubmissionOutcome.Accepted)]
    [InlineData("VVVVV", 17, SubmissionOutcome.Unpaid)]
    [InlineData("", 17, SubmissionOutcome.Unpaid)]
    [InlineData("V", 2, SubmissionOutcome.Accepted)]
    [InlineData("A", 2, SubmissionOutcome.Unpaid)]
    [InlineData("", 1, SubmissionOutcome.Unaudited)]
    public void A_third_of_the_auditors_must_say_valid(string verdicts, int submitters, SubmissionOutcome expected) =>
        Assert.Equal(expected, VerdictTally.Judge(submitters, Read(verdicts)).Outcome);

    [Fact]
    public void Ranks_after_the_first_k_count_only_where_verdicts_are_missing()
    {
        // Sixteen abstain; the backups' verdicts are not looked at.
        Assert.Equal(SubmissionOutcome.Unpaid, VerdictTally.Judge(50, Read(new string('A', 16) + "VVVVVVVV")).Outcome);
        // Ten of the first sixteen are silent; ten backups take their places.
        Assert.Equal(
            SubmissionOutcome.Accepted, VerdictTally.Judge(50, Read("AAAAAA.........." + "VVVVVVVVVVVV")).Outcome);
        Assert.Equal([0, 2, 4], VerdictTally.Counted(Read("V.A.VV"), 3).ToArray());
    }

    [Theory]
    [InlineData("IIIVV", SubmissionOutcome.Slashed, ObjectionRuling.Upheld)] // exactly three fifths
    [InlineData("IIIIVVV.", SubmissionOutcome.Unpaid, ObjectionRuling.Upheld)] // more, but less than three fifths
    [InlineData("II..", SubmissionOutcome.Slashed, ObjectionRuling.Upheld)] // exactly half have voted
    [InlineData("II...", SubmissionOutcome.Unpaid, ObjectionRuling.Upheld)] // fewer than half
    [InlineData("I", SubmissionOutcome.Unpaid, ObjectionRuling.Upheld)] // one key alone
    [InlineData("IIVV", SubmissionOutcome.Accepted, ObjectionRuling.Undecided)] // a tie favours the accused
    [InlineData("IIVVV", SubmissionOutcome.Accepted, ObjectionRuling.Overruled)]
    [InlineData("V...", SubmissionOutcome.Accepted, ObjectionRuling.Undecided)] // nobody came
    [InlineData("AAAA", SubmissionOutcome.Accepted, ObjectionRuling.Undecided)] // an abstention is no vote
    public void The_seats_decide_by_three_fifths(string seats, SubmissionOutcome outcome, ObjectionRuling ruling)
    {
        // Enough audits said Valid; what is asked is what the objection does.
        var judgement = VerdictTally.Judge(seats.Length + 1, Read(new string('V', seats.Length)), Read(seats));

        Assert.Equal((outcome, ruling), (judgement.Outcome, judgement.Ruling));
        Assert.Equal(ruling is ObjectionRuling.Upheld ? Verdict.Invalid : Verdict.Valid, judgement.Right);
    }

    [Theory]
    [InlineData("II", true)]
    [InlineData("I", false)] // one key alone
    [InlineData("IIVV", false)] // a tie
    [InlineData("IIV.......", false)] // fewer than a third of ten
    [InlineData("IIIIV.....", true)]
    [InlineData("", false)]
    public void A_list_is_rejected_by_a_majority_of_at_least_a_third(string verdicts, bool expected) =>
        Assert.Equal(expected, VerdictTally.IsListRejected(Read(verdicts)));

    private static Verdict?[] Read(string text) =>
    [
        .. text.Select(letter => letter switch
        {
            'V' => Verdict.Valid,
            'I' => Verdict.Invalid,
            'A' => Verdict.Abstain,
            _ => (Verdict?)null,
        }),
    ];
}
