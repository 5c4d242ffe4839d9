using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Server.Tests.Ledger.Methods;

/// <summary>The instruction that most tests are content with.</summary>
internal static class Transfers
{
    internal static readonly Pubkey Alice = LocalLedger.KeyOf("alice").PublicKey;

    /// <summary>The faucet pays Alice.</summary>
    internal static Instruction Of(ulong lamports) =>
        new SystemInstruction.Transfer(new Lamports(lamports)).ToInstruction(LocalLedger.Faucet.PublicKey, Alice);
}
