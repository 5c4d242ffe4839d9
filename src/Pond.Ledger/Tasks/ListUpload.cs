using System.Collections.Immutable;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Tasks;

/// <summary>The parts of a list that have arrived, in any order and as often as the client likes.</summary>
internal sealed record ListUpload(ImmutableSortedDictionary<ushort, ImmutableArray<byte>> Parts)
{
    /// <summary>The longest list, filling included: 25,000 entries of some 70 bytes.</summary>
    internal const int MaxSizeBytes = TaskInstruction.MaxListSizeBytes;

    internal static readonly ListUpload Empty = new(ImmutableSortedDictionary<ushort, ImmutableArray<byte>>.Empty);

    internal ListUpload With(ushort index, ImmutableArray<byte> data) =>
        // Another first part begins another list. The same one, or the first to arrive late, does not: clients repeat and reorder.
        index == 0 && Parts.TryGetValue(0, out var first) && !first.AsSpan().SequenceEqual(data.AsSpan())
            ? new(Empty.Parts.Add(0, data))
            : new(Parts.SetItem(index, data));

    /// <summary>The text so far; null if a part is missing. It ends at the first NUL, with which clients fill the last part.</summary>
    internal string? ToText()
    {
        if (Parts.IsEmpty || Parts.Count != Parts.Keys.Last() + 1
            || Parts.Any(part => part.Key < Parts.Count - 1 && part.Value.Length != TaskInstruction.ChunkDataSizeBytes))
        {
            return null;
        }

        var bytes = Parts.Values.SelectMany(part => part).ToArray();
        var end = Array.IndexOf(bytes, (byte)0);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end).TrimEnd(' ');
    }
}
