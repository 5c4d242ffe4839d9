using System.Collections.Immutable;
using System.Text;
using Pond.Simulation.Checks;
using Pond.Simulation.Reports;

namespace Pond.Simulation;

/// <summary>What a simulation came to.</summary>
public sealed record SimulationResult
{
    /// <summary>What decided everything that is left to chance.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many nodes there were.</summary>
    public required int Nodes { get; init; }

    /// <summary>The scenario, as it is written.</summary>
    public required string Scenario { get; init; }

    /// <summary>The SHA-256 of all that happened: equal for equal options and seeds, on every machine.</summary>
    public required string TraceHash { get; init; }

    /// <summary>How many lines the trace has.</summary>
    public required long TraceLines { get; init; }

    /// <summary>The rounds, oldest first.</summary>
    public required ImmutableArray<SimulatedRound> Rounds { get; init; }

    /// <summary>What happened that must not.</summary>
    public required ImmutableArray<Violation> Violations { get; init; }

    /// <summary>What went wrong in the task's code, with how often; the most frequent first.</summary>
    public required ImmutableArray<string> Errors { get; init; }

    /// <summary>What the calls of each phase took on this machine.</summary>
    public required ImmutableArray<PhaseTime> PhaseTimes { get; init; }

    /// <summary>How much virtual time passed.</summary>
    public required TimeSpan VirtualTime { get; init; }

    /// <summary>How much time passed on this machine.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>How many events happened.</summary>
    public required long Events { get; init; }

    /// <summary>How many messages were sent, and how many of them were lost.</summary>
    public required (long Sent, long Lost) Messages { get; init; }

    /// <summary>How many transactions landed, and how many of them failed.</summary>
    public required (long Landed, long Failed) Transactions { get; init; }

    /// <summary>How many blocks there were, and how often the ledger crashed.</summary>
    public required (long Blocks, int Crashes) Ledger { get; init; }

    /// <summary>How many calls of the task free riders saved themselves, by group.</summary>
    public required ImmutableSortedDictionary<string, long> SavedCalls { get; init; }

    /// <summary>Whether signatures were Ed25519's, and not keyed hashes.</summary>
    public required bool HasRealSignatures { get; init; }

    /// <summary>Whether every block was made a second time and compared.</summary>
    public required bool IsReplayed { get; init; }

    /// <summary>How often time went on while the task waited for something outside of the simulation: then it need not repeat.</summary>
    public required int WaitsAbandoned { get; init; }

    /// <summary>How many submissions that were not their tasks' results there were.</summary>
    public int Lies => Rounds.Sum(round => round.Lies);

    /// <summary>How many of those were paid.</summary>
    public int LiesAccepted => Rounds.Sum(round => round.LiesAccepted);

    /// <summary>Whether nothing happened that must not.</summary>
    public bool Holds => Violations.IsEmpty;

    /// <summary>Throws if something happened that must not.</summary>
    /// <exception cref="SimulationException">The message says what, and how to see it again.</exception>
    public SimulationResult AssertHolds() => Holds
        ? this
        : throw new SimulationException($"{Violations.Length} checks failed; the first: {Violations[0]}", this);

    /// <summary>Throws if a lie was paid, or a round in which somebody submitted was not.</summary>
    /// <exception cref="SimulationException">The message says which, and how to see it again.</exception>
    public SimulationResult AssertHonestWins()
    {
        AssertHolds();
        return Rounds.FirstOrDefault(round => round.LiesAccepted > 0) is { } fooled
            ? throw new SimulationException($"Round {fooled.Number} paid {fooled.LiesAccepted} of {fooled.Lies} results that are not the task's.", this)
            : Rounds.FirstOrDefault(round => round.Submissions > 0 && round.Payout is not Primitives.Tasks.PayoutRecord.PayoutSuccessful) is { } unpaid
                ? throw new SimulationException($"Round {unpaid.Number} has {unpaid.Submissions} submissions and was not paid.", this)
                : this;
    }

    /// <summary>The rounds as a table.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine("round  submitted  accepted  slashed  unpaid  lies  passed  paid");
        foreach (var round in Rounds)
        {
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture,
                $"{round.Number,5}  {round.Submissions,9}  {round.Accepted,8}  {round.Slashed,7}  {round.Unpaid,6}  {round.Lies,4}  {round.LiesAccepted,6}  {round.Paid}");
        }

        foreach (var violation in Violations)
        {
            text.AppendLine(violation.ToString());
        }

        foreach (var error in Errors)
        {
            text.AppendLine(error);
        }

        return text.ToString();
    }
}

/// <summary>A simulation came to something else than a test expects. The message ends with its rounds and the seed that repeats it.</summary>
public sealed class SimulationException : Exception
{
    internal SimulationException(string what, SimulationResult result)
        : base($"{what}\nIt is repeated by seed {result.Seed}, {result.Nodes} nodes and the scenario '{result.Scenario}'.\n{result}") => Result = result;

    /// <summary>The simulation.</summary>
    public SimulationResult Result { get; }
}
