namespace Pond.Primitives.Cryptography;

/// <summary>A proof of <see cref="Vrf"/>: Gamma (32 bytes), challenge (16) and response (32), RFC 9381 5.5.</summary>
public sealed class VrfProof
{
    /// <summary>The size in binary.</summary>
    public const int SizeBytes = GammaSizeBytes + ChallengeSizeBytes + ResponseSizeBytes;

    /// <summary>How many random bytes a proof stands for.</summary>
    public const int OutputSizeBytes = 64;

    internal const int ChallengeSizeBytes = 16;

    private const int GammaSizeBytes = 32;
    private const int ResponseSizeBytes = 32;

    private readonly byte[] _bytes;

    /// <summary>Copies the bytes; whether they prove anything is for <see cref="Vrf.Verify"/> to say.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 80 bytes long.</exception>
    public VrfProof(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException($"A proof is {SizeBytes} bytes, got {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    internal ReadOnlySpan<byte> Gamma => _bytes.AsSpan(0, GammaSizeBytes);

    internal ReadOnlySpan<byte> Challenge => _bytes.AsSpan(GammaSizeBytes, ChallengeSizeBytes);

    internal ReadOnlySpan<byte> Response => _bytes.AsSpan(GammaSizeBytes + ChallengeSizeBytes);

    /// <summary>A new array with the 80 bytes.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>The 64 random bytes that a proof of one's own stands for. Of a stranger's proof, use <see cref="Vrf.Verify"/>.</summary>
    public byte[] ToOutput() => Vrf.OutputOf(Gamma);
}
