using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pond.Primitives.Cryptography;

/// <summary>The Ed25519 keys that follow from a seed. Source: SLIP-0010.</summary>
public static class SeedKeys
{
    private const uint Hardened = 0x8000_0000;

    /// <summary>The key at a path.</summary>
    /// <param name="seed">The seed: 64 bytes of a <see cref="Mnemonic"/>, or 16 to 64 others.</param>
    /// <param name="path">Where.</param>
    public static Keypair Derive(ReadOnlySpan<byte> seed, DerivationPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (seed.Length is < 16 or > Mnemonic.SeedSizeBytes)
        {
            throw new ArgumentException($"A seed is 16 to {Mnemonic.SeedSizeBytes} bytes, got {seed.Length}.", nameof(seed));
        }

        // The left half is a key, the right one the chain code that the next step needs.
        Span<byte> node = stackalloc byte[HMACSHA512.HashSizeInBytes];
        Span<byte> next = stackalloc byte[HMACSHA512.HashSizeInBytes];
        Span<byte> message = stackalloc byte[1 + Keypair.SeedSizeBytes + sizeof(uint)];
        _ = HMACSHA512.HashData("ed25519 seed"u8, seed, node);
        foreach (var step in path.Steps)
        {
            message[0] = 0;
            node[..Keypair.SeedSizeBytes].CopyTo(message[1..]);
            BinaryPrimitives.WriteUInt32BigEndian(message[(1 + Keypair.SeedSizeBytes)..], step | Hardened);
            _ = HMACSHA512.HashData(node[Keypair.SeedSizeBytes..], message, next);
            next.CopyTo(node);
        }

        try
        {
            return Keypair.FromSeed(node[..Keypair.SeedSizeBytes]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(node);
            CryptographicOperations.ZeroMemory(next);
            CryptographicOperations.ZeroMemory(message);
        }
    }
}
