using System.Globalization;
using System.Text;
using Pond.Primitives.Transactions;

namespace Pond.Differential;

/// <summary>Says where two outcomes differ.</summary>
internal static class Report
{
    internal static string Of(Message message, Outcome pond, Outcome other)
    {
        var text = new StringBuilder();
        for (var index = 0; index < message.Keys.Length; index++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  key {index}: {message.Keys[index]}{(message.IsSigner(index) ? " signer" : "")}{(message.IsWritable(index) ? " writable" : "")}");
        }

        foreach (var instruction in message.Instructions)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  call {instruction.ProgramIndex} [{string.Join(',', instruction.AccountIndexes)}] {Convert.ToHexStringLower(instruction.Data.AsSpan())}");
        }

        Compare(text, "error", [pond.Error ?? "none"], [other.Error ?? "none"]);
        Compare(text, "logs", pond.Logs, other.Logs);
        Compare(text, "inner", pond.Inner, other.Inner);
        Compare(text, "returned", [pond.Returned], [other.Returned]);

        for (var index = 0; index < pond.Accounts.Count; index++)
        {
            Compare(text, $"account {LedgerSide.Compared(message).ElementAt(index)}", [pond.Accounts[index] ?? "none"], [other.Accounts[index] ?? "none"]);
        }

        return text.ToString();
    }

    private static void Compare(StringBuilder text, string what, IReadOnlyList<string> pond, IReadOnlyList<string> other)
    {
        if (!pond.SequenceEqual(other, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {what}:\n    Pond:    {string.Join("\n             ", pond)}\n    LiteSVM: {string.Join("\n             ", other)}");
        }
    }
}
