using System.Text.RegularExpressions;
using Pond.Primitives.Accounts;

namespace Pond.Differential;

/// <summary>What the two sides are known to do differently. Each rule has a name, and docs/protocol/ledger.md says why it is there.</summary>
public static partial class Masks
{
    // LiteSVM is a newer runtime than K2's: it gives some refusals another name. Ours first, then its own, each as code and as text.
    private static readonly (string Rule, string OurCode, string OurText, string TheirCode, string TheirText)[] Renamed =
    [
        (
            "missing-account",
            "NotEnoughAccountKeys",
            "insufficient account keys for instruction",
            "MissingAccount",
            "An account required by the instruction is missing"),
        (
            "seed-too-long",
            "MaxSeedLengthExceeded",
            "Length of the seed is too long for address generation",
            "Custom(0)",
            "custom program error: 0x0"),
    ];

    /// <summary>Makes equal what a rule excuses.</summary>
    /// <returns>Both outcomes after the rules, and the names of the rules that changed something beyond the units.</returns>
    public static (Outcome Pond, Outcome Other, IReadOnlyList<string> Rules) Apply(Outcome pond, Outcome other)
    {
        // compute-units: each of our instructions has one price; bytecode takes what its path takes.
        // nonce-value: a nonce is a hash of the last blockhash, and the two ledgers have different blocks.
        (pond, other) = (OfOurs(pond), OfOurs(other));
        var rules = new List<string>();
        
foreach (var (rule, ourCode, ourText, theirCode, theirText) in Renamed)
        {
            if (pond.Error == other.Error
                || pond.Error?.EndsWith($", {ourCode})", StringComparison.Ordinal) is not true
                || other.Error?.EndsWith($", {theirCode})", StringComparison.Ordinal) is not true)
            {
                continue;
            }

            rules.Add(rule);
            other = other with
            {
                Error = other.Error.Replace($", {theirCode})", $", {ourCode})", StringComparison.Ordinal),
                Logs = [.. other.Logs.Select(line => line.Replace($"failed: {theirText}", $"failed: {ourText}", StringComparison.Ordinal))],
            };
        }

        return (pond, other, rules);
    }

    /// <summary>What the rules leave of one of our own outcomes.</summary>
    public static Outcome OfOurs(Outcome pond) => WithoutNonces(WithoutUnits(pond));

    private static Outcome WithoutUnits(Outcome outcome) =>
        outcome with { Logs = [.. outcome.Logs.Select(line => Units().Replace(line, "consumed units"))] };

    private static Outcome WithoutNonces(Outcome outcome) => outcome with { Accounts = [.. outcome.Accounts.Select(WithoutNonce)] };

    /// <summary>
    /// The rule successor-logs, for LiteSVM's bundled token program only: SPL Token's successor names no instructions.
    /// </summary>
    internal static Outcome WithoutInstructionNames(Outcome outcome) => outcome with
    {
        Logs = [.. outcome.Logs.Where(line => !line.StartsWith("Program log: ", StringComparison.Ordinal))],
    };

    private static string? WithoutNonce(string? account)
    {
        if (account?.Split(' ') is not [var lamports, "11111111111111111111111111111111", var data]
            || Convert.FromBase64String(data) is not { Length: NonceState.SizeBytes } bytes)
        {
            return account;
        }

        bytes.AsSpan(40, 32).Clear();
        return $"{lamports} 11111111111111111111111111111111 {Convert.ToBase64String(bytes)}";
    }

    [GeneratedRegex(@"consumed \d+ of \d+ compute units", RegexOptions.NonBacktracking)]
    private static partial Regex Units();
}
