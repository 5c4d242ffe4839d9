using System.Globalization;

namespace Pond.Simulation.Reports;

/// <summary>A simulation as lines for a terminal.</summary>
public static class RoundTable
{
    /// <summary>The head of the columns.</summary>
    public const string Head = "round  submitted  accepted  slashed  unpaid  verdicts  objections  lies  passed  paid";

    /// <summary>One round's row.</summary>
    public static string Row(SimulatedRound round)
    {
        ArgumentNullException.ThrowIfNull(round);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{round.Number.Value,5}  {round.Submissions,9}  {round.Accepted,8}  {round.Slashed,7}  {round.Unpaid,6}  {round.Verdicts,8}  {round.Objections,10}  {round.Lies,4}  {round.LiesAccepted,6}  {(round.IsSettled ? round.Paid.ToString() : "not settled")}");
    }

    /// <summary>All that is worth saying.</summary>
    /// <param name="result">The simulation.</param>
    /// <param name="hasRows">Whether the rounds are among it.</param>
    public static IEnumerable<string> Write(SimulationResult result, bool hasRows)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (hasRows)
        {
            yield return Head;
            foreach (var round in result.Rounds)
            {
                yield return Row(round);
            }
        }

        foreach (var error in result.Errors)
        {
            yield return $"in the task: {error}";
        }

        foreach (var (group, calls) in result.SavedCalls)
        {
            yield return $"free ride: nodes of the kind '{group}' saved themselves {calls} calls of the task";
        }

        if (result.WaitsAbandoned > 0)
        {
            yield return $"{result.WaitsAbandoned} times the task waited for something outside for too long: another run may differ";
        }

        foreach (var violation in result.Violations)
        {
            yield return $"FAILED {violation}";
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Nodes} nodes, {result.Rounds.Length} rounds, {result.VirtualTime.TotalMinutes:F1} minutes of virtual time in {result.Elapsed.TotalSeconds:F2} s; {result.Transactions.Landed} transactions, {result.Messages.Sent} messages, {(result.HasRealSignatures ? "Ed25519 signatures" : "keyed hashes for signatures")}");
        yield return $"trace {result.TraceHash}";
        yield return result.LiesAccepted > 0 ? $"BROKEN: {result.LiesAccepted} of {result.Lies} results were paid that honest work does not give"
            : result.Holds ? "all checks hold" : $"{result.Violations.Length} checks failed";
    }
}
