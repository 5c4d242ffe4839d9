using System.Collections.Immutable;
using Pond.Ledger.Accounts;

namespace Pond.Ledger.Tasks;

/// <summary>A stake pot: no bytes, but it belongs to one task and to no other.</summary>
internal sealed record PotContent(Pubkey Task) : AccountContent
{
    internal override bool IsEmpty => false;

    internal override ulong SizeBytes => 0;

    internal override Hash Digest() => new(Task.ToArray());

    internal override Bytes32? Head => default(Bytes32);

    internal override ImmutableArray<byte> Render(Slot slot) => [];
}
