using System.CommandLine.Parsing;
using Pond.Primitives;

namespace Pond.Cli.Terminal;

/// <summary>Amounts as people write them on the command line.</summary>
internal static class Amounts
{
    /// <summary>Reads one; what is none is an error of the command line.</summary>
    internal static Lamports Parse(ArgumentResult result)
    {
        if (!Lamports.TryParse(result.Tokens[0].Value, out var amount))
        {
            result.AddError($"'{result.Tokens[0].Value}' is no amount; write 1.5, 1.5KOII or 1500000000roe.");
        }

        return amount;
    }
}
