using System.Buffers;

namespace Pond.Ledger.Tasks;

/// <summary>Puts maps by key, which are in the order of the keys' bytes, into the order of the keys' base58 texts, as images show them.</summary>
internal static class TextOrder
{
    /// <summary>A map in the order of its keys' texts.</summary>
    /// <param name="map">The entries in the order of the keys' bytes.</param>
    internal static IEnumerable<(KeyText Text, KeyValuePair<Pubkey, T> Entry)> Of<T>(IReadOnlyCollection<KeyValuePair<Pubkey, T>> map)
    {
        // Borrowed, because one array for each large image would soon call for a collection of everything.
        var entries = ArrayPool<(KeyText Text, KeyValuePair<Pubkey, T> Entry)>.Shared.Rent(map.Count);
        try
        {
            var count = 0;
            foreach (var entry in map)
            {
                entries[count++] = (new(entry.Key), entry);
            }

            // A zero byte in front is a 1, the lowest digit, so keys with more of them come first in both orders.
            for (var start = 0; start < count;)
            {
                var end = EndOf(entries, start, count, static text => text.LeadingOnes);
                foreach (var place in Merge(entries, start, end))
                {
                    yield return entries[place];
                }

                start = end;
            }
        }
        finally
        {
            ArrayPool<(KeyText Text, KeyValuePair<Pubkey, T> Entry)>.Shared.Return(entries, clearArray: true);
        }
    }

    // Base58's digits rise as their characters do, so texts of one length are in the order of their numbers, which is that of the bytes; and larger
    // numbers are never shorter. There is nothing to sort: there are two or three lengths, one after the other, and their runs are merged.
    private static IEnumerable<int> Merge<T>((KeyText Text, KeyValuePair<Pubkey, T> Entry)[] entries, int start, int end)
    {
        var runs = new List<(int Place, int End)>();
        while (start < end)
        {
            var next = EndOf(entries, start, end, static text => text.Length);
            runs.Add((start, next));
            start = next;
        }

        while (runs.Count > 0)
        {
            var least = 0;
            for (var run = 1; run < runs.Count; run++)
            {
                if (entries[runs[run].Place].Text.Utf8.SequenceCompareTo(entries[runs[least].Place].Text.Utf8) < 0)
                {
                    least = run;
                }
            }

            var (place, last) = runs[least];
            yield return place;
            if (place + 1 < last)
            {
                runs[least] = (place + 1, last);
            }
            else
            {
                runs.RemoveAt(least);
            }
        }
    }

    private static int EndOf<T>((KeyText Text, KeyValuePair<Pubkey, T> Entry)[] entries, int start, int end, Func<KeyText, int> measure)
    {
        var value = measure(entries[start].Text);
        var place = start + 1;
        while (place < end && measure(entries[place].Text) == value)
        {
            place++;
        }

        return place;
    }
}
