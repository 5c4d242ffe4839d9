using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Tokens;

/// <summary>One call of the associated token program, which gives each wallet one well-known account per mint.</summary>
public abstract record AssociatedTokenInstruction
{
    private AssociatedTokenInstruction()
    {
    }

    /// <summary>Makes a wallet's account for a mint (0, or no data at all). Fails if there is one.</summary>
    public sealed record Create : AssociatedTokenInstruction
    {
        /// <summary>The call. Anybody may pay for anybody's account.</summary>
        public static Instruction ToInstruction(Pubkey payer, Pubkey wallet, Pubkey mint) => Call([0], payer, wallet, mint);
    }

    /// <summary>Makes a wallet's account for a mint unless there is one (1).</summary>
    public sealed record CreateIdempotent : AssociatedTokenInstruction
    {
        /// <inheritdoc cref="Create.ToInstruction(Pubkey, Pubkey, Pubkey)"/>
        public static Instruction ToInstruction(Pubkey payer, Pubkey wallet, Pubkey mint) => Call([1], payer, wallet, mint);
    }

    /// <summary>Gets tokens out of an account that was made for another such account as if that were a wallet (2).</summary>
    public sealed record RecoverNested : AssociatedTokenInstruction
    {
        /// <summary>The call.</summary>
        /// <param name="wallet">Whose tokens they are; signs.</param>
        /// <param name="ownerMint">The mint of the wallet's account that owns the nested one.</param>
        /// <param name="nestedMint">The mint of the nested account.</param>
        public static Instruction ToInstruction(Pubkey wallet, Pubkey ownerMint, Pubkey nestedMint)
        {
            var owner = Find(wallet, ownerMint).Address;
            return new(
                ProgramIds.AssociatedToken,
                [
                    AccountMeta.Writable(Find(owner, nestedMint).Address),
                    AccountMeta.ReadOnly(nestedMint),
                    AccountMeta.Writable(Find(wallet, nestedMint).Address),
                    AccountMeta.ReadOnly(owner),
                    AccountMeta.ReadOnly(ownerMint),
                    AccountMeta.Signer(wallet),
                    AccountMeta.ReadOnly(ProgramIds.Token),
                ],
                [2]);
        }
    }

    /// <summary>The address of a wallet's account for a mint, and the bump seed that leads to it.</summary>
    public static (Pubkey Address, byte Bump) Find(Pubkey wallet, Pubkey mint) =>
        ProgramAddress.Find([wallet.ToArray(), ProgramIds.Token.ToArray(), mint.ToArray()], ProgramIds.AssociatedToken);

    /// <summary>Reads an instruction's data.</summary>
    /// <returns>False if the data is neither empty nor one byte that stands for an instruction.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AssociatedTokenInstruction? instruction)
    {
        instruction = data switch
        {
            [] or [0] => new Create(),
            [1] => new CreateIdempotent(),
            [2] => new RecoverNested(),
            _ => null,
        };
        return instruction is not null;
    }

    private static Instruction Call(ReadOnlySpan<byte> data, Pubkey payer, Pubkey wallet, Pubkey mint) => new(
        ProgramIds.AssociatedToken,
        [
            AccountMeta.Signer(payer),
            AccountMeta.Writable(Find(wallet, mint).Address),
            AccountMeta.ReadOnly(wallet),
            AccountMeta.ReadOnly(mint),
            AccountMeta.ReadOnly(ProgramIds.System),
            AccountMeta.ReadOnly(ProgramIds.Token),
        ],
        [.. data]);
}
