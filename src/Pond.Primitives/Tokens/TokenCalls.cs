using System.Collections.Immutable;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Tokens;

/// <summary>Makes the calls of the token program: its instructions with the accounts in their order.</summary>
/// <remarks>
/// An authority signs itself, or it is a <see cref="Multisig"/> for which the named signers sign: pass them last, in any order.
/// </remarks>
public static class TokenCalls
{
    /// <summary>Begins a kind of token. The account has <see cref="Mint.SizeBytes"/> bytes and belongs to the program already.</summary>
    public static Instruction ToInstruction(this TokenInstruction.InitializeMint instruction, Pubkey mint) =>
        Call(instruction, AccountMeta.Writable(mint), AccountMeta.ReadOnly(ProgramIds.Rent));

    /// <inheritdoc cref="ToInstruction(TokenInstruction.InitializeMint, Pubkey)"/>
    public static Instruction ToInstruction(this TokenInstruction.InitializeMint2 instruction, Pubkey mint) =>
        Call(instruction, AccountMeta.Writable(mint));

    /// <summary>Begins a token account. The account has <see cref="TokenAccount.SizeBytes"/> bytes and belongs to the program already.</summary>
    public static Instruction ToInstruction(this TokenInstruction.InitializeAccount instruction, Pubkey account, Pubkey mint, Pubkey owner) =>
        Call(
            instruction,
            AccountMeta.Writable(account),
            AccountMeta.ReadOnly(mint),
            AccountMeta.ReadOnly(owner),
            AccountMeta.ReadOnly(ProgramIds.Rent));

    /// <inheritdoc cref="ToInstruction(TokenInstruction.InitializeAccount, Pubkey, Pubkey, Pubkey)"/>
    public static Instruction ToInstruction(this TokenInstruction.InitializeAccount2 instruction, Pubkey account, Pubkey mint) =>
        Call(instruction, AccountMeta.Writable(account), AccountMeta.ReadOnly(mint), AccountMeta.ReadOnly(ProgramIds.Rent));

    /// <inheritdoc cref="ToInstruction(TokenInstruction.InitializeAccount, Pubkey, Pubkey, Pubkey)"/>
    public static Instruction ToInstruction(this TokenInstruction.InitializeAccount3 instruction, Pubkey account, Pubkey mint) =>
        Call(instruction, AccountMeta.Writable(account), AccountMeta.ReadOnly(mint));

    /// <summary>Begins a multisig. The account has <see cref="Multisig.SizeBytes"/> bytes and belongs to the program already.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.InitializeMultisig instruction, Pubkey multisig, params ReadOnlySpan<Pubkey> signers) =>
        Call(
            instruction,
            [AccountMeta.Writable(multisig), AccountMeta.ReadOnly(ProgramIds.Rent), .. signers.ToArray().Select(AccountMeta.ReadOnly)]);

    /// <inheritdoc cref="ToInstruction(TokenInstruction.InitializeMultisig, Pubkey, ReadOnlySpan{Pubkey})"/>
    public static Instruction ToInstruction(
        this TokenInstruction.InitializeMultisig2 instruction, Pubkey multisig, params ReadOnlySpan<Pubkey> signers) =>
        Call(instruction, [AccountMeta.Writable(multisig), .. signers.ToArray().Select(AccountMeta.ReadOnly)]);

    /// <summary>Moves tokens. The authority is the source's owner or delegate.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.Transfer instruction, Pubkey source, Pubkey destination, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(source), AccountMeta.Writable(destination));

    /// <inheritdoc cref="ToInstruction(TokenInstruction.Transfer, Pubkey, Pubkey, Pubkey, ReadOnlySpan{Pubkey})"/>
    public static Instruction ToInstruction(
        this TokenInstruction.TransferChecked instruction,
        Pubkey source,
        Pubkey mint,
        Pubkey destination,
        Pubkey authority,
        params ReadOnlySpan<Pubkey> signers) =>
        Signed(
            instruction, authority, signers, AccountMeta.Writable(source), AccountMeta.ReadOnly(mint), AccountMeta.Writable(destination));

    /// <summary>Lets a delegate spend tokens.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.Approve instruction, Pubkey source, Pubkey @delegate, Pubkey owner, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, owner, signers, AccountMeta.Writable(source), AccountMeta.ReadOnly(@delegate));

    /// <inheritdoc cref="ToInstruction(TokenInstruction.Approve, Pubkey, Pubkey, Pubkey, ReadOnlySpan{Pubkey})"/>
    public static Instruction ToInstruction(
        this TokenInstruction.ApproveChecked instruction,
        Pubkey source,
        Pubkey mint,
        Pubkey @delegate,
        Pubkey owner,
        params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, owner, signers, AccountMeta.Writable(source), AccountMeta.ReadOnly(mint), AccountMeta.ReadOnly(@delegate));

    /// <summary>Takes the delegate's right away.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.Revoke instruction, Pubkey source, Pubkey owner, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, owner, signers, AccountMeta.Writable(source));

    /// <summary>Hands over a right in a mint or a token account.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.SetAuthority instruction, Pubkey account, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(account));

    /// <summary>Makes tokens.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.MintTo instruction, Pubkey mint, Pubkey destination, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(mint), AccountMeta.Writable(destination));

    /// <inheritdoc cref="ToInstruction(TokenInstruction.MintTo, Pubkey, Pubkey, Pubkey, ReadOnlySpan{Pubkey})"/>
    public static Instruction ToInstruction(
        this TokenInstruction.MintToChecked instruction, Pubkey mint, Pubkey destination, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(mint), AccountMeta.Writable(destination));

    /// <summary>Destroys tokens. The authority is the account's owner or delegate.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.Burn instruction, Pubkey account, Pubkey mint, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(account), AccountMeta.Writable(mint));

    /// <inheritdoc cref="ToInstruction(TokenInstruction.Burn, Pubkey, Pubkey, Pubkey, ReadOnlySpan{Pubkey})"/>
    public static Instruction ToInstruction(
        this TokenInstruction.BurnChecked instruction, Pubkey account, Pubkey mint, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(account), AccountMeta.Writable(mint));

    /// <summary>Removes a token account. The authority is its close authority, or its owner where there is none.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.CloseAccount instruction, Pubkey account, Pubkey destination, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(account), AccountMeta.Writable(destination));

    /// <summary>Stops a token account.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.FreezeAccount instruction, Pubkey account, Pubkey mint, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(account), AccountMeta.ReadOnly(mint));

    /// <summary>Lets a stopped token account go on.</summary>
    public static Instruction ToInstruction(
        this TokenInstruction.ThawAccount instruction, Pubkey account, Pubkey mint, Pubkey authority, params ReadOnlySpan<Pubkey> signers) =>
        Signed(instruction, authority, signers, AccountMeta.Writable(account), AccountMeta.ReadOnly(mint));

    /// <summary>Counts lamports that were sent to an account of wrapped lamports.</summary>
    public static Instruction ToInstruction(this TokenInstruction.SyncNative instruction, Pubkey account) =>
        Call(instruction, AccountMeta.Writable(account));

    /// <summary>Asks how large an account for a mint must be.</summary>
    public static Instruction ToInstruction(this TokenInstruction.GetAccountDataSize instruction, Pubkey mint) =>
        Call(instruction, AccountMeta.ReadOnly(mint));

    /// <summary>Checks that an account is not in use yet.</summary>
    public static Instruction ToInstruction(this TokenInstruction.InitializeImmutableOwner instruction, Pubkey account) =>
        Call(instruction, AccountMeta.Writable(account));

    /// <summary>Asks for an amount as text.</summary>
    public static Instruction ToInstruction(this TokenInstruction.AmountToUiAmount instruction, Pubkey mint) =>
        Call(instruction, AccountMeta.ReadOnly(mint));

    /// <summary>Asks for the amount that a text means.</summary>
    public static Instruction ToInstruction(this TokenInstruction.UiAmountToAmount instruction, Pubkey mint) =>
        Call(instruction, AccountMeta.ReadOnly(mint));

    private static Instruction Signed(
        TokenInstruction instruction, Pubkey authority, ReadOnlySpan<Pubkey> signers, params ReadOnlySpan<AccountMeta> accounts)
    {
        ImmutableArray<AccountMeta> metas = [.. accounts, new(authority, IsSigner: signers.IsEmpty, IsWritable: false)];
        foreach (var signer in signers)
        {
            metas = metas.Add(new(signer, IsSigner: true, IsWritable: false));
        }

        return new(ProgramIds.Token, metas, [.. instruction.Encode()]);
    }

    private static Instruction Call(TokenInstruction instruction, params ReadOnlySpan<AccountMeta> accounts) =>
        new(ProgramIds.Token, [.. accounts], [.. instruction.Encode()]);
}
