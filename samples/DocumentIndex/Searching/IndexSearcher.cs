using System.Text;

namespace DocumentIndex;

/// <summary>Finds the documents of a segment that fit some words best.</summary>
/// <remarks>
/// The score is BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): how often a term stands in
/// a document, in its title more than in its text, against how long the two are and how rare the term is. It grows where
/// neighbours in the query stand close together and with the share of the title that the query names, and it is multiplied
/// by the square of the share of the query, by rarity, that the document has.
/// </remarks>
public sealed class IndexSearcher
{
    /// <summary>How soon more of the same term stops to count; the customary value.</summary>
    private const double Saturation = 1.2;

    /// <summary>How much a longer text discounts what stands in it, from 0 to 1; the customary value.</summary>
    private const double LengthDiscount = 0.75;

    /// <summary>A title says what its document is about, so a term there counts as this many in the text.</summary>
    private const double TitleWeight = 5;

    /// <summary>What two neighbours of the query add if they are neighbours in the text, in parts of their rarity.</summary>
    private const double ProximityWeight = 0.5;

    /// <summary>The same in the title.</summary>
    private const double TitleProximityWeight = 2;

    /// <summary>By how much the score grows if the query is the whole title: who asks for a type means the type.</summary>
    private const double TitleCoverWeight = 0.5;

    /// <summary>Further apart than this, two terms have nothing to do with each other.</summary>
    private const int NearDistance = 8;

    private readonly Segment _segment;
    private readonly double _averageTitle;
    private readonly double _averageText;

    /// <summary>Prepares searches in a segment, as a rule the merged one.</summary>
    public IndexSearcher(Segment segment)
    {
        _segment = segment;
        var count = Math.Max(1.0, segment.Documents.Count);
        _averageTitle = Math.Max(1, segment.Documents.Sum(row => (long)row.TitleTokens) / count);
        _averageText = Math.Max(1, segment.Documents.Sum(row => (long)row.Tokens - row.TitleTokens) / count);
    }

    /// <summary>The best documents, the best first; of equals, the first in the corpus.</summary>
    /// <param name="query">Words or identifiers; cut into terms as documents are.</param>
    /// <param name="limit">How many to return at most.</param>
    /// <returns>Nothing if no document has any of the terms.</returns>
    /// <exception cref="InvalidDataException">The segment's postings can't be read.</exception>
    public IReadOnlyList<SearchHit> Search(string query, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var terms = Tokenizer.Terms(query).Distinct(StringComparer.Ordinal).ToArray();
        var weights = new double[terms.Length];
        var matches = new Dictionary<int, int[]?[]>();
        for (var term = 0; term < terms.Length; term++)
        {
            var found = Collect(terms[term], term, terms.Length, matches);
            weights[term] = Math.Log(1 + ((_segment.Documents.Count - found + 0.5) / (found + 0.5)));
        }

        return
        [
            .. matches.Select(match => (match.Key, Score: Score(_segment.Documents[match.Key], match.Value, weights)))
                .OrderByDescending(match => match.Score)
                .ThenBy(match => match.Key)
                .Take(limit)
                .Select(match => new SearchHit(_segment.Documents[match.Key], match.Score)),
        ];
    }

    /// <summary>Notes where each document has the term, and counts the documents.</summary>
    private int Collect(string text, int term, int terms, Dictionary<int, int[]?[]> matches)
    {
        var number = _segment.Find(Encoding.UTF8.GetBytes(text));
        if (number < 0)
        {
            return 0;
        }

        var found = 0;
        for (var postings = _segment.PostingsOf(number); postings.MoveNext(); found++)
        {
            if (!matches.TryGetValue(postings.Document, out var positions))
            {
                matches.Add(postings.Document, positions = new int[terms][]);
            }

            positions[term] = postings.Positions.ToArray();
        }

        return found;
    }

    /// <summary>Scores a document by where it has each term of the query, null where it has not, and how rare each is.</summary>
    private double Score(DocumentRow row, int[]?[] positions, double[] weights)
    {
        var (score, present) = (0.0, 0.0);
        for (var term = 0; term < positions.Length; term++)
        {
            if (positions[term] is { } own)
            {
                score += weights[term] * Frequency(row, own);
                present += weights[term];
            }

            if (term > 0 && positions[term - 1] is { } left && positions[term] is { } right)
            {
                score += (weights[term - 1] + weights[term]) * Proximity(row, left, right);
            }
        }

        var share = present / weights.Sum();
        var inTitle = positions.Count(own => own is not null && own[0] < row.TitleTokens);
        return score * share * share * (1 + (TitleCoverWeight * inTitle / Math.Max(1, row.TitleTokens)));
    }

    private double Frequency(DocumentRow row, int[] positions)
    {
        // Once is enough in a title: String.Join is not more about strings for each string that it takes.
        var inText = positions.Count(position => position >= row.TitleTokens);
        var frequency = (inText < positions.Length ? TitleWeight / Discount(row.TitleTokens, _averageTitle) : 0)
            + (inText / Discount(row.Tokens - row.TitleTokens, _averageText));
        return frequency * (Saturation + 1) / (frequency + Saturation);
    }

    private static double Discount(int length, double average) => 1 - LengthDiscount + (LengthDiscount * length / average);

    /// <summary>The closest pair counts: fully if right follows left, less with each word between or if the order is turned.</summary>
    private static double Proximity(DocumentRow row, int[] left, int[] right)
    {
        var best = 0.0;
        for (var (at, other) = (0, 0); at < left.Length && other < right.Length;)
        {
            var distance = right[other] - left[at];
            var steps = distance > 0 ? distance : 1 - distance;
            var areInTitle = Math.Max(left[at], right[other]) < row.TitleTokens;
            if (steps <= NearDistance)
            {
                best = Math.Max(best, (areInTitle ? TitleProximityWeight : ProximityWeight) / steps);
            }

            (at, other) = distance > 0 ? (at + 1, other) : (at, other + 1);
        }

        return best;
    }
}
