using Pond.Ledger.Programs;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger;

public sealed partial class Bank
{
    /// <summary>What a transaction with this message would pay in the open slot.</summary>
    /// <returns>
    /// Null if it can't land: its blockhash is not recent and no nonce stands in for it, a lookup has no answer, or its ComputeBudget
    /// instructions make no sense.
    /// </returns>
    public Lamports? GetFee(Message message) =>
        Resolve(message, out var resolved) is null && IsLive(resolved!) && ComputeBudget.Read(message, out var budget) is null
            ? FeeOf(message, budget)
            : null;

    /// <summary>Whether the signatures that a message's instructions carry hold. It needs no ledger, so a shell can ask before anything else.</summary>
    /// <returns>What is wrong with the first instruction of which one does not; null if all hold.</returns>
    public static TransactionError? FindPrecompileError(Message message) => Ed25519Program.FindError(message);

    // Signatures that the precompile checks cost as much work as those of the transaction.
    private static Lamports FeeOf(Message message, ComputeBudget budget)
    {
        var signatures = (ulong)message.SignerCount;
        foreach (var instruction in message.Instructions)
        {
            if (message.Keys[instruction.ProgramIndex] == ProgramIds.Ed25519 && !instruction.Data.IsEmpty)
            {
                signatures += instruction.Data[0];
            }
        }

        return SaturatingAdd(FeePerSignature * signatures, budget.PriorityFee);
    }
}
