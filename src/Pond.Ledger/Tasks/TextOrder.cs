using System.Runtime.InteropServices;

namespace Pond.Ledger.Tasks;

/// <summary>Puts maps by key, which are in the order of the keys' bytes, into the order of the keys' base58 texts, as images show them.</summary>
internal static class TextOrder
{
    /// <summary>A map in the order of its keys' texts.</summary>
    /// <param name="map">The entries in the order of the keys' bytes.</param>
    internal static IEnumerable<(KeyText Text, KeyValuePair<Pubkey, T> Entry)> Of<T>(IReadOnlyCollection<KeyValuePair<Pubkey, T>> map)
    {
        // Base58's digits rise as their characters do, so texts of one length are in the order of their numbers, which is that of the bytes. There
        // is nothing to sort: there are two or three lengths, and their runs are merged.
        var runs = new SortedDictionary<int, List<(KeyText Text, KeyValuePair<Pubkey, T> Entry)>>();
        foreach (var entry in map)
        {
            var text = new KeyText(entry.Key);
            if (!runs.TryGetValue(text.Length, out var run))
            {
                runs[text.Length] = run = [];
            }

            run.Add((text, entry));
        }

        return Merge([.. runs.Values]);
    }

    private static IEnumerable<(KeyText Text, KeyValuePair<Pubkey, T> Entry)> Merge<T>(List<(KeyText Text, KeyValuePair<Pubkey, T> Entry)>[] runs)
    {
        var places = new int[runs.Length];
        while (true)
        {
            var least = -1;
            for (var run = 0; run < runs.Length; run++)
            {
                if (places[run] < runs[run].Count
                    && (least < 0 || TextOf(run).SequenceCompareTo(TextOf(least)) < 0))
                {
                    least = run;
                }
            }

            if (least < 0)
            {
                yield break;
            }

            yield return runs[least][places[least]++];
        }

        ReadOnlySpan<byte> TextOf(int run) => CollectionsMarshal.AsSpan(runs[run])[places[run]].Text.Utf8;
    }
}
