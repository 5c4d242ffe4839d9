using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs;

/// <summary>Checks Ed25519 signatures over any bytes. That happens before a transaction runs; the instruction itself does and logs nothing.</summary>
internal sealed class Ed25519Program : IProgram
{
    public Pubkey Id => ProgramIds.Ed25519;

    // The accounts of precompiles are empty on K2.
    public string Name => string.Empty;

    public ulong Units => 0;

    public bool IsLogged => false;

    /// <summary>What is wrong with the first instruction whose signatures do not all hold; null if all hold.</summary>
    internal static TransactionError? FindError(Message message)
    {
        for (var index = 0; index < message.Instructions.Length; index++)
        {
            var instruction = message.Instructions[index];
            if (message.Keys[instruction.ProgramIndex] == ProgramIds.Ed25519
                && Ed25519Instruction.FindError(message, instruction.Data) is { } error)
            {
                return new(TransactionErrorKind.InstructionError, index, new(InstructionErrorKind.Custom, (uint)error));
            }
        }

        return null;
    }

    public InstructionError? Execute(InstructionContext context) => null;
}
