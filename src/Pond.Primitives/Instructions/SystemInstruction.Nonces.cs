using Pond.Primitives.Accounts;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

public abstract partial record SystemInstruction
{
    /// <summary>Replaces a nonce (index 4). As a transaction's first instruction it makes the nonce stand in for a blockhash.</summary>
    public sealed record AdvanceNonceAccount : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey nonce, Pubkey authority) => Call(
            AccountMeta.Writable(nonce), AccountMeta.ReadOnly(ProgramIds.RecentBlockhashes), AccountMeta.ReadOnlySigner(authority));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(4).ToArray();
    }

    /// <summary>Moves lamports out of a nonce account (index 5): what is above the rent-exempt minimum, or all of them.</summary>
    /// <param name="Lamports">How many.</param>
    public sealed record WithdrawNonceAccount(Lamports Lamports) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey nonce, Pubkey to, Pubkey authority) => Call(
            AccountMeta.Writable(nonce),
            AccountMeta.Writable(to),
            AccountMeta.ReadOnly(ProgramIds.RecentBlockhashes),
            AccountMeta.ReadOnly(ProgramIds.Rent),
            AccountMeta.ReadOnlySigner(authority));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(5).Number(Lamports.Value).ToArray();
    }

    /// <summary>Makes an account of <see cref="NonceState.SizeBytes"/> bytes a nonce account (index 6).</summary>
    /// <param name="Authority">Who must sign what uses the nonce.</param>
    public sealed record InitializeNonceAccount(Pubkey Authority) : SystemInstruction
    {
        /// <summary>The call. Nobody signs it, so it belongs into the transaction that creates the account.</summary>
        public Instruction ToInstruction(Pubkey nonce) => Call(
            AccountMeta.Writable(nonce), AccountMeta.ReadOnly(ProgramIds.RecentBlockhashes), AccountMeta.ReadOnly(ProgramIds.Rent));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(6).Key(Authority).ToArray();
    }

    /// <summary>Gives a nonce another authority (index 7).</summary>
    /// <param name="Authority">The new one.</param>
    public sealed record AuthorizeNonceAccount(Pubkey Authority) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey nonce, Pubkey authority) =>
            Call(AccountMeta.Writable(nonce), AccountMeta.ReadOnlySigner(authority));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(7).Key(Authority).ToArray();
    }

    /// <summary>Makes a nonce of the first version usable again (index 12).</summary>
    public sealed record UpgradeNonceAccount : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey nonce) => Call(AccountMeta.Writable(nonce));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(12).ToArray();
    }
}
