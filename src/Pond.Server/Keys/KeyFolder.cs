using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Cryptography;

namespace Pond.Server.Keys;

/// <summary>A folder of key stores, each by its name.</summary>
/// <param name="folder">Where; made when the first key is written.</param>
public sealed class KeyFolder(string folder)
{
    /// <summary>The name of a key that nobody named.</summary>
    public const string DefaultName = "main";

    private const string Suffix = ".key";
    private const int MaxNameLength = 32;

    /// <summary>All key stores in it, by name; what can't be read is left out.</summary>
    public ImmutableSortedDictionary<string, KeyStoreHead> List()
    {
        var heads = ImmutableSortedDictionary.CreateBuilder<string, KeyStoreHead>(StringComparer.Ordinal);
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + Suffix) : [])
        {
            try
            {
                heads[Path.GetFileNameWithoutExtension(path)] = KeyStore.ReadHead(path);
            }
            catch (PondException)
            {
                // Whoever asks for it by its name is told.
            }
        }

        return heads.ToImmutable();
    }

    /// <summary>Where the key store of that name is.</summary>
    /// <exception cref="PondException"><c>name-invalid</c></exception>
    public string PathOf(string name) =>
        name is { Length: > 0 and <= MaxNameLength } && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-')
            ? Path.Combine(folder, name + Suffix)
            : throw new PondException("name-invalid", $"'{name}' is no name for a key.", $"Take up to {MaxNameLength} small letters, digits and hyphens.");

    /// <summary>Writes a new key store.</summary>
    /// <exception cref="PondException"><c>key-exists</c>, or as <see cref="KeyStore.Write"/>.</exception>
    public string Add(string name, StoredSecret secret, string passphrase, SecretBoxCost cost)
    {
        var path = PathOf(name);
        if (File.Exists(path))
        {
            throw new PondException("key-exists", $"There is a key '{name}' already: {path}.", "Take another name. A key that may still own something is never overwritten.");
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        KeyStore.Write(path, secret, passphrase, cost);
        return path;
    }
}
