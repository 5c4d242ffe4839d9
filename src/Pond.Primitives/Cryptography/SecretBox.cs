using System.Security.Cryptography;

namespace Pond.Primitives.Cryptography;

/// <summary>Encrypts a secret with a passphrase: Argon2id makes the key, XChaCha20-Poly1305 seals the box, both of libsodium.</summary>
public static class SecretBox
{
    /// <summary>How long a salt is.</summary>
    public const int SaltSizeBytes = 16;

    /// <summary>How long a nonce is.</summary>
    public const int NonceSizeBytes = 24;

    /// <summary>By how much a box is longer than what is in it.</summary>
    public const int OverheadBytes = 16;

    private const int KeySizeBytes = 32;
    private const int Argon2Id13 = 2;

    /// <summary>Seals a secret.</summary>
    /// <param name="secret">What only the passphrase's owner may read.</param>
    /// <param name="bound">What everybody may read and nobody may change without the box failing to open.</param>
    /// <param name="passphrase">The passphrase's bytes.</param>
    /// <param name="cost">What guessing a passphrase costs.</param>
    /// <param name="salt">Random, for this box alone.</param>
    /// <param name="nonce">Random, for this box alone.</param>
    /// <exception cref="PondException"><c>memory-missing</c>: the machine has not the memory that the cost asks for.</exception>
    public static unsafe byte[] Seal(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> bound, ReadOnlySpan<byte> passphrase, SecretBoxCost cost, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> nonce)
    {
        CheckSize(nonce, NonceSizeBytes, nameof(nonce));
        Span<byte> key = stackalloc byte[KeySizeBytes];
        HashPassphrase(passphrase, cost, salt, key);
        var box = new byte[secret.Length + OverheadBytes];
        fixed (byte* boxPointer = box, secretPointer = secret, boundPointer = bound, noncePointer = nonce, keyPointer = key)
        {
            _ = Sodium.Seal(
                boxPointer, null, secretPointer, (ulong)secret.Length, boundPointer, (ulong)bound.Length, null, noncePointer, keyPointer);
        }

        CryptographicOperations.ZeroMemory(key);
        return box;
    }

    /// <summary>Opens a box; null if the passphrase is wrong, or the box or what is bound to it was changed.</summary>
    /// <inheritdoc cref="Seal"/>
    public static unsafe byte[]? Open(
        ReadOnlySpan<byte> box, ReadOnlySpan<byte> bound, ReadOnlySpan<byte> passphrase, SecretBoxCost cost, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> nonce)
    {
        CheckSize(nonce, NonceSizeBytes, nameof(nonce));
        if (box.Length < OverheadBytes)
        {
            return null;
        }

        Span<byte> key = stackalloc byte[KeySizeBytes];
        HashPassphrase(passphrase, cost, salt, key);
        var secret = new byte[box.Length - OverheadBytes];
        int result;
        fixed (byte* boxPointer = box, secretPointer = secret, boundPointer = bound, noncePointer = nonce, keyPointer = key)
        {
            result = Sodium.Open(secretPointer, null, null, boxPointer, (ulong)box.Length, boundPointer, (ulong)bound.Length, noncePointer, keyPointer);
        }

        CryptographicOperations.ZeroMemory(key);
        return result == 0 ? secret : null;
    }

    private static unsafe void HashPassphrase(ReadOnlySpan<byte> passphrase, SecretBoxCost cost, ReadOnlySpan<byte> salt, Span<byte> key)
    {
        CheckSize(salt, SaltSizeBytes, nameof(salt));
        Sodium.EnsureReady();
        int result;
        fixed (byte* keyPointer = key, passphrasePointer = passphrase, saltPointer = salt)
        {
            result = Sodium.PasswordHash(
                keyPointer, KeySizeBytes, passphrasePointer, (ulong)passphrase.Length, saltPointer, cost.Operations, checked((nuint)cost.MemoryBytes), Argon2Id13);
        }

        if (result != 0)
        {
            throw new PondException(
                "memory-missing",
                $"The passphrase can't be checked: that takes {cost.MemoryBytes >> 20} MiB of memory, which this machine does not give.",
                "Close other programs and try again.",
                isTransient: true);
        }
    }

    private static void CheckSize(ReadOnlySpan<byte> bytes, int size, string name)
    {
        if (bytes.Length != size)
        {
            throw new ArgumentException($"It is {size} bytes, got {bytes.Length}.", name);
        }
    }
}

/// <summary>What one guess of a passphrase costs.</summary>
/// <param name="Operations">How often Argon2id goes over its memory.</param>
/// <param name="MemoryBytes">How much memory that is.</param>
public readonly record struct SecretBoxCost(ulong Operations, ulong MemoryBytes)
{
    /// <summary>libsodium's "moderate": most of a second and 256 MiB.</summary>
    public static readonly SecretBoxCost Moderate = new(3, 256UL << 20);

    /// <summary>The most that is accepted of a file: a forged one must not take all memory.</summary>
    public static readonly SecretBoxCost Most = new(10, 1UL << 30);
}
