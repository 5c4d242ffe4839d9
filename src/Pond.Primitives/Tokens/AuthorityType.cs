namespace Pond.Primitives.Tokens;

/// <summary>The rights that <see cref="TokenInstruction.SetAuthority"/> hands over. The numbers are those on the wire.</summary>
public enum AuthorityType : byte
{
    /// <summary>To make tokens of a mint.</summary>
    MintTokens = 0,

    /// <summary>To freeze accounts of a mint.</summary>
    FreezeAccount = 1,

    /// <summary>To spend an account's tokens.</summary>
    AccountOwner = 2,

    /// <summary>To close an account.</summary>
    CloseAccount = 3,
}
