using System.Buffers.Binary;
using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Cli.Bench.Consensus;

/// <summary>The keys and beacons of played rounds. The seed decides all beacons.</summary>
internal sealed class TrialDraws(ulong seed)
{
    internal static ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };

    internal DeterministicRandom Random(string purpose) => DeterministicRandom.ForStream(seed, purpose);

    internal byte[] Beacon(string purpose, int nodes, int round)
    {
        var beacon = new byte[64];
        var random = Random($"{purpose}/{nodes}/{round}");
        for (var offset = 0; offset < beacon.Length; offset += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(beacon.AsSpan(offset), random.NextUInt64());
        }

        return beacon;
    }

    // Byte order is the order of the numbers.
    internal static ImmutableArray<Pubkey> Keys(int count) => [.. Enumerable.Range(0, count).Select(index => KeyAt((ulong)index))];

    internal static Pubkey KeyAt(ulong number)
    {
        Span<byte> bytes = stackalloc byte[Pubkey.SizeBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return new(bytes);
    }

    internal static int IndexOf(Pubkey key)
    {
        Span<byte> bytes = stackalloc byte[Pubkey.SizeBytes];
        key.CopyTo(bytes);
        return (int)BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
