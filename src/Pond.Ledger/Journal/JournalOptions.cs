namespace Pond.Ledger.Journal;

/// <summary>What a <see cref="LedgerJournal"/> is opened with.</summary>
public sealed record JournalOptions
{
    /// <summary>The network whose blocks these are.</summary>
    public required Hash GenesisHash { get; init; }

    /// <summary>
    /// Makes 32 bytes that nobody can foresee, one lot for each file. Without them a stranger's transaction could hold what looks like a part of
    /// the journal, and make a torn end look like damage.
    /// </summary>
    public required Func<Hash> NewSalt { get; init; }

    /// <summary>The height up to which another file of the ledger says that the blocks were on the disk; 0 if none does.</summary>
    public ulong KnownHeight { get; init; }

    /// <summary>A new file is begun when the last one has so many bytes. Default 16 MiB: what is dropped at once, and read again at most.</summary>
    public long FileSizeBytes { get; init; } = 16 * 1024 * 1024;
}
