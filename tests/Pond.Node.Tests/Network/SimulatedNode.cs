using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;

namespace Pond.Node.Tests.Network;

/// <summary>A core with a task that behaves as it is told.</summary>
internal sealed class SimulatedNode
{
    private readonly List<JournalEntry> _journal = [];
    private TaskNodeCore _core;
    private int _calls;

    internal SimulatedNode(Keypair key, Conduct conduct)
    {
        Key = key;
        Conduct = conduct;
        _core = NewCore();
    }

    internal Keypair Key { get; }

    internal Pubkey Name => Key.PublicKey;

    internal Conduct Conduct { get; }

    /// <summary>Grows with each restart: what was under way for an earlier life does not reach a later one.</summary>
    internal int Life { get; private set; }

    /// <summary>The slot in which a killed node comes back.</summary>
    internal Slot DownUntil { get; private set; }

    internal IReadOnlyList<JournalEntry> Journal => _journal;

    internal TaskNodeCore Core => _core;

    internal static string TruthOf(Pubkey node, Round round) => $"work of {node} in round {round}";

    internal List<NodeOutput> Tell(NodeInput input)
    {
        var outputs = new List<NodeOutput>();
        _core.Handle(input, outputs);
        _journal.AddRange(outputs.OfType<NodeOutput.Record>().Select(record => record.Entry));
        return outputs;
    }

    internal void Kill(Slot downUntil)
    {
        Life++;
        DownUntil = downUntil;
        _core = NewCore();
    }

    /// <summary>What the task answers to a call: its inputs to the node, in order, the end of the call last.</summary>
    internal List<NodeInput> Answer(NodeOutput.CallTask call, TaskInfo task, Func<Round, TaskRoundInfo> read, Func<Pubkey, string> readList)
    {
        _calls++;
        if ((Conduct is Conduct.Crashing && _calls % 2 == 0)
            || (Conduct is Conduct.Lazy && call.Phase is TaskPhase.Distribute))
        {
            return [new NodeInput.PhaseCompleted(call.Id, "It crashed.")];
        }

        IEnumerable<NodeInput> inputs = call.Phase switch
        {
            TaskPhase.Submit =>
            [
                // A liar's lie differs from call to call, as a task that is not deterministic would: the core must not send two.
                new NodeInput.SubmissionProduced(
                    call.Round, Conduct is Conduct.Liar ? $"lie {Name} {_calls}" : TruthOf(Name, call.Round)),
            ],
            TaskPhase.Audit => _core.AuditDutiesOf(call.Round).Select(candidate => new NodeInput.VerdictGiven(
                call.Round,
                candidate,
                Judge(string.Equals(read(call.Round).Submissions[candidate].Value, TruthOf(candidate, call.Round), StringComparison.Ordinal)))),
            TaskPhase.Distribute => [new NodeInput.ListProduced(call.Round, WriteList(task, read(call.Round)))],
            TaskPhase.AuditDistribution => _core.ListAuditDutiesOf(call.Round).Select(author => new NodeInput.ListVerdictGiven(
                call.Round, author, Judge(string.Equals(readList(author), TrueList(task, read(call.Round)), StringComparison.Ordinal)))),
            _ => [],
        };
        return [.. inputs, new NodeInput.PhaseCompleted(call.Id, Error: null)];
    }

    private static string TrueList(TaskInfo task, TaskRoundInfo round)
    {
        var accepted = round.Outcomes
            .Where(pair => pair.Value is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited).Select(pair => pair.Key).ToList();
        var part = (task.BountyPerRound - task.AuditPayPerRound).SplitEqually(Math.Max(1, accepted.Count)).Part;
        return JsonSerializer.Serialize(accepted.ToDictionary(key => key.ToString(), _ => part.Value, StringComparer.Ordinal));
    }

    private string WriteList(TaskInfo task, TaskRoundInfo round) =>
        Conduct is Conduct.Liar
            ? JsonSerializer.Serialize(new Dictionary<string, ulong>(StringComparer.Ordinal)
            {
                [Name.ToString()] = (task.BountyPerRound - task.AuditPayPerRound).Value,
            })
            : TrueList(task, round);

    private Verdict Judge(bool isRight) => isRight != (Conduct is Conduct.Liar) ? Verdict.Valid : Verdict.Invalid;

    private TaskNodeCore NewCore() => new(new TaskNodeOptions { StakingKey = Name }, _journal);
}
