using System.Buffers.Binary;
using Pond.Ledger.Accounts;

namespace Pond.Ledger.Tasks;

/// <summary>Where a token task's tokens lie: a token account that only the task program can sign for.</summary>
/// <param name="Mint">The token.</param>
/// <param name="Seed">Of what the authority is derived.</param>
/// <param name="Bump">The last seed byte, which leads off the curve.</param>
/// <param name="Authority">The vault's owner.</param>
internal sealed record TokenVault(Pubkey Mint, Hash Seed, byte Bump, Pubkey Authority)
{
    // Mint, owner, amount: the front of an SPL token account.
    private const int AmountOffset = 2 * Pubkey.SizeBytes;

    /// <summary>What the vault's account holds; nothing if it is no token account.</summary>
    internal static Lamports BalanceOf(StoredAccount account)
    {
        var bytes = account.Content.Render(default);
        return bytes.Length < AmountOffset + sizeof(ulong)
            ? Lamports.Zero
            : new(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan()[AmountOffset..]));
    }
}
