using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>An account as the wire shows it.</summary>
/// <param name="Lamports">The balance.</param>
/// <param name="Owner">The program that may change it.</param>
/// <param name="Data">Its bytes, or the slice that was asked for, or its fields.</param>
/// <param name="Executable">Whether it is a program.</param>
/// <param name="RentEpoch">2^64 - 1: every account here is exempt from rent.</param>
/// <param name="Space">How many bytes of data it has, whatever slice was asked for.</param>
public sealed record AccountAnswer(
    Lamports Lamports, Pubkey Owner, AccountData Data, bool Executable, ulong RentEpoch, ulong Space);

/// <summary>One account of <c>getProgramAccounts</c>.</summary>
/// <param name="Pubkey">Its address.</param>
/// <param name="Account">The account.</param>
public sealed record KeyedAccount(Pubkey Pubkey, AccountAnswer Account);
