namespace Pond.Primitives.Cryptography;

/// <summary>Strict Ed25519: canonical S, and no key or R of small order, as the ledger's validators check it.</summary>
public static class Ed25519
{
    /// <summary>Whether <paramref name="signature"/> is the key's signature of <paramref name="message"/>.</summary>
    public static unsafe bool Verify(Pubkey publicKey, ReadOnlySpan<byte> message, Signature signature)
    {
        Sodium.EnsureReady();
        Span<byte> signatureBytes = stackalloc byte[Signature.SizeBytes];
        Span<byte> keyBytes = stackalloc byte[Pubkey.SizeBytes];
        signature.CopyTo(signatureBytes);
        publicKey.CopyTo(keyBytes);
        fixed (byte* signaturePointer = signatureBytes, keyPointer = keyBytes, messagePointer = message)
        {
            return Sodium.VerifyDetached(signaturePointer, messagePointer, (ulong)message.Length, keyPointer) == 0;
        }
    }

    /// <summary>Whether the bytes are a point of the curve. A derived address must not be one.</summary>
    /// <remarks>
    /// "On the curve" means that the point decompresses. libsodium's own validity check asks for more (a point of the prime-order
    /// group), so this asks whether it can add the identity.
    /// </remarks>
    public static unsafe bool IsOnCurve(Pubkey key)
    {
        Sodium.EnsureReady();
        Span<byte> point = stackalloc byte[Pubkey.SizeBytes];
        Span<byte> identity = stackalloc byte[Pubkey.SizeBytes];
        Span<byte> sum = stackalloc byte[Pubkey.SizeBytes];
        key.CopyTo(point);
        identity.Clear();
        identity[0] = 1;
        fixed (byte* sumPointer = sum, pointPointer = point, identityPointer = identity)
        {
            return Sodium.CoreAdd(sumPointer, pointPointer, identityPointer) == 0;
        }
    }
}
