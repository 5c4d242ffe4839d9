using System.Security.Cryptography;

namespace Pond.Primitives.Cryptography;

/// <summary>
/// The verifiable random function ECVRF-EDWARDS25519-SHA512-TAI of RFC 9381, on libsodium's group operations. Its output
/// cannot be foreseen without the secret key and cannot be chosen with it: one key and input have one output.
/// </summary>
public static class Vrf
{
    private const byte Suite = 0x03;
    private const byte EncodeToCurveDomain = 0x01;
    private const byte ChallengeDomain = 0x02;
    private const byte OutputDomain = 0x03;
    private const byte Back = 0x00;
    private const int PointSizeBytes = 32;
    private const int ScalarSizeBytes = 32;

    /// <summary>Proves the output for <paramref name="input"/> (RFC 9381, 5.1).</summary>
    internal static unsafe VrfProof Prove(ReadOnlySpan<byte> seed, Pubkey publicKey, ReadOnlySpan<byte> input)
    {
        Span<byte> expanded = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(seed, expanded);
        var secret = expanded[..ScalarSizeBytes];
        secret[0] &= 0xF8;
        secret[31] = (byte)((secret[31] & 0x7F) | 0x40);

        var publicPoint = publicKey.ToArray();
        var point = EncodeToCurve(publicPoint, input);
        var gamma = Multiply(secret, point);

        Span<byte> wideNonce = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData([.. expanded[ScalarSizeBytes..], .. point], wideNonce);
        var nonce = Reduce(wideNonce);

        var fromBase = new byte[PointSizeBytes];
        fixed (byte* result = fromBase, scalar = nonce)
        {
            Check(Sodium.BaseMultiply(result, scalar));
        }

        var challenge = Challenge(publicPoint, point, gamma, fromBase, Multiply(nonce, point));
        var response = new byte[ScalarSizeBytes];
        var widened = Widen(challenge);
        fixed (byte* result = response, c = widened, x = secret, k = nonce)
        {
            Sodium.ScalarMultiply(result, c, x);
            Sodium.ScalarAdd(result, result, k);
        }

        return new VrfProof([.. gamma, .. challenge, .. response]);
    }

    /// <summary>Checks a proof (RFC 9381, 5.3).</summary>
    /// <param name="publicKey">The key that claims the output.</param>
    /// <param name="input">What the output is for.</param>
    /// <param name="proof">The claim.</param>
    /// <param name="output">The 64 random bytes, when the proof holds; empty otherwise.</param>
    public static unsafe bool Verify(Pubkey publicKey, ReadOnlySpan<byte> input, VrfProof proof, out byte[] output)
    {
        Sodium.EnsureReady();
        output = [];
        var publicPoint = publicKey.ToArray();
        var gamma = proof.Gamma.ToArray();
        var challenge = proof.Challenge;
        var response = proof.Response.ToArray();
        if (!Ed25519.IsOnCurve(publicKey) || !TryMultiply(Widen(challenge), publicPoint, out var claimedKey))
        {
            return false;
        }

        var point = EncodeToCurve(publicPoint, input);
        if (!TryMultiply(Widen(challenge), gamma, out var claimedGamma) || !TryMultiply(response, point, out var scaledPoint))
        {
            return false;
        }

        var fromBase = new byte[PointSizeBytes];
        var fromPoint = new byte[PointSizeBytes];
        fixed (byte* s = response, u = fromBase, v = fromPoint, key = claimedKey, claimed = claimedGamma, scaled = scaledPoint)
        {
            if (Sodium.BaseMultiply(u, s) != 0
                || Sodium.CoreSubtract(u, u, key) != 0
                || Sodium.CoreSubtract(v, scaled, claimed) != 0)
            {
                return false;
            }
        }

        if (!Challenge(publicPoint, point, gamma, fromBase, fromPoint).AsSpan().SequenceEqual(challenge))
        {
            return false;
        }

        output = proof.ToOutput();
        return true;
    }

    /// <summary>The output that a proof stands for (RFC 9381, 5.2). Of an unchecked proof it means nothing.</summary>
    internal static byte[] OutputOf(ReadOnlySpan<byte> gamma) =>
        SHA512.HashData([Suite, OutputDomain, .. TimesCofactor(gamma.ToArray()), Back]);

    // Try-and-increment (RFC 9381, 5.4.1.1): the first counter whose digest is a point, moved into the prime-order group.
    private static byte[] EncodeToCurve(ReadOnlySpan<byte> publicPoint, ReadOnlySpan<byte> input)
    {
        for (var counter = 0; counter <= byte.MaxValue; counter++)
        {
            var digest = SHA512.HashData([Suite, EncodeToCurveDomain, .. publicPoint, .. input, (byte)counter, Back]);
            var candidate = digest.AsSpan(0, PointSizeBytes);
            if (Ed25519.IsOnCurve(new Pubkey(candidate)))
            {
                return TimesCofactor(candidate.ToArray());
            }
        }

        // Each try fails with one half, so this is as likely as guessing a 256-bit key.
        throw new System.Diagnostics.UnreachableException("No counter gave a point of the curve.");
    }

    private static byte[] Challenge(byte[] publicPoint, byte[] point, byte[] gamma, byte[] fromBase, byte[] fromPoint) =>
        SHA512.HashData([Suite, ChallengeDomain, .. publicPoint, .. point, .. gamma, .. fromBase, .. fromPoint, Back])
            [..VrfProof.ChallengeSizeBytes];

    private static byte[] Widen(ReadOnlySpan<byte> challenge)
    {
        var scalar = new byte[ScalarSizeBytes];
        challenge.CopyTo(scalar);
        return scalar;
    }

    private static unsafe byte[] Reduce(ReadOnlySpan<byte> wide)
    {
        var scalar = new byte[ScalarSizeBytes];
        fixed (byte* result = scalar, source = wide)
        {
            Sodium.ScalarReduce(result, source);
        }

        return scalar;
    }

    private static unsafe byte[] TimesCofactor(byte[] point)
    {
        var result = point;
        fixed (byte* pointer = result)
        {
            for (var doubling = 0; doubling < 3; doubling++)
            {
                Check(Sodium.CoreAdd(pointer, pointer, pointer));
            }
        }

        return result;
    }

    private static byte[] Multiply(ReadOnlySpan<byte> scalar, byte[] point) =>
        TryMultiply(scalar, point, out var result)
            ? result
            : throw new System.Diagnostics.UnreachableException("A point of the prime-order group was refused.");

    private static unsafe bool TryMultiply(ReadOnlySpan<byte> scalar, byte[] point, out byte[] result)
    {
        result = new byte[PointSizeBytes];
        fixed (byte* resultPointer = result, scalarPointer = scalar, pointPointer = point)
        {
            return Sodium.PointMultiply(resultPointer, scalarPointer, pointPointer) == 0;
        }
    }

    private static void Check(int status)
    {
        if (status != 0)
        {
            throw new System.Diagnostics.UnreachableException("libsodium refused a point of its own making.");
        }
    }
}
