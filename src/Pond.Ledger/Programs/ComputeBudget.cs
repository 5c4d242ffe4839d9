using System.Buffers.Binary;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs;

/// <summary>What a message may use and what it offers for it, as its ComputeBudget instructions say.</summary>
/// <param name="UnitLimit">The compute units that all its instructions share.</param>
/// <param name="PriorityFee">What it pays besides its signatures.</param>
/// <param name="DataSizeLimitBytes">The most data that its accounts may have together.</param>
internal sealed record ComputeBudget(ulong UnitLimit, Lamports PriorityFee, ulong DataSizeLimitBytes)
{
    private const ulong DefaultUnitsPerInstruction = 200_000;
    private const ulong MaxUnits = 1_400_000;
    private const ulong MicroLamports = 1_000_000;
    private const uint MaxDataSizeBytes = 64 * 1024 * 1024;
    private const uint HeapPageBytes = 1024;
    private const uint MinHeapBytes = 32 * HeapPageBytes;
    private const uint MaxHeapBytes = 256 * HeapPageBytes;

    /// <summary>Reads the instructions of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="budget">The budget; what is read up to the first mistake if there is one.</param>
    /// <returns>What is wrong with the instructions; null if nothing is.</returns>
    internal static TransactionError? Read(Message message, out ComputeBudget budget)
    {
        uint? limit = null;
        ulong price = 0;
        var dataSize = MaxDataSizeBytes;
        var others = 0UL;
        TransactionError? error = null;
        Span<bool> seen = stackalloc bool[5];
        for (var index = 0; index < message.Instructions.Length && error is null; index++)
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
                error = Invalid(index);
                break;
            }

            if (seen[data[0]])
            {
                error = new(TransactionErrorKind.DuplicateInstruction, index);
                break;
            }

            seen[data[0]] = true;
            var number = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            switch (data[0])
            {
                case 1:
                    // No program of ours has a heap, so the size limits nothing; but clients learn here that it is wrong.
                    error = number is < MinHeapBytes or > MaxHeapBytes || number % HeapPageBytes != 0 ? Invalid(index) : null;
                    break;
                case 2:
                    limit = number;
                    break;
                case 3:
                    price = BinaryPrimitives.ReadUInt64LittleEndian(data[1..]);
                    break;
                default:
                    dataSize = Math.Min(number, MaxDataSizeBytes);
                    error = number == 0 ? new(TransactionErrorKind.InvalidLoadedAccountsDataSizeLimit) : null;
                    break;
            }
        }

        // A message with nothing but budget instructions gets what one other would get, or it could not even run those.
        var units = Math.Min(limit ?? (Math.Max(others, 1) * DefaultUnitsPerInstruction), MaxUnits);
        var micro = ((UInt128)price * units) + (MicroLamports - 1);
        budget = new(units, new(ulong.CreateSaturating(micro / MicroLamports)), dataSize);
        return error;
    }

    private static TransactionError Invalid(int index) =>
        new(TransactionErrorKind.InstructionError, index, new(InstructionErrorKind.InvalidInstructionData));
}
