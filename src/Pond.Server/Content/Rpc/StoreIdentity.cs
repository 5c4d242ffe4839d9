using System.Security.Cryptography;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Store;

namespace Pond.Server.Content.Rpc;

/// <summary>The key that names a store to IPFS clients.</summary>
public sealed class StoreIdentity
{
    // The protocol buffer of libp2p for a public key: type Ed25519, 32 bytes.
    private static readonly byte[] KeyPrefix = [0x08, 0x01, 0x12, Pubkey.SizeBytes];

    private StoreIdentity(Pubkey key)
    {
        byte[] message = [.. KeyPrefix, .. key.ToArray()];
        PeerId = Multihash.Identity(message).ToString();
        PublicKey = Convert.ToBase64String(message);
    }

    /// <summary>The peer id of libp2p: the key's identity hash in base 58.</summary>
    public string PeerId { get; }

    /// <summary>The key in libp2p's protocol buffer, in base 64.</summary>
    public string PublicKey { get; }

    /// <summary>Reads the key of a store, which is made when there is none.</summary>
    /// <exception cref="PondException">The file cannot be read or written.</exception>
    public static StoreIdentity Open(string folder)
    {
        var path = Path.Combine(folder, "identity.json");
        try
        {
            if (File.Exists(path))
            {
                return new(Keypair.ParseKeyFile(File.ReadAllText(path)).PublicKey);
            }

            var key = Keypair.FromSeed(RandomNumberGenerator.GetBytes(Keypair.SeedSizeBytes));
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(path, options);
            writer.Write(key.ToKeyFile());
            return new(key.PublicKey);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, path);
        }
        catch (FormatException cause)
        {
            throw new PondException(
                "identity-corrupt", $"{path} holds no key: {cause.Message}", "Delete it; the store gets a new name then.", innerException: cause);
        }
    }
}
