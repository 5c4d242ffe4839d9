using System.Text;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Content;

namespace Pond.Server.Keys;

/// <summary>A key as the tools of Koii and Solana keep it: a JSON array of 64 numbers that no passphrase protects.</summary>
public static class PlainKeyFile
{
    /// <summary>Writes a key for its owner's eyes only, over what was there.</summary>
    /// <exception cref="PondException">The disk failed.</exception>
    public static void Write(string path, Keypair key)
    {
        ArgumentNullException.ThrowIfNull(key);
        DurableFiles.WriteSecret(path + ".unfinished", path, Encoding.ASCII.GetBytes(key.ToKeyFile()));
    }

    /// <summary>Reads a key.</summary>
    /// <exception cref="PondException"><c>key-missing</c> or <c>key-unreadable</c>.</exception>
    public static Keypair Read(string path)
    {
        try
        {
            return Keypair.ParseKeyFile(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PondException("key-missing", $"There is no key file {path}.", "Put your id.json there, or correct WALLET_LOCATION or the option that names it.", innerException: exception);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new PondException("key-unreadable", $"The key file {path} can't be read: {exception.Message}", "It is a JSON array of 64 numbers.", innerException: exception);
        }
    }
}
