using System.Text;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Simulation.Nodes;
using Pond.Store;

namespace Pond.Simulation.Adversaries;

/// <summary>Makes results that look right and are wrong in one place of twenty.</summary>
internal static class Forgery
{
    private const int OneIn = 20;

    internal static string AlterText(string value, DeterministicRandom random)
    {
        var text = value.ToCharArray();
        var changes = Math.Max(1, text.Length / OneIn);
        for (var change = 0; change < changes; change++)
        {
            var place = random.NextBelow(text.Length);
            text[place] = Other(text[place], random);
        }

        var altered = new string(text);
        return string.Equals(altered, value, StringComparison.Ordinal) ? altered + "0" : altered;
    }

    internal static string AlterContent(SimulationWorld world, SimulatedNode node, IBlockStore store, Cid root, DeterministicRandom random)
    {
        var folder = Path.Combine(world.FolderOf(node.Number), $"forgery-{random.NextUInt64():x}");
        try
        {
            FolderExporter.Export(store, root, folder, long.MaxValue, int.MaxValue, CancellationToken.None);
            string[] files = File.Exists(folder) ? [folder] : [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            foreach (var file in files)
            {
                File.WriteAllBytes(file, AlterBytes(File.ReadAllBytes(file), random));
            }

            return world.Content.Add(node, folder, CancellationToken.None).ToString();
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
            else
            {
                File.Delete(folder);
            }
        }
    }

    private static byte[] AlterBytes(byte[] bytes, DeterministicRandom random)
    {
        for (var change = 0; change < Math.Max(1, bytes.Length / OneIn) && bytes.Length > 0; change++)
        {
            bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 + random.NextBelow(255));
        }

        return bytes;
    }

    // Of the same kind, so that nothing but the value itself gives it away.
    private static char Other(char letter, DeterministicRandom random)
    {
        var kind = letter switch
        {
            >= '0' and <= '9' => "0123456789",
            >= 'a' and <= 'f' => "abcdef",
            >= 'g' and <= 'z' => "ghijklmnopqrstuvwxyz",
            >= 'A' and <= 'Z' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            _ => null,
        };
        if (kind is null)
        {
            return letter;
        }

        var other = letter;
        while (other == letter)
        {
            other = kind[random.NextBelow(kind.Length)];
        }

        return other;
    }
}
