using System.Text.Json;

namespace Pond.Primitives.Cryptography;

/// <summary>An Ed25519 key that can sign. The secret half stays inside; nothing here prints it.</summary>
public sealed class Keypair
{
    /// <summary>The seed of RFC 8032, from which both halves follow.</summary>
    public const int SeedSizeBytes = 32;

    private const int SecretKeySizeBytes = 64;

    private readonly byte[] _secretKey;

    private Keypair(Pubkey publicKey, byte[] secretKey)
    {
        PublicKey = publicKey;
        _secretKey = secretKey;
    }

    /// <summary>The public half, which is also the address of the key's account.</summary>
    public Pubkey PublicKey { get; }

    /// <summary>The key that a 32-byte seed stands for.</summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> is not 32 bytes long.</exception>
    public static unsafe Keypair FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSizeBytes)
        {
            throw new ArgumentException($"A seed is {SeedSizeBytes} bytes, got {seed.Length}.", nameof(seed));
        }

        Sodium.EnsureReady();
        Span<byte> publicKey = stackalloc byte[Pubkey.SizeBytes];
        var secretKey = new byte[SecretKeySizeBytes];
        fixed (byte* seedPointer = seed, publicPointer = publicKey, secretPointer = secretKey)
        {
            _ = Sodium.SignSeedKeypair(publicPointer, secretPointer, seedPointer);
        }

        return new Keypair(new Pubkey(publicKey), secretKey);
    }

    /// <summary>Reads the key file of Solana's and Koii's tools: a JSON array of 64 numbers, seed then public key.</summary>
    /// <exception cref="FormatException">The text is something else, or the two halves do not belong together.</exception>
    public static Keypair ParseKeyFile(string json)
    {
        // As numbers: System.Text.Json reads a byte[] from base64 text only.
        int[]? numbers;
        try
        {
            numbers = JsonSerializer.Deserialize<int[]>(json);
        }
        catch (JsonException exception)
        {
            throw new FormatException("A key file is a JSON array of 64 numbers.", exception);
        }

        if (numbers is not { Length: SecretKeySizeBytes } || Array.Exists(numbers, number => number is < 0 or > byte.MaxValue))
        {
            throw new FormatException("A key file is a JSON array of 64 numbers from 0 to 255.");
        }

        var bytes = Array.ConvertAll(numbers, number => (byte)number);
        var keypair = FromSeed(bytes.AsSpan(0, SeedSizeBytes));
        return keypair.PublicKey == new Pubkey(bytes.AsSpan(SeedSizeBytes))
            ? keypair
            : throw new FormatException("The key file's second half is not the public key of its first half.");
    }

    /// <summary>The key as a key file of Solana's and Koii's tools. It holds the secret: write it for the owner's eyes only.</summary>
    public string ToKeyFile() => JsonSerializer.Serialize(Array.ConvertAll(_secretKey, value => (int)value));

    /// <summary>Signs a message. The same message always gets the same signature.</summary>
    public unsafe Signature Sign(ReadOnlySpan<byte> message)
    {
        Span<byte> signature = stackalloc byte[Signature.SizeBytes];
        fixed (byte* signaturePointer = signature, messagePointer = message, secretPointer = _secretKey)
        {
            _ = Sodium.SignDetached(signaturePointer, null, messagePointer, (ulong)message.Length, secretPointer);
        }

        return new Signature(signature);
    }

    /// <summary>Proves an output of the verifiable random function for <paramref name="input"/>: <see cref="Vrf"/>.</summary>
    public VrfProof Prove(ReadOnlySpan<byte> input) => Vrf.Prove(_secretKey.AsSpan(0, SeedSizeBytes), PublicKey, input);

    /// <summary>The public key; never the secret.</summary>
    public override string ToString() => PublicKey.ToString();
}
