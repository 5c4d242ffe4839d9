namespace Pond.Node.Tests;

/// <summary>These numbers and codes are on operators' disks and in their scripts: the lists only grow.</summary>
public sealed class FrozenNumbersTests
{
    [Fact]
    public void Journal_events_keep_their_numbers() => Assert.Equal(
        """
        None=0 WorkStarted=1 WorkDone=2 SubmissionProduced=3 SubmissionAccepted=4 VerdictGiven=5 VerdictAccepted=6 ListProduced=7
        ListAccepted=8 ListVerdictGiven=9 ListVerdictAccepted=10 PayoutSent=11 Claimed=12 CallFailed=13 ActionFailed=14 RoundClosed=15
        TaskEnded=16 TaskRestarted=17 PayoutAccepted=18 VerdictReceived=19 Withdrawn=20
        """.ReplaceLineEndings(" "),
        string.Join(' ', Enum.GetValues<JournalEvent>().Select(value => $"{value}={(int)value}")));

    [Fact]
    public void Reasons_keep_their_numbers_and_codes() => Assert.Equal(
        """
        0= 1=not-a-participant 2=task-inactive 3=node-absent 4=execute-failed 5=no-submission 6=window-closed 7=rejected-by-ledger
        8=slashed 9=unpaid-outvoted 10=unpaid-too-few-verdicts 11=no-list 12=lists-rejected 13=nothing-due 14=payout-missing
        15=stake-too-low 16=submit-failed 17=task-hung 18=task-down 19=task-too-slow 20=ledger-unreachable 21=out-of-funds
        22=bounty-used-up 23=outcome-unknown
        """.ReplaceLineEndings(" "),
        string.Join(' ', Enum.GetValues<RoundReason>().Select(value => $"{(int)value}={value.ToCode()}")));
}
