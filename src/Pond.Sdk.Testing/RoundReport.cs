using System.Collections.Immutable;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Testing;

/// <summary>What became of a round, with assertions that show its trace when they fail.</summary>
public sealed class RoundReport
{
    private const int TracedLines = 10;

    private readonly ImmutableArray<TaskNetworkNode> _nodes;

    internal RoundReport(TaskRoundInfo info, ImmutableArray<TaskNetworkNode> nodes) => (Info, _nodes) = (info, nodes);

    /// <summary>What the ledger knows of it.</summary>
    public TaskRoundInfo Info { get; }

    /// <summary>The round.</summary>
    public Round Round => Info.Round;

    /// <summary>What each node did and said, and what the ledger made of it.</summary>
    public string Trace
    {
        get
        {
            var text = new StringBuilder();
            text.Append($"Round {Round}: {Info.Submissions.Count} submissions, payout {Info.Payout}, beacon {(Info.AuditBeacon is null ? "missing" : "drawn")}\n");
            foreach (var node in _nodes)
            {
                text.Append($"  {node.Name} ({node.StakingKey})\n");
                var submission = Info.Submissions.GetValueOrDefault(node.StakingKey);
                text.Append($"    ledger: {(submission is null ? "no submission" : $"'{submission.Value}' in slot {submission.Slot}, {Info.Outcomes.GetValueOrDefault(node.StakingKey)}")}")
                    .Append($", work {Info.Rewards.GetValueOrDefault(node.StakingKey)}, audits {Info.AuditPay.GetValueOrDefault(node.StakingKey)}")
                    .Append($", lost {Info.Slashes.GetValueOrDefault(node.StakingKey)}\n");
                foreach (var verdict in Info.Verdicts.GetValueOrDefault(node.StakingKey, []))
                {
                    text.Append($"    audited by {NameOf(verdict.Voter)}: {verdict.Verdict} in slot {verdict.Slot}\n");
                }

                foreach (var entry in node.Part.ReadJournal(Round))
                {
                    text.Append($"    slot {entry.Slot}: {entry.Event} {entry.Detail}\n");
                }

                foreach (var line in node.Lines.TakeLast(TracedLines))
                {
                    text.Append($"    task: {line}\n");
                }
            }

            return text.ToString();
        }
    }

    /// <summary>Those who were paid for their work.</summary>
    public ImmutableArray<TaskNetworkNode> Paid => [.. _nodes.Where(node => Info.Rewards.GetValueOrDefault(node.StakingKey) > Lamports.Zero)];

    /// <summary>What became of a node's submission; null if it had none.</summary>
    public SubmissionOutcome? OutcomeOf(TaskNetworkNode node) => Info.Outcomes.TryGetValue(node.StakingKey, out var outcome) ? outcome : null;

    /// <summary>Expects that these nodes were paid, and nobody else.</summary>
    /// <exception cref="TaskNetworkException">It is not so.</exception>
    public RoundReport AssertPaid(params IEnumerable<TaskNetworkNode> expected)
    {
        var (wanted, paid) = (NamesOf(expected), NamesOf(Paid));
        return wanted == paid ? this : throw Failed($"Expected that round {Round} pays {wanted}; it paid {paid}.");
    }

    /// <summary>Expects that all nodes were paid.</summary>
    /// <exception cref="TaskNetworkException">It is not so.</exception>
    public RoundReport AssertAllPaid() => AssertPaid(_nodes);

    /// <summary>Expects an outcome of a node's submission.</summary>
    /// <exception cref="TaskNetworkException">It is not so.</exception>
    public RoundReport AssertOutcome(TaskNetworkNode node, SubmissionOutcome expected) => OutcomeOf(node) == expected
        ? this
        : throw Failed($"Expected that the submission of {node.Name} is {expected}; it is {OutcomeOf(node)?.ToString() ?? "not there"}.");

    /// <summary>Expects that a node lost stake.</summary>
    /// <exception cref="TaskNetworkException">It is not so.</exception>
    public RoundReport AssertSlashed(TaskNetworkNode node) => Info.Slashes.GetValueOrDefault(node.StakingKey) > Lamports.Zero
        ? this
        : throw Failed($"Expected that {node.Name} loses stake in round {Round}; it did not.");

    private string NameOf(Pubkey key) => _nodes.FirstOrDefault(node => node.StakingKey == key)?.Name ?? key.ToString();

    private static string NamesOf(IEnumerable<TaskNetworkNode> nodes) =>
        string.Join(", ", nodes.Select(node => node.Name).Order(StringComparer.Ordinal)) is { Length: > 0 } names ? names : "nobody";

    private TaskNetworkException Failed(string expectation) => new(expectation, Trace);
}
