using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Pond.Ledger.Accounts;

namespace Pond.Ledger.Tasks;

/// <summary>The network's managers, as borsh writes a list of keys: the count as u32, then 32 bytes each.</summary>
internal sealed record ManagerList(ImmutableArray<Pubkey> Keys) : AccountContent
{
    internal const int MaxManagers = 16;

    /// <summary>With fewer, one lost key would end all changes.</summary>
    internal const int MinManagers = 2;

    internal override bool IsEmpty => false;

    /// <summary>Rent is paid for the longest list, so that it can grow.</summary>
    internal override ulong SizeBytes => sizeof(uint) + (MaxManagers * Pubkey.SizeBytes);

    internal override Bytes32? Head => new BytesContent(Render(default)).Head;

    internal override Hash Digest() => new(SHA256.HashData(Render(default).AsSpan()));

    internal override ImmutableArray<byte> Render(Slot slot)
    {
        var bytes = new byte[sizeof(uint) + (Keys.Length * Pubkey.SizeBytes)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)Keys.Length);
        for (var index = 0; index < Keys.Length; index++)
        {
            Keys[index].ToArray().CopyTo(bytes, sizeof(uint) + (index * Pubkey.SizeBytes));
        }

        return [.. bytes];
    }
}
