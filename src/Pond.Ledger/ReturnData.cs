using System.Collections.Immutable;

namespace Pond.Ledger;

/// <summary>What a program handed back to its caller.</summary>
/// <param name="Program">The program that set it.</param>
/// <param name="Data">1 to 1,024 bytes.</param>
public sealed record ReturnData(Pubkey Program, ImmutableArray<byte> Data);
