namespace Pond.Ledger.Accounts;

/// <summary>An account as the ledger keeps it.</summary>
internal sealed record StoredAccount(Lamports Lamports, Pubkey Owner, AccountContent Content, bool IsExecutable = false)
{
    /// <summary>What an address holds that nobody has used: nothing, owned by the System program.</summary>
    internal static readonly StoredAccount Unused = new(Lamports.Zero, default, BytesContent.Empty);

    internal bool IsUnused => Lamports == Lamports.Zero && Owner.IsZero && Content.IsEmpty;
}
