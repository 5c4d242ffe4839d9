using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Pond.Primitives.Cryptography;

/// <summary>A seed phrase: 12 to 24 English words that stand for all of an operator's keys. Source: BIP-39.</summary>
/// <remarks>Whoever reads it owns all that its keys own: <see cref="ToString"/> does not show it.</remarks>
public sealed class Mnemonic
{
    /// <summary>How long the seed is that the words stand for.</summary>
    public const int SeedSizeBytes = 64;

    private const int BitsPerWord = 11;
    private const int Iterations = 2048;

    private static readonly ImmutableArray<string> WordList = ReadWordList();

    private Mnemonic(ImmutableArray<string> words) => Words = words;

    /// <summary>The words, in order.</summary>
    public ImmutableArray<string> Words { get; }

    /// <summary>The words with a blank between each two: the phrase as it is written down.</summary>
    public string Phrase => string.Join(' ', Words);

    /// <summary>The phrase for some randomness.</summary>
    /// <param name="entropy">16, 20, 24, 28 or 32 random bytes, for 12, 15, 18, 21 or 24 words.</param>
    public static Mnemonic FromEntropy(ReadOnlySpan<byte> entropy)
    {
        if (entropy.Length is < 16 or > 32 || entropy.Length % 4 != 0)
        {
            throw new ArgumentException($"A phrase is made of 16, 20, 24, 28 or 32 bytes, not of {entropy.Length}.", nameof(entropy));
        }

        // The first bits of the hash follow the randomness, one for each 32 bits of it.
        byte[] bits = [.. entropy, SHA256.HashData(entropy)[0]];
        var words = new string[entropy.Length * 8 * 33 / 32 / BitsPerWord];
        for (var index = 0; index < words.Length; index++)
        {
            words[index] = WordList[ReadBits(bits, index * BitsPerWord)];
        }

        return new([.. words]);
    }

    /// <summary>Reads a phrase; case and the kind of blanks don't matter.</summary>
    /// <exception cref="FormatException">It has the wrong length, a word that is not in the list, or a checksum that does not hold. The message names
    /// the place and never a word.</exception>
    public static Mnemonic Parse(string phrase)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        var words = phrase.Split(null as char[], StringSplitOptions.RemoveEmptyEntries).Select(word => word.ToLowerInvariant()).ToImmutableArray();
        if (words.Length is < 12 or > 24 || words.Length % 3 != 0)
        {
            throw new FormatException($"A seed phrase has 12, 15, 18, 21 or 24 words; this one has {words.Length}.");
        }

        var bits = new byte[(words.Length * BitsPerWord / 8) + 1];
        foreach (var (place, word) in words.Index())
        {
            // The list is in the order of its letters.
            var index = WordList.BinarySearch(word, StringComparer.Ordinal);
            if (index < 0)
            {
                throw new FormatException($"Word {place + 1} is not one of the 2048 words of a seed phrase; look how it is spelt.");
            }

            for (var bit = 0; bit < BitsPerWord; bit++)
            {
                var at = (place * BitsPerWord) + bit;
                bits[at / 8] |= (byte)(((index >> (BitsPerWord - 1 - bit)) & 1) << (7 - (at % 8)));
            }
        }

        var entropy = bits.AsSpan(0, words.Length * BitsPerWord / 33 * 4);
        return FromEntropy(entropy) is var read && read.Words.SequenceEqual(words, StringComparer.Ordinal)
            ? read
            : throw new FormatException("The words don't belong together: one is wrong, or two have changed places.");
    }

    /// <summary>The seed that the words stand for.</summary>
    /// <param name="passphrase">A further secret that is part of the phrase; empty for none. Letters of ASCII only: other letters have several
    /// spellings in bytes, and the wrong one would silently give other keys.</param>
    /// <exception cref="FormatException">The passphrase has a letter outside of ASCII.</exception>
    public byte[] ToSeed(string passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        return Ascii.IsValid(passphrase)
            ? Rfc2898DeriveBytes.Pbkdf2(
                System.Text.Encoding.ASCII.GetBytes(Phrase), System.Text.Encoding.ASCII.GetBytes("mnemonic" + passphrase), Iterations, HashAlgorithmName.SHA512, SeedSizeBytes)
            : throw new FormatException("The passphrase of a seed phrase may have only letters, digits and signs of ASCII here.");
    }

    /// <summary>How many words it has; never which.</summary>
    public override string ToString() => $"a seed phrase of {Words.Length} words";

    private static int ReadBits(ReadOnlySpan<byte> bits, int start)
    {
        var value = 0;
        for (var at = start; at < start + BitsPerWord; at++)
        {
            value = (value << 1) | ((bits[at / 8] >> (7 - (at % 8))) & 1);
        }

        return value;
    }

    private static ImmutableArray<string> ReadWordList()
    {
        using var stream = typeof(Mnemonic).Assembly.GetManifestResourceStream("bip39-english.txt")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return [.. System.Text.Encoding.ASCII.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
