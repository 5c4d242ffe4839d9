using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Methods.Parsed;

namespace Pond.Server.Ledger.Methods;

/// <summary>The memos of a transaction, as lists of transactions show them.</summary>
internal static class Memos
{
    /// <summary>Each memo with its size in bytes, such as <c>[5] hello; [2] hi</c>; null if there is none.</summary>
    internal static string? Of(Message message)
    {
        var memos = message.Instructions
            .Where(call => message.Keys[call.ProgramIndex] is var program && (program == ProgramIds.Memo || program == ProgramIds.MemoV1))
            .Select(call => Text(new InstructionView(message.Keys[call.ProgramIndex], [], call.Data)))
            .ToArray();
        return memos.Length == 0 ? null : string.Join("; ", memos);
    }

    private static string Text(InstructionView call) =>
        $"[{call.Data.Length}] {InstructionParser.Memo(call) ?? "(unparseable)"}";
}
