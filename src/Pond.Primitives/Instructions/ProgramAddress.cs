using System.Security.Cryptography;
using Pond.Primitives.Cryptography;

namespace Pond.Primitives.Instructions;

/// <summary>Addresses that are computed and not drawn: program-derived ones, ones with a seed, and stake pots.</summary>
public static class ProgramAddress
{
    /// <summary>The longest seed.</summary>
    public const int MaxSeedSizeBytes = 32;

    /// <summary>The most seeds of a program-derived address, the bump included.</summary>
    public const int MaxSeeds = 16;

    private const string PotPrefix = "stakepotaccount";

    // Stands before TaskManagers, which is computed with it.
    private static readonly byte[] Marker = System.Text.Encoding.UTF8.GetBytes("ProgramDerivedAddress");

    /// <summary>The account with the network's managers: the address derived from <c>manager</c> for the KOII task program.</summary>
    public static readonly Pubkey TaskManagers = Find([System.Text.Encoding.UTF8.GetBytes("manager")], ProgramIds.Task).Address;

    // All base58 texts of 43 characters with the prefix lie between these two.
    private static readonly byte[] PotFrom = Convert.FromHexString("0d095d457806c13353bba20b");
    private static readonly byte[] PotTo = Convert.FromHexString("0d095d457806c13353bba21b");

    /// <summary>SHA-256 of base, seed and owner: the address of CreateAccountWithSeed.</summary>
    /// <exception cref="ArgumentException">The seed is longer than 32 bytes, or the owner ends like a derived address' input.</exception>
    public static Pubkey WithSeed(Pubkey address, string seed, Pubkey owner) =>
        TryWithSeed(address, seed, owner, out var result)
            ? result
            : throw new ArgumentException($"A seed is at most {MaxSeedSizeBytes} bytes, and the owner must not end with the derivation's marker.", nameof(seed));

    /// <inheritdoc cref="WithSeed"/>
    public static bool TryWithSeed(Pubkey address, string seed, Pubkey owner, out Pubkey result)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(seed);
        var ownerBytes = owner.ToArray();
        if (bytes.Length > MaxSeedSizeBytes || ownerBytes.AsSpan().EndsWith(Marker))
        {
            result = default;
            return false;
        }

        result = new(SHA256.HashData([.. address.ToArray(), .. bytes, .. ownerBytes]));
        return true;
    }

    /// <summary>The address that a program signs for with these seeds and no other program can.</summary>
    /// <returns>False if the result is on the curve, where somebody might hold a key for it.</returns>
    /// <exception cref="ArgumentException">There are too many seeds, or one is too long.</exception>
    public static bool TryDerive(IReadOnlyCollection<byte[]> seeds, Pubkey program, out Pubkey address)
    {
        if (seeds.Count > MaxSeeds || seeds.Any(seed => seed.Length > MaxSeedSizeBytes))
        {
            throw new ArgumentException($"At most {MaxSeeds} seeds of at most {MaxSeedSizeBytes} bytes.", nameof(seeds));
        }

        address = new(SHA256.HashData([.. seeds.SelectMany(seed => seed), .. program.ToArray(), .. Marker]));
        return !Ed25519.IsOnCurve(address);
    }

    /// <summary>The address that <see cref="TryDerive"/> gives.</summary>
    /// <exception cref="ArgumentException">There are too many seeds, one is too long, or the result is on the curve.</exception>
    public static Pubkey Derive(IReadOnlyCollection<byte[]> seeds, Pubkey program) =>
        TryDerive(seeds, program, out var address)
            ? address
            : throw new ArgumentException("These seeds lead to an address on the curve; another bump may not.", nameof(seeds));

    /// <summary>The first derived address counting an added seed byte down from 255, with that byte.</summary>
    /// <exception cref="ArgumentException">There are too many seeds, one is too long, or no byte leads off the curve.</exception>
    public static (Pubkey Address, byte Bump) Find(IReadOnlyCollection<byte[]> seeds, Pubkey program)
    {
        for (var bump = (int)byte.MaxValue; bump >= 0; bump--)
        {
            if (TryDerive([.. seeds, [(byte)bump]], program, out var address))
            {
                return (address, (byte)bump);
            }
        }

        throw new ArgumentException("No bump seed leads to an address off the curve.", nameof(seeds));
    }

    /// <summary>
    /// Searches a stake pot's address as Koii's clients do: a public key whose base58 text is overwritten with
    /// <c>stakepotaccount</c>, until the result is a point of the curve. Nobody has a key for it.
    /// </summary>
    /// <param name="nextSeed">Gives 32 unpredictable bytes per call. About four calls in all are needed.</param>
    public static Pubkey FindStakePot(Func<byte[]> nextSeed)
    {
        while (true)
        {
            var text = Keypair.FromSeed(nextSeed()).PublicKey.ToString();
            if (Pubkey.TryParse(PotPrefix + text[PotPrefix.Length..], out var candidate)
                && IsStakePot(candidate) && Ed25519.IsOnCurve(candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>Whether the address' text begins with <c>stakepotaccount</c> and has the 43 characters of a stake pot.</summary>
    public static bool IsStakePot(Pubkey address)
    {
        var start = address.ToArray().AsSpan(0, PotFrom.Length);
        return start.SequenceCompareTo(PotFrom) >= 0 && start.SequenceCompareTo(PotTo) <= 0
            && address.ToString().StartsWith(PotPrefix, StringComparison.Ordinal);
    }
}
