using System.Collections.Immutable;
using System.Text;

namespace DocumentIndex;

/// <summary>The part of a text that shows best why a search found it.</summary>
/// <param name="Text">One line; an ellipsis stands where text was left out.</param>
/// <param name="Hits">The query's terms in it, ascending.</param>
public sealed record Snippet(string Text, ImmutableArray<Range> Hits)
{
    private const char Ellipsis = '…';

    /// <summary>Cuts the window with the most different terms out of a text, then the one with the most hits, then the first.</summary>
    /// <param name="text">The document's text; runs of white space count as one space.</param>
    /// <param name="terms">The query's terms, as <see cref="Tokenizer"/> gives them.</param>
    /// <param name="maxLength">How many UTF-16 units the window may have, apart from ellipses; at least 1.</param>
    public static Snippet Make(string text, IEnumerable<string> terms, int maxLength = 160)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        var line = OneLine(text);
        var hits = FindHits(line, new HashSet<string>(terms, StringComparer.Ordinal));
        var (start, end) = Window(line, BestRun(hits, maxLength), maxLength);
        var prefix = start > 0 ? 1 : 0;
        var shown = $"{(prefix > 0 ? Ellipsis : null)}{line[start..end]}{(end < line.Length ? Ellipsis : null)}";
        var offset = prefix - start;
        return new(shown, [.. Joined(hits.Where(hit => hit.Start >= start && hit.End <= end)).Select(hit => (hit.Start + offset)..(hit.End + offset))]);
    }

    /// <summary>The text with something before and after each hit.</summary>
    public string Mark(string before, string after)
    {
        var marked = new StringBuilder();
        var done = 0;
        foreach (var hit in Hits)
        {
            marked.Append(Text, done, hit.Start.Value - done).Append(before).Append(Text[hit]).Append(after);
            done = hit.End.Value;
        }

        return marked.Append(Text, done, Text.Length - done).ToString();
    }

    private static string OneLine(string text) =>
        // Where markup was taken out, a space is left before the full stop or comma that followed it.
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Replace(" . ", ". ", StringComparison.Ordinal)
            .Replace(" , ", ", ", StringComparison.Ordinal);

    private static List<Hit> FindHits(string line, HashSet<string> terms)
    {
        var known = terms.GetAlternateLookup<ReadOnlySpan<char>>();
        var hits = new List<Hit>();
        var tokenizer = new Tokenizer(line);
        while (tokenizer.MoveNext())
        {
            if (known.TryGetValue(tokenizer.Term, out var term))
            {
                hits.Add(new(tokenizer.Start, tokenizer.End, term));
            }
        }

        return hits;
    }

    /// <summary>Makes one hit of those that touch: <c>CancelAfter</c> is two terms, but is read as one.</summary>
    private static List<Hit> Joined(IEnumerable<Hit> hits)
    {
        var joined = new List<Hit>();
        foreach (var hit in hits)
        {
            if (joined.Count > 0 && joined[^1].End == hit.Start)
            {
                joined[^1] = joined[^1] with { End = hit.End };
            }
            else
            {
                joined.Add(hit);
            }
        }

        return joined;
    }

    /// <summary>From where to where the hits of the best window reach.</summary>
    private static (int Start, int End) BestRun(List<Hit> hits, int maxLength)
    {
        var (best, bestTerms, bestCount) = ((0, 0), 0, 0);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var (first, last) = (0, 0); last < hits.Count; last++)
        {
            counts[hits[last].Term] = counts.GetValueOrDefault(hits[last].Term) + 1;
            for (; first < last && hits[last].End - hits[first].Start > maxLength; first++)
            {
                if (--counts[hits[first].Term] == 0)
                {
                    counts.Remove(hits[first].Term);
                }
            }

            var count = last - first + 1;
            if (counts.Count > bestTerms || (counts.Count == bestTerms && count > bestCount))
            {
                (best, bestTerms, bestCount) = ((hits[first].Start, hits[last].End), counts.Count, count);
            }
        }

        return best;
    }

    /// <summary>Widens a run to the length of a snippet and moves its ends to the borders of words.</summary>
    private static (int Start, int End) Window(string line, (int Start, int End) run, int maxLength)
    {
        var start = Math.Clamp(run.Start - ((maxLength - (run.End - run.Start)) / 2), 0, Math.Max(0, line.Length - maxLength));
        var end = Math.Min(line.Length, start + maxLength);
        if (start > 0 && line.IndexOf(' ', start, Math.Max(0, run.Start - start)) is >= 0 and var space)
        {
            start = space + 1;
        }

        if (end < line.Length && line.LastIndexOf(' ', end, end - Math.Min(end, run.End)) is >= 0 and var lastSpace && lastSpace >= run.End)
        {
            end = lastSpace;
        }

        return (start, end);
    }

    private readonly record struct Hit(int Start, int End, string Term);
}
