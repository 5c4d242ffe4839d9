using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Tasks;

/// <summary>The parts of a list that have arrived, in any order and as often as the client likes.</summary>
/// <param name="Parts">The parts by their index.</param>
/// <param name="History">A hash over all parts as they came.</param>
internal sealed record ListUpload(ImmutableSortedDictionary<ushort, ImmutableArray<byte>> Parts, Hash History)
{
    /// <summary>The longest list, filling included: 25,000 entries of some 70 bytes.</summary>
    internal const int MaxSizeBytes = TaskInstruction.MaxListSizeBytes;

    internal static readonly ListUpload Empty = new(ImmutableSortedDictionary<ushort, ImmutableArray<byte>>.Empty, default);

    internal ListUpload With(ushort index, ImmutableArray<byte> data) => new(
        // Another first part begins another list. The same one, or the first to arrive late, does not: clients repeat and reorder.
        index == 0 && Parts.TryGetValue(0, out var first) && !first.AsSpan().SequenceEqual(data.AsSpan())
            ? Empty.Parts.Add(0, data)
            : Parts.SetItem(index, data),
        HistoryWith(index, data));

    /// <summary>The text so far; null if a part is missing. It ends at the first NUL, with which clients fill the last part.</summary>
    internal string? ToText() => Parts.IsEmpty || Parts.Count != Parts.Keys.Last() + 1
        || Parts.Any(part => part.Key < Parts.Count - 1 && part.Value.Length != TaskInstruction.ChunkDataSizeBytes)
            ? null
            : ToTextSoFar();

    /// <summary>The text of what has arrived, one part after the other, whatever is missing between them.</summary>
    internal string ToTextSoFar()
    {
        var bytes = Parts.Values.SelectMany(part => part).ToArray();
        var end = Array.IndexOf(bytes, (byte)0);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end).TrimEnd(' ');
    }

    private Hash HistoryWith(ushort index, ImmutableArray<byte> data)
    {
        Span<byte> input = stackalloc byte[Hash.SizeBytes + sizeof(ushort) + TaskInstruction.ChunkDataSizeBytes];
        History.CopyTo(input);
        BinaryPrimitives.WriteUInt16LittleEndian(input[Hash.SizeBytes..], index);
        data.AsSpan().CopyTo(input[(Hash.SizeBytes + sizeof(ushort))..]);
        return new(SHA256.HashData(input[..(Hash.SizeBytes + sizeof(ushort) + data.Length)]));
    }
}
