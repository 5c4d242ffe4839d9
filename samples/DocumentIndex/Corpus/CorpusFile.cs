using System.Text;

namespace DocumentIndex;

/// <summary>A file of the corpus.</summary>
/// <param name="Path">Relative to the corpus' folder, with <c>/</c> between the names.</param>
/// <param name="SizeBytes">From 1 to <see cref="MaxSizeBytes"/>.</param>
/// <param name="Format">How its bytes become documents.</param>
public sealed record CorpusFile(string Path, int SizeBytes, DocumentFormat Format)
{
    /// <summary>The largest file that is indexed: a node holds one file at a time in memory, several times over.</summary>
    public const int MaxSizeBytes = 64 << 20;

    /// <summary>The longest path, in bytes of UTF-8: what Linux accepts.</summary>
    public const int MaxPathBytes = 4096;

    /// <summary>
    /// Whether this is a path that means the same file inside its folder on every system: relative, no empty name, no
    /// <c>.</c> or <c>..</c>, no backslash, no control character.
    /// </summary>
    public static bool IsValidPath(string path) =>
        Encoding.UTF8.GetByteCount(path) <= MaxPathBytes
        && !path.EnumerateRunes().Any(rune => rune.Value is '\\' or 0xFFFD || Rune.IsControl(rune)) // U+FFFD: no text at all.
        && path.Split('/').All(name => name is not ("" or "." or ".."));
}
