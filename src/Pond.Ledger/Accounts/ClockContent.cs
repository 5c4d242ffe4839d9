using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Pond.Ledger.Accounts;

/// <summary>The Clock sysvar: rendered from the open slot, so that no block has to write it.</summary>
internal sealed record ClockContent(Genesis Genesis) : AccountContent
{
    internal override bool IsEmpty => false;

    internal override ulong SizeBytes => Sysvars.ClockSizeBytes;

    internal override Hash Digest() => new(SHA256.HashData("clock"u8));

    internal override Bytes32? Head => null;

    internal override ImmutableArray<byte> Render(Slot slot) => Sysvars.Clock(Genesis, slot);
}
