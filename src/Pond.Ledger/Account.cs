using System.Collections.Immutable;

namespace Pond.Ledger;

/// <summary>An account as clients read it.</summary>
/// <param name="Lamports">Its balance.</param>
/// <param name="Owner">The program that may change it.</param>
/// <param name="Data">Its data. For a task this is the JSON image of the whole task, built when it is read.</param>
/// <param name="IsExecutable">Whether it is a program.</param>
public sealed record Account(Lamports Lamports, Pubkey Owner, ImmutableArray<byte> Data, bool IsExecutable);
