using System.Collections.Immutable;
using Pond.Primitives.Transactions;

namespace Pond.Ledger;

/// <summary>What the programs called by one instruction of a transaction were asked to do, in the order of the calls.</summary>
/// <param name="Index">The transaction's instruction.</param>
/// <param name="Instructions">The calls, nested ones included; at least one.</param>
public sealed record InnerInstructions(int Index, ImmutableArray<InnerInstruction> Instructions);

/// <summary>One call of a program by a program.</summary>
/// <param name="Instruction">The call; its indexes are those of the transaction's accounts.</param>
/// <param name="StackHeight">How deep: 2 if an instruction of the transaction made the call, 3 if that call made it.</param>
public sealed record InnerInstruction(CompiledInstruction Instruction, int StackHeight);
