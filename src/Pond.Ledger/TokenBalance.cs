namespace Pond.Ledger;

/// <summary>What an account of a transaction holds of a token.</summary>
/// <param name="Index">The account's index among the transaction's, loaded ones last.</param>
/// <param name="Mint">The token.</param>
/// <param name="Owner">Whose tokens they are.</param>
/// <param name="Amount">How many, in the token's smallest unit.</param>
/// <param name="Decimals">The token's decimal places.</param>
public sealed record TokenBalance(int Index, Pubkey Mint, Pubkey Owner, ulong Amount, byte Decimals);
