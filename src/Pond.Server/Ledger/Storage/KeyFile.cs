using System.Text;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>A key in a file, as the tools of Solana and Koii read it, for its owner's eyes only.</summary>
internal static class KeyFile
{
    /// <summary>Writes a key, over what was there: a writer that is killed leaves the old one or the new one.</summary>
    /// <exception cref="PondException">The disk failed.</exception>
    internal static void Write(string path, Keypair keypair) =>
        DurableFiles.WriteSecret(path + ".unfinished", path, Encoding.ASCII.GetBytes(keypair.ToKeyFile()));

    /// <summary>Reads a key.</summary>
    /// <exception cref="PondException"><c>key-damaged</c>: it is not as it was written. <c>disk-denied</c>, <c>disk-failed</c>.</exception>
    internal static Keypair Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }

        try
        {
            var keypair = Keypair.ParseKeyFile(text);
            return text == keypair.ToKeyFile() ? keypair : throw new FormatException("It is not as it was written.");
        }
        catch (FormatException exception)
        {
            throw new PondException("key-damaged", $"{path} is damaged: {exception.Message}", "Restore this file from a backup.", innerException: exception);
        }
    }
}
