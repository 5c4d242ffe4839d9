using System.Collections.Immutable;
using System.Globalization;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Demo;

/// <summary>Tells each thing that happens on the ledger once, in words.</summary>
internal sealed class DemoHappenings(ImmutableArray<DemoNodeHost> nodes, IDemoView view)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Says what is new.</summary>
    internal void Tell(DemoChain chain)
    {
        foreach (var round in chain.Worked)
        {
            foreach (var (candidate, objection) in round.Objections)
            {
                Say($"round {round.Round}: {NameOf(objection.By)} objects to the submission of {NameOf(candidate)}");
            }

            foreach (var (candidate, outcome) in round.Outcomes)
            {
                if (outcome is SubmissionOutcome.Slashed or SubmissionOutcome.Unpaid)
                {
                    var verdicts = round.Verdicts.GetValueOrDefault(candidate, []);
                    Say(string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round.Round}: {NameOf(candidate)} is {(outcome is SubmissionOutcome.Slashed ? "convicted" : "not paid")}, {verdicts.Count(given => given.Verdict is Verdict.Invalid)} of {verdicts.Length} verdicts are Invalid"));
                }
            }

            foreach (var author in round.Lists.Keys)
            {
                Say($"round {round.Round}: {NameOf(author)} submits the distribution list");
            }

            if (round.Payout is PayoutRecord.PayoutSuccessful)
            {
                Say($"round {round.Round}: paid {DemoChain.PaidIn(round)}{Slashes(round)}");
            }
        }
    }

    private string Slashes(TaskRoundInfo round) =>
        string.Concat(round.Slashes.Select(slash => $"; {NameOf(slash.Key)} loses {slash.Value} of its stake"));

    private void Say(string line)
    {
        if (_told.Add(line))
        {
            view.Say(line);
        }
    }

    private string NameOf(Pubkey key) =>
        nodes.FirstOrDefault(node => node.Participant.StakingKey == key)?.Participant.Name ?? key.ToString();
}
