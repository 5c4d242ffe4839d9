using System.Collections.Immutable;
using System.Text;
using Pond.Primitives;

namespace DocumentIndex;

/// <summary>Audits what another node submitted: it checks the form of everything and recomputes a random sample.</summary>
public static class SubmissionAuditor
{
    /// <summary>Checks a candidate's segments.</summary>
    /// <param name="plan">The corpus.</param>
    /// <param name="assigned">The shards that the candidate had to index.</param>
    /// <param name="segments">The bytes that the candidate submitted for each shard.</param>
    /// <param name="readSlice">Fetches the documents.</param>
    /// <param name="random">Draws the sample: seeded by the round's beacon and the auditor's key, so that nobody foresees it.</param>
    /// <param name="cancellationToken">Stops the audit.</param>
    /// <returns>Abstain only if nothing is wrong with what could be read.</returns>
    public static async ValueTask<AuditReport> CheckAsync(
        CorpusPlan plan,
        IReadOnlyCollection<int> assigned,
        IReadOnlyDictionary<int, ReadOnlyMemory<byte>> segments,
        SliceReader readSlice,
        DeterministicRandom random,
        CancellationToken cancellationToken)
    {
        if (assigned.Where(shard => !segments.ContainsKey(shard)).Order().ToArray() is [var missing, ..])
        {
            return Invalid($"Shard {missing} is missing.");
        }

        if (segments.Keys.Except(assigned).Order().ToArray() is [var extra, ..])
        {
            return Invalid($"Shard {extra} was not asked for.");
        }

        var documents = assigned.Sum(shard => plan.Shards[shard].Documents);
        var sample = Draw(documents, SampleSize.For(documents), random);
        var (next, unread) = (0, (string?)null);
        foreach (var shard in assigned.Order())
        {
            var (first, count) = (next, plan.Shards[shard].Documents);
            next += count;
            if (TryRead(segments[shard], count, out var refusal) is not { } submitted)
            {
                return Invalid($"Shard {shard} is no segment: {refusal}.");
            }

            ImmutableArray<SourceDocument> source;
            try
            {
                source = await ShardSource.ReadAsync(plan, shard, readSlice, cancellationToken);
            }
            catch (Exception exception) when (exception is PondException or IOException)
            {
                // The shards after this one may still show a lie, and a lie weighs more than a gap.
                unread = $"Shard {shard} could not be read: {exception.Message}";
                continue;
            }

            var sampled = sample.GetViewBetween(first, next - 1).Select(document => document - first);
            var fault = FaultOfTable(submitted.Segment, source)
                ?? sampled.Select(document => FaultOfDocument(submitted, document, source[document])).FirstOrDefault(found => found is not null);
            if (fault is not null)
            {
                return Invalid($"Shard {shard}: {fault}.");
            }
        }

        return unread is null
            ? new(AuditVerdict.Valid, $"{sample.Count} of {documents} documents were recomputed and are as submitted.")
            : new(AuditVerdict.Abstain, unread);
    }

    /// <summary>Draws that many different numbers below <paramref name="count"/>, each set with equal chance (Floyd's algorithm).</summary>
    private static SortedSet<int> Draw(int count, int size, DeterministicRandom random)
    {
        var drawn = new SortedSet<int>();
        for (var last = count - size; last < count; last++)
        {
            if (!drawn.Add(random.NextBelow(last + 1)))
            {
                drawn.Add(last);
            }
        }

        return drawn;
    }

    private static (Segment Segment, ForwardIndex Index)? TryRead(ReadOnlyMemory<byte> bytes, int maxDocuments, out string? refusal)
    {
        refusal = null;
        try
        {
            var segment = Segment.Open(bytes, maxDocuments);
            return (segment, ForwardIndex.Of(segment));
        }
        catch (InvalidDataException exception)
        {
            refusal = exception.Message;
            return null;
        }
    }

    /// <summary>Compares what can be told without reading a document: how many there are and where they stand.</summary>
    private static string? FaultOfTable(Segment segment, IReadOnlyList<SourceDocument> source)
    {
        if (segment.Documents.Count != source.Count)
        {
            return $"it has {segment.Documents.Count} documents and should have {source.Count}";
        }

        var moved = Enumerable.Range(0, source.Count).FirstOrDefault(document => !StandsAt(segment.Documents[document], source[document]), -1);
        return moved < 0 ? null
            : $"document {moved}, '{segment.Documents[moved].Title}', does not stand at byte {source[moved].Offset} of '{source[moved].File.Path}'";
    }

    private static bool StandsAt(DocumentRow row, SourceDocument source) =>
        row.Path == source.File.Path && row.Offset == source.Offset && row.Length == source.Bytes.Length;

    private static string? FaultOfDocument((Segment Segment, ForwardIndex Index) submitted, int number, SourceDocument source)
    {
        var document = DocumentReader.Read(source);
        var title = Tokenizer.Terms(document.Title);
        string[] terms = [.. title, .. Tokenizer.Terms(document.Text)];
        var row = new DocumentRow(document.Title, document.Path, document.Offset, document.Length, title.Count, terms.Length);
        if (submitted.Segment.Documents[number] != row)
        {
            return $"the row of '{document.Title}' is {submitted.Segment.Documents[number]} and should be {row}";
        }

        var numbers = submitted.Index.TermsOf(number);
        for (var position = 0; position < terms.Length; position++)
        {
            var term = Encoding.UTF8.GetString(submitted.Segment.TermAt(numbers[position]));
            if (term != terms[position])
            {
                return $"position {position} of '{document.Title}' has '{term}' and should have '{terms[position]}'";
            }
        }

        return null;
    }

    private static AuditReport Invalid(string reason) => new(AuditVerdict.Invalid, reason);
}
