using System.Text;
using Pond.Contracts.Rpc;
using Pond.Primitives.Instructions;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes calls apart whose program is known, as <c>jsonParsed</c> asks for.</summary>
internal static class InstructionParser
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Takes a call apart; null if nobody knows its program, or it is none of its calls. Then the bytes are shown.</summary>
    internal static ParsedInstruction? Parse(InstructionView call)
    {
        var (name, parsed) = call.Program switch
        {
            var id when id == ProgramIds.System => ("system", SystemCallParser.Parse(call)),
            var id when id == ProgramIds.Memo || id == ProgramIds.MemoV1 => ("spl-memo", Memo(call)),
            var id when id == ProgramIds.AddressLookupTable => ("address-lookup-table", LookupTableCallParser.Parse(call)),
            var id when id == Programs.Token => ("spl-token", TokenCallParser.Parse(call)),
            var id when id == Programs.AssociatedToken => ("spl-associated-token-account", AssociatedTokenCallParser.Parse(call)),
            _ => (string.Empty, (object?)null),
        };
        return parsed is null ? null : new ParsedInstruction(name, call.Program, parsed);
    }

    /// <summary>The text of a memo; null if it is none.</summary>
    internal static string? Memo(InstructionView call)
    {
        try
        {
            return StrictUtf8.GetString(call.Data.AsSpan());
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
