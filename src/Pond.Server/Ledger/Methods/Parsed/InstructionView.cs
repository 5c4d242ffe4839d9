using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>A call with its accounts' addresses instead of their indexes.</summary>
/// <param name="Program">The program.</param>
/// <param name="Accounts">Its accounts, in order.</param>
/// <param name="Data">The call's bytes.</param>
internal readonly record struct InstructionView(Pubkey Program, ImmutableArray<Pubkey> Accounts, ImmutableArray<byte> Data)
{
    internal bool HasAccounts(int count) => Accounts.Length >= count;
}
