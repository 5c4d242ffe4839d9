using System.Collections.Immutable;

namespace Pond.Primitives.Transactions;

/// <summary>One call of a program inside a message, where accounts are indexes into the message's keys.</summary>
/// <param name="ProgramIndex">The program's index; never 0, which is the fee payer's.</param>
/// <param name="AccountIndexes">The accounts' indexes, in the order that the program expects.</param>
/// <param name="Data">The call in the program's own encoding.</param>
public sealed record CompiledInstruction(
    byte ProgramIndex, ImmutableArray<byte> AccountIndexes, ImmutableArray<byte> Data);
