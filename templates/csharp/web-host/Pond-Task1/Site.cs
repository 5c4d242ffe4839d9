using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Pond_Task1;

/// <summary>The web site: the files of the folder <c>site</c>, as they were when the task was built.</summary>
public static class Site
{
    private const string Prefix = "site/";

    /// <summary>The pages by their path, <c>index.html</c> for example.</summary>
    public static ImmutableSortedDictionary<string, byte[]> Pages { get; } = Read();

    /// <summary>SHA-256 over all paths and pages.</summary>
    public static string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(
        [.. Pages.SelectMany(page => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(page.Key)).Concat(SHA256.HashData(page.Value)))]));

    private static ImmutableSortedDictionary<string, byte[]> Read()
    {
        var assembly = typeof(Site).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(name => name[Prefix.Length..], Bytes, StringComparer.Ordinal);

        byte[] Bytes(string name)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
