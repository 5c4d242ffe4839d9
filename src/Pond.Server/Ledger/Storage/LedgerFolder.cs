using System.Security.Cryptography;
using Pond.Ledger;
using Pond.Ledger.Journal;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>Where in a data folder a ledger keeps what.</summary>
/// <param name="Root">The folder.</param>
internal sealed record LedgerFolder(string Root)
{
    /// <summary>Up to this size the index is read through at each start; a larger one is left to <c>pond ledger verify</c>.</summary>
    internal const long CheckedIndexSizeBytes = 64 * 1024 * 1024;

    internal string Index => Path.Combine(Root, "index.db");

    internal string Journal => Path.Combine(Root, "journal");

    internal string Snapshots => Path.Combine(Root, "snapshots");

    /// <summary>Makes what is not there.</summary>
    /// <exception cref="PondException"><c>disk-denied</c>, <c>disk-full</c> or <c>disk-failed</c>.</exception>
    internal void Create()
    {
        try
        {
            Directory.CreateDirectory(Journal);
            Directory.CreateDirectory(Snapshots);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, Root);
        }
    }

    internal static JournalOptions JournalOptions(Genesis genesis, ulong knownHeight) => new()
    {
        GenesisHash = genesis.ComputeHash(),
        NewSalt = () => new Hash(RandomNumberGenerator.GetBytes(Hash.SizeBytes)),
        KnownHeight = knownHeight,
    };

    /// <summary>Removes the index, so that it is made again.</summary>
    internal void DeleteIndex()
    {
        foreach (var end in new[] { "", "-wal", "-shm" })
        {
            File.Delete(Index + end);
        }
    }
}
