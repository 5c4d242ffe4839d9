using System.Security.Cryptography;
using Pond.Primitives;
using Pond.Primitives.Cryptography;

namespace Pond.Simulation.Ledger;

/// <summary>A key of a simulation: a real one, or a secret whose hash stands for a key.</summary>
internal sealed class SimulatedKey
{
    private readonly byte[] _secret;

    private SimulatedKey(byte[] secret, Keypair? keypair)
    {
        (_secret, Keypair) = (secret, keypair);
        PublicKey = keypair?.PublicKey ?? new Pubkey(SHA256.HashData(secret));
    }

    internal Pubkey PublicKey { get; }

    /// <summary>The real key; null where hashes stand in.</summary>
    internal Keypair? Keypair { get; }

    internal static SimulatedKey Of(ulong seed, string name, bool isReal)
    {
        var random = DeterministicRandom.ForStream(seed, $"key {name}");
        var secret = new byte[Keypair.SeedSizeBytes];
        for (var offset = 0; offset < secret.Length; offset += sizeof(ulong))
        {
            BitConverter.TryWriteBytes(secret.AsSpan(offset), random.NextUInt64());
        }

        return new(secret, isReal ? Keypair.FromSeed(secret) : null);
    }

    internal Signature Sign(ReadOnlySpan<byte> message)
    {
        if (Keypair is not null)
        {
            return Keypair.Sign(message);
        }

        Span<byte> input = stackalloc byte[SHA256.HashSizeInBytes * 2];
        _secret.CopyTo(input);
        SHA256.HashData(message, input[SHA256.HashSizeInBytes..]);
        Span<byte> signature = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(input, signature);
        return new Signature(signature);
    }
}
