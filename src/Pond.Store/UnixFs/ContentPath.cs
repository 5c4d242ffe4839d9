using System.Diagnostics.CodeAnalysis;

namespace Pond.Store.UnixFs;

/// <summary>A root and the names to go down from it: <c>cid/a/b</c>, also written <c>/ipfs/cid/a/b</c> or <c>ipfs://cid/a/b</c>.</summary>
public sealed class ContentPath
{
    /// <summary>How many segments a path has at most.</summary>
    public const int MaxSegments = 64;

    private ContentPath(Cid root, IReadOnlyList<string> segments, bool endsInSlash)
    {
        Root = root;
        Segments = segments;
        EndsInSlash = endsInSlash;
    }

    /// <summary>Where the path begins.</summary>
    public Cid Root { get; }

    /// <summary>The names to follow, without <c>.</c>, <c>..</c> and empty ones.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Whether the text ended in a slash, as a directory's does in a URL.</summary>
    public bool EndsInSlash { get; }

    /// <summary>The path of a root and its segments, each one name that may hold any character.</summary>
    /// <returns>False if <c>..</c> leads above the root, or more than <see cref="MaxSegments"/> are left.</returns>
    public static bool TryCreate(Cid root, IEnumerable<string> segments, [NotNullWhen(true)] out ContentPath? path)
    {
        path = null;
        var kept = new List<string>();
        var last = "-";
        foreach (var segment in segments)
        {
            last = segment;
            switch (segment)
            {
                case "" or ".":
                    break;
                case ".." when kept.Count == 0:
                    return false;
                case "..":
                    kept.RemoveAt(kept.Count - 1);
                    break;
                default:
                    kept.Add(segment);
                    break;
            }
        }

        path = kept.Count <= MaxSegments ? new(root, kept, last.Length == 0) : null;
        return path is not null;
    }

    /// <summary>Reads a path as people write it, without percent-encoding.</summary>
    /// <exception cref="FormatException">It does not begin with a CID, leads above its root, or has too many segments.</exception>
    public static ContentPath Parse(string text)
    {
        var rest = text.StartsWith("/ipfs/", StringComparison.Ordinal) ? text["/ipfs/".Length..]
            : text.StartsWith("ipfs://", StringComparison.Ordinal) ? text["ipfs://".Length..]
            : text;
        var parts = rest.Split('/');
        return Cid.TryParse(parts[0], out var root) && TryCreate(root, parts.Skip(1), out var path)
            ? path
            : throw new FormatException(
                $"'{text}' is no content path: expected a CID and at most {MaxSegments} names, as in <cid>/folder/file.");
    }

    /// <summary>The path in its short form, <c>cid/a/b</c>.</summary>
    public override string ToString() => string.Join('/', Segments.Prepend(Root.ToString()));
}
