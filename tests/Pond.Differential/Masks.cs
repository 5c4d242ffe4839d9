using System.Text.RegularExpressions;

namespace Pond.Differential;

/// <summary>What the two sides are known to do differently. Each rule has a name, and docs/protocol/ledger.md says why it is there.</summary>
public static partial class Masks
{
    /// <summary>Makes equal what a rule excuses.</summary>
    /// <returns>Both outcomes after the rules, and the names of the rules that changed something.</returns>
    public static (Outcome Pond, Outcome Other, IReadOnlyList<string> Rules) Apply(Outcome pond, Outcome other)
    {
        var rules = new List<string>();

        // compute-units: each of our instructions has one price; bytecode takes what its path takes.
        (pond, other) = (WithoutUnits(pond), WithoutUnits(other));
        rules.Add("compute-units");
        return (pond, other, rules);
    }

    private static Outcome WithoutUnits(Outcome outcome) =>
        outcome with { Logs = [.. outcome.Logs.Select(line => Units().Replace(line, "consumed units"))] };

    [GeneratedRegex(@"consumed \d+ of \d+ compute units", RegexOptions.NonBacktracking)]
    private static partial Regex Units();
}
