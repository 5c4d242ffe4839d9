using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Pond.Ledger.Accounts;

/// <summary>A sysvar that every block changes. The bank renders it when somebody reads it, so that no block has to write it.</summary>
internal sealed record ChainSysvarContent(ChainSysvar Sysvar) : AccountContent
{
    internal override bool IsEmpty => false;

    internal override ulong SizeBytes => Sysvar switch
    {
        ChainSysvar.SlotHashes => Sysvars.SlotHashesSizeBytes,
        ChainSysvar.SlotHistory => Sysvars.SlotHistorySizeBytes,
        ChainSysvar.RecentBlockhashes => Sysvars.RecentBlockhashesSizeBytes,
        _ => throw new System.Diagnostics.UnreachableException($"No sysvar {Sysvar}."),
    };

    internal override Bytes32? Head => null;

    internal override Hash Digest() => new(SHA256.HashData(Encoding.ASCII.GetBytes(Sysvar.ToString())));

    internal override ImmutableArray<byte> Render(Slot slot) =>
        throw new System.Diagnostics.UnreachableException($"{Sysvar} follows from the chain, which only the bank knows.");
}

/// <summary>The sysvars that follow from the chain.</summary>
internal enum ChainSysvar
{
    /// <summary>None; never valid.</summary>
    None = 0,

    /// <summary>Slots and hashes of the last 512 blocks.</summary>
    SlotHashes = 1,

    /// <summary>Which of the last million slots have a block.</summary>
    SlotHistory = 2,

    /// <summary>The hashes of the last 150 blocks.</summary>
    RecentBlockhashes = 3,
}
