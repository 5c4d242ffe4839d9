namespace Pond.Primitives.Transactions;

/// <summary>An account as an instruction names it, with what the instruction may do to it.</summary>
/// <param name="Key">The account's address.</param>
/// <param name="IsSigner">Whether the account's key must sign the transaction.</param>
/// <param name="IsWritable">Whether the instruction may change the account.</param>
public readonly record struct AccountMeta(Pubkey Key, bool IsSigner, bool IsWritable)
{
    /// <summary>An account that is only read.</summary>
    public static AccountMeta ReadOnly(Pubkey key) => new(key, IsSigner: false, IsWritable: false);

    /// <summary>An account that is changed.</summary>
    public static AccountMeta Writable(Pubkey key) => new(key, IsSigner: false, IsWritable: true);

    /// <summary>An account that signs and is only read.</summary>
    public static AccountMeta ReadOnlySigner(Pubkey key) => new(key, IsSigner: true, IsWritable: false);

    /// <summary>An account that signs and is changed.</summary>
    public static AccountMeta Signer(Pubkey key) => new(key, IsSigner: true, IsWritable: true);
}
