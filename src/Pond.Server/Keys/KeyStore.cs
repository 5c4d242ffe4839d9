using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Content;

namespace Pond.Server.Keys;

/// <summary>A file with an operator's secret, sealed by a passphrase: docs/protocol/keys.md has the format.</summary>
public static class KeyStore
{
    /// <summary>The least length of a passphrase: with less, guessing is cheap however much a guess costs.</summary>
    public const int MinPassphraseLength = 8;

    private const string Kind = "key-store";
    private const int MaxFileBytes = 16 * 1024;

    /// <summary>Whether a file's text is a key store, and not a plain key file.</summary>
    public static bool IsOne(string text) => text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal);

    /// <summary>Writes a key store, for its owner's eyes only: a writer that is killed leaves the old one or the new one.</summary>
    /// <param name="path">Where.</param>
    /// <param name="secret">What.</param>
    /// <param name="passphrase">At least <see cref="MinPassphraseLength"/> letters.</param>
    /// <param name="cost">What a guess costs.</param>
    /// <exception cref="PondException"><c>passphrase-weak</c>, <c>memory-missing</c>, or the disk failed.</exception>
    public static void Write(string path, StoredSecret secret, string passphrase, SecretBoxCost cost)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(passphrase);
        if (passphrase.Length < MinPassphraseLength)
        {
            throw new PondException(
                "passphrase-weak", $"A passphrase has at least {MinPassphraseLength} letters; this one has {passphrase.Length}.", "Take four words that nobody would guess.");
        }

        var head = new KeyStoreHead
        {
            Pond = Kind,
            Version = KeyStoreHead.CurrentVersion,
            Address = secret.Keys.Main.PublicKey,
            Scheme = secret.Phrase is null ? null : KeySchemes.NameOf(secret.Scheme),
            Operations = cost.Operations,
            MemoryBytes = cost.MemoryBytes,
            Salt = RandomNumberGenerator.GetBytes(SecretBox.SaltSizeBytes),
            Nonce = RandomNumberGenerator.GetBytes(SecretBox.NonceSizeBytes),
        };
        var plain = JsonSerializer.SerializeToUtf8Bytes(
            new Content(secret.Phrase?.Phrase, secret.Phrase is null ? null : secret.PhrasePassphrase, secret.Phrase is null ? secret.Keys.Main.ToKeyFile() : null),
            PondJson.Options);
        var box = SecretBox.Seal(plain, Bind(head), Encoding.UTF8.GetBytes(passphrase), cost, head.Salt, head.Nonce);
        CryptographicOperations.ZeroMemory(plain);
        DurableFiles.WriteSecret(path + ".unfinished", path, JsonSerializer.SerializeToUtf8Bytes(new Sealed(head, box), PondJson.Options));
        DurableFiles.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>What of a key store everybody may read.</summary>
    /// <exception cref="PondException"><c>key-missing</c>, <c>key-unreadable</c>, <c>key-store-too-new</c>, or the disk failed.</exception>
    public static KeyStoreHead ReadHead(string path) => Read(path).Head;

    /// <summary>Opens a key store.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="passphrase">Its passphrase.</param>
    /// <exception cref="PondException"><c>passphrase-wrong</c>, or as <see cref="ReadHead"/>.</exception>
    public static StoredSecret Open(string path, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        var file = Read(path);
        var head = file.Head;
        var plain = SecretBox.Open(
            file.Box, Bind(head), Encoding.UTF8.GetBytes(passphrase), new(head.Operations, head.MemoryBytes), head.Salt, head.Nonce)
            ?? throw new PondException(
                "passphrase-wrong", $"The passphrase does not open {path}, or the file was changed.", "Try again; if you are sure of it, restore the file from a backup, or import your seed phrase.");
        try
        {
            var content = JsonSerializer.Deserialize<Content>(plain, PondJson.Options)!;
            var secret = content.Phrase is { } phrase && KeySchemes.TryParse(head.Scheme, out var scheme)
                ? StoredSecret.Of(Mnemonic.Parse(phrase), content.PhrasePassphrase ?? "", scheme)
                : StoredSecret.Of(Keypair.ParseKeyFile(content.Key ?? ""));
            return secret.Keys.Main.PublicKey == head.Address ? secret : throw new FormatException("It holds another key than it says.");
        }
        catch (Exception cause) when (cause is JsonException or FormatException)
        {
            throw Unreadable(path, cause);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static Sealed Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxFileBytes)
            {
                throw new FormatException("It is too long.");
            }

            var store = JsonSerializer.Deserialize<Sealed>(file, PondJson.Options);
            if (store is not { Head.Pond: Kind, Box: not null })
            {
                throw new FormatException("It is none.");
            }

            if (store.Head.Version != KeyStoreHead.CurrentVersion)
            {
                throw new PondException(
                    "key-store-too-new",
                    $"The key store {path} has version {store.Head.Version}; this program knows version {KeyStoreHead.CurrentVersion}.",
                    "Use the program that wrote it, or import your seed phrase.");
            }

            // A forged file must neither take all memory nor stop the program.
            return store.Head is { Operations: >= 1, MemoryBytes: >= 8192, Salt.Length: SecretBox.SaltSizeBytes, Nonce.Length: SecretBox.NonceSizeBytes }
                && store.Head.Operations <= SecretBoxCost.Most.Operations && store.Head.MemoryBytes <= SecretBoxCost.Most.MemoryBytes
                ? store
                : throw new FormatException("What a guess costs, its salt or its nonce is out of bounds.");
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PondException("key-missing", $"There is no key store {path}.", "Look which there are with 'pond key list', or make one with 'pond key new'.", innerException: cause);
        }
        catch (Exception cause) when (cause is JsonException or FormatException)
        {
            throw Unreadable(path, cause);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }
    }

    private static byte[] Bind(KeyStoreHead head) => JsonSerializer.SerializeToUtf8Bytes(head, PondJson.Options);

    private static PondException Unreadable(string path, Exception cause) => new(
        "key-unreadable", $"{path} can't be read as a key store: {cause.Message}", "Restore it from a backup, or import your seed phrase.", innerException: cause);

    private sealed record Content(string? Phrase, string? PhrasePassphrase, string? Key);

    private sealed record Sealed(KeyStoreHead Head, byte[] Box);
}
