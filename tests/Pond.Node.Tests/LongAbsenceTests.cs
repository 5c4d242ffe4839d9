using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using static Pond.Node.Tests.Keys;

namespace Pond.Node.Tests;

/// <summary>A node that was away for longer than any round lasts accounts for every round that it missed.</summary>
public sealed class LongAbsenceTests
{
    private static readonly TaskInfo Task = ModelTask.Info(Me, Ann);

    private readonly List<JournalEntry> _journal = [];
    private TaskNodeCore _core = null!;

    [Fact]
    public void What_it_had_submitted_is_asked_for_once_more_and_the_rest_is_its_absence()
    {
        ComeBackTo(20);

        // Work of round 2 was not submitted; that of round 3 was.
        Assert.Equal(RoundReason.NodeAbsent, Closed(2).Reason);
        Assert.Equal(RoundReason.NodeAbsent, Closed(4).Reason);
        Assert.Contains(new Round(3), _core.RoundsOfInterest);

        var paid = ModelTask.Round(Task, 3) with
        {
            Submissions = ImmutableSortedDictionary<Pubkey, RoundSubmission>.Empty.Add(Me, new("value", new(300))),
            Outcomes = ImmutableSortedDictionary<Pubkey, SubmissionOutcome>.Empty.Add(Me, SubmissionOutcome.Unaudited),
            Payout = PayoutRecord.PayoutSuccessful,
            IsSettled = true,
            Rewards = Task.Stakes.Clear().Add(Me, new(70)),
        };
        Tell(new NodeInput.RoundObserved(paid));

        Assert.Equal((RoundReason.None, new Lamports(70)), (Closed(3).Reason, Closed(3).Earned));
        Assert.DoesNotContain(_journal, entry => entry.Event is JournalEvent.SubmissionAccepted);
    }

    [Fact]
    public void What_the_ledger_no_longer_knows_is_called_unknown()
    {
        ComeBackTo(20);

        Tell(new NodeInput.RoundUnknown(new(3)));

        Assert.Equal(RoundReason.OutcomeUnknown, Closed(3).Reason);
        Assert.DoesNotContain(new Round(3), _core.RoundsOfInterest);
    }

    [Fact]
    public void An_absence_of_years_is_accounted_for_in_part()
    {
        ComeBackTo(1_000_000);

        Assert.Equal(TaskNodeCore.RoundsCaughtUp, (ulong)_journal.Count(entry => entry.Event is JournalEvent.RoundClosed));
    }

    private void ComeBackTo(ulong round)
    {
        _core = new TaskNodeCore(
            new TaskNodeOptions { StakingKey = Me },
            [
                new(new(150), new Round(1), JournalEvent.RoundClosed),
                new(new(230), new Round(2), JournalEvent.WorkStarted),
                new(new(290), new Round(3), JournalEvent.SubmissionProduced) { Detail = "value" },
                new(new(290), new Round(3), JournalEvent.SubmissionAccepted) { Detail = "value" },
            ]);
        Tell(new NodeInput.TaskObserved(Task));
        Tell(new NodeInput.SlotObserved(Task.StartOf(new(round))));
    }

    private JournalEntry Closed(ulong round) =>
        Assert.Single(_journal, entry => entry.Event is JournalEvent.RoundClosed && entry.Round == new Round(round));

    private void Tell(NodeInput input)
    {
        var outputs = new List<NodeOutput>();
        _core.Handle(input, outputs);
        _journal.AddRange(outputs.OfType<NodeOutput.Record>().Select(record => record.Entry));
    }
}
