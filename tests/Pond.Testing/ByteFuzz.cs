using Pond.Primitives;

namespace Pond.Testing;

/// <summary>
/// Bytes of strangers, made from real ones by flipping, cutting, doubling and joining, and now and then from nothing.
/// </summary>
public static class ByteFuzz
{
    /// <summary>How many inputs a run has.</summary>
    public static int Count { get; } = CaseNumbers.Count(20_000);

    private static readonly byte[] Edges = [0x00, 0x01, 0x02, 0x7F, 0x80, 0x81, 0xFE, 0xFF];

    /// <summary>Hands every input to <paramref name="read"/>, which asserts what must hold. A failure shows the input.</summary>
    /// <param name="stream">Names the run; the same name gives the same inputs.</param>
    /// <param name="seeds">Real bytes.</param>
    /// <param name="read">Gets the input and the bytes that it was made from.</param>
    public static void Run(string stream, IReadOnlyList<byte[]> seeds, Action<byte[], byte[]> read)
    {
        for (var number = CaseNumbers.From; number < CaseNumbers.From + (ulong)Count; number++)
        {
            var random = DeterministicRandom.ForStream(number, $"fuzz-{stream}");
            var seed = seeds[random.NextBelow(seeds.Count)];
            var bytes = seed.ToList();
            if (random.Chance(1, 20))
            {
                bytes = [.. Enumerable.Range(0, random.NextBelow(400)).Select(_ => (byte)random.NextBelow(256))];
            }

            for (var changes = 1 + random.NextBelow(3); changes > 0; changes--)
            {
                Change(random, bytes, seeds);
            }

            try
            {
                read([.. bytes], seed);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{stream}, input {number}: {Convert.ToHexString([.. bytes])}", failure);
            }
        }
    }

    private static void Change(DeterministicRandom random, List<byte> bytes, IReadOnlyList<byte[]> seeds)
    {
        var at = random.NextBelow(bytes.Count + 1);
        switch (random.NextBelow(7))
        {
            case 0 or 1 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.NextBelow(8));
                break;
            case 2 when at < bytes.Count:
                bytes[at] = Edges[random.NextBelow(Edges.Length)];
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(0, Math.Min(at, 40)));
                break;
            case 5:
                var other = seeds[random.NextBelow(seeds.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(Math.Min(at, other.Length)));
                break;
            default:
                bytes.RemoveRange(at, Math.Min(random.NextBelow(8), bytes.Count - at));
                break;
        }
    }
}
