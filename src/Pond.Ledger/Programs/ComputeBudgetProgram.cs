using System.Buffers.Binary;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs;

/// <summary>Limits and the priority fee. Its instructions are read before anything runs.</summary>
internal sealed class ComputeBudgetProgram : IProgram
{
    private const ulong DefaultUnitsPerInstruction = 200_000;
    private const ulong MaxUnits = 1_400_000;
    private const ulong MicroLamports = 1_000_000;

    public Pubkey Id => ProgramIds.ComputeBudget;

    public string Name => "compute_budget_program";

    public ulong Units => 150;

    public bool IsLogged => true;

    /// <summary>The priority fee that a message asks to pay, and the compute units that its instructions share.</summary>
    /// <param name="message">The message.</param>
    /// <param name="fee">The fee, when the instructions make sense.</param>
    /// <param name="unitLimit">The units, when the instructions make sense.</param>
    /// <returns>What is wrong with the instructions; null if nothing is.</returns>
    internal static TransactionError? Read(Message message, out Lamports fee, out ulong unitLimit)
    {
        fee = Lamports.Zero;
        unitLimit = 0;
        Span<bool> seen = stackalloc bool[5];
        ulong? limit = null;
        ulong price = 0;
        ulong others = 0;
        for (var index = 0; index < message.Instructions.Length; index++)
        {
            var instruction = message.Instructions[index];
            if (message.Keys[instruction.ProgramIndex] != ProgramIds.ComputeBudget)
            {
                others++;
                continue;
            }

            var data = instruction.Data.AsSpan();
            if (data.IsEmpty || data[0] is 0 or > 4 || data.Length < (data[0] == 3 ? 9 : 5))
            {
                return new(TransactionErrorKind.InstructionError, index, new(InstructionErrorKind.InvalidInstructionData));
            }

            if (seen[data[0]])
            {
                return new(TransactionErrorKind.DuplicateInstruction, index);
            }

            seen[data[0]] = true;
            switch (data[0])
            {
                case 2:
                    limit = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
                    break;
                case 3:
                    price = BinaryPrimitives.ReadUInt64LittleEndian(data[1..]);
                    break;
                default:
                    // Heap size and loaded data size limit nothing here: no program of ours has a heap of its own.
                    break;
            }
        }

        unitLimit = Math.Min(limit ?? (others * DefaultUnitsPerInstruction), MaxUnits);
        var micro = ((UInt128)price * unitLimit) + (MicroLamports - 1);
        fee = new(ulong.CreateSaturating(micro / MicroLamports));
        return null;
    }

    public InstructionError? Execute(InstructionContext context) => null;
}
