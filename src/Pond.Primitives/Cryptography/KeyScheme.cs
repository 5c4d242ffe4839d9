namespace Pond.Primitives.Cryptography;

/// <summary>How a wallet makes a key of a seed phrase. The same words give another key under each. The numbers are frozen: key stores hold them.</summary>
public enum KeyScheme
{
    /// <summary>None; never a scheme.</summary>
    None = 0,

    /// <summary>The Finnie wallet and the desktop node's main key: <c>m/44'/501'/0'</c>.</summary>
    Koii = 1,

    /// <summary><c>koii-keygen</c> and <c>solana-keygen</c> without a path: the seed's first 32 bytes.</summary>
    Cli = 2,

    /// <summary>Phantom and most wallets of Solana: <c>m/44'/501'/0'/0'</c>.</summary>
    Phantom = 3,

    /// <summary>The staking key that all tasks of a desktop node share: <c>m/44'/501'/99'/0'</c>.</summary>
    Staking = 4,

    /// <summary>The same for tasks that pay in tokens: <c>m/44'/501'/99'/1'</c>.</summary>
    TokenStaking = 5,
}
