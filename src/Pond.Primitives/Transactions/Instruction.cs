using System.Collections.Immutable;

namespace Pond.Primitives.Transactions;

/// <summary>One call of a program, before it is compiled into a message.</summary>
/// <param name="ProgramId">The program to run.</param>
/// <param name="Accounts">The accounts that the program gets, in the order it expects.</param>
/// <param name="Data">The call in the program's own encoding.</param>
public sealed record Instruction(Pubkey ProgramId, ImmutableArray<AccountMeta> Accounts, ImmutableArray<byte> Data);
