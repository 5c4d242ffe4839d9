using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Pond.Primitives;

namespace Pond.Server.LocalNetworks;

/// <summary>The environment variables that a local network's nodes give to every task, as Koii's container node does with those of its own file.</summary>
public static partial class TaskVariables
{
    /// <summary>What a program gets as its environment has to fit beside everything else of it.</summary>
    private const int MaxValueLength = 32 * 1024;

    /// <summary>Changes variables as a user says.</summary>
    /// <param name="before">The variables so far.</param>
    /// <param name="words">Each <c>NAME=VALUE</c>; <c>NAME=</c> takes a variable away, <c>NAME</c> alone takes its value from <paramref name="environment"/>.</param>
    /// <param name="environment">The value of a variable of the user's own environment; null if it is not set.</param>
    /// <exception cref="PondException"><c>option-invalid</c></exception>
    public static ImmutableSortedDictionary<string, string> Change(
        ImmutableSortedDictionary<string, string> before, IEnumerable<string> words, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(environment);
        var variables = before;
        foreach (var word in words)
        {
            var sign = word.IndexOf('=', StringComparison.Ordinal);
            var name = sign < 0 ? word : word[..sign];
            if (!Name().IsMatch(name))
            {
                throw new PondException(
                    "option-invalid", $"'{name}' can't be a variable's name.", "Write --env NAME=VALUE with letters, digits and '_' in the name, no digit first.");
            }

            var value = sign >= 0 ? word[(sign + 1)..] : environment(name) ?? throw new PondException(
                "option-invalid", $"--env {name} takes the value of ${name}, and that is not set.", $"Write --env {name}=VALUE, or set ${name}.");
            if (value.Length > MaxValueLength || value.Contains('\0', StringComparison.Ordinal))
            {
                throw new PondException("option-invalid", $"The value of {name} has more than {MaxValueLength} letters, or a zero in it.", "Have the task read it from somewhere else.");
            }

            variables = value.Length == 0 ? variables.Remove(name) : variables.SetItem(name, value);
        }

        return variables;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();
}
