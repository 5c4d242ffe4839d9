using System.Text;
using Pond.Primitives;

namespace DocumentIndex.Cheater;

/// <summary>Lies about a share of a segment's documents, so that nothing but recomputing them shows it.</summary>
/// <remarks>
/// Within each chosen document, two terms change places. The segment stays well-formed and canonical, with the same
/// documents, terms and counts; only searches for phrases, and whoever reads the source, find out.
/// </remarks>
public static class PostingForger
{
    /// <summary>Forges 5 % of the documents, rounded up, at least one; fewer only where the others hold no two different terms.</summary>
    /// <param name="honest">The segment as it ought to be.</param>
    /// <param name="random">Chooses the documents and the terms.</param>
    /// <returns>The forged segment, and which documents it lies about, ascending.</returns>
    public static (byte[] Segment, IReadOnlyList<int> Forged) Forge(ReadOnlyMemory<byte> honest, DeterministicRandom random)
    {
        var segment = Segment.Open(honest);
        var index = ForwardIndex.Of(segment);
        var documents = Enumerable.Range(0, segment.Documents.Count).ToArray();
        random.Shuffle<int>(documents);
        var chosen = documents
            .Where(document => index.TermsOf(document) is [var first, .. var others] && others.ContainsAnyExcept(first))
            .Take(SampleSize.Altered(documents.Length))
            .ToHashSet();

        var writer = new SegmentWriter();
        for (var document = 0; document < documents.Length; document++)
        {
            var terms = index.TermsOf(document).ToArray();
            if (chosen.Contains(document))
            {
                SwapTwo(terms, random);
            }

            writer.Add(segment.Documents[document], [.. terms.Select(term => Encoding.UTF8.GetString(segment.TermAt(term)))]);
        }

        return (writer.ToArray(), [.. chosen.Order()]);
    }

    private static void SwapTwo(int[] terms, DeterministicRandom random)
    {
        var one = random.NextBelow(terms.Length);
        int other;
        do
        {
            other = random.NextBelow(terms.Length);
        }
        while (terms[other] == terms[one]);

        (terms[one], terms[other]) = (terms[other], terms[one]);
    }
}
