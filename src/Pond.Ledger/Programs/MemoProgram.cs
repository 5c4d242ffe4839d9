using System.Text;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Programs;

/// <summary>Writes a text into the log.</summary>
internal sealed class MemoProgram(Pubkey id, bool needsSigners) : IProgram
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static MemoProgram Version1 { get; } = new(ProgramIds.MemoV1, needsSigners: false);

    internal static MemoProgram Version2 { get; } = new(ProgramIds.Memo, needsSigners: true);

    public Pubkey Id { get; } = id;

    public string Name => "memo_program";

    public ulong Units => 450;

    public bool IsLogged => true;

    public InstructionError? Execute(InstructionContext context)
    {
        if (needsSigners && context.Accounts.Any(meta => !meta.IsSigner))
        {
            return new(InstructionErrorKind.MissingRequiredSignature);
        }

        try
        {
            var text = StrictUtf8.GetString(context.Data.AsSpan());
            context.Log($"Memo (len {context.Data.Length}): \"{text}\"");
            return null;
        }
        catch (DecoderFallbackException)
        {
            return context.Fail(InstructionErrorKind.InvalidInstructionData, "Program log: Invalid UTF-8");
        }
    }
}
