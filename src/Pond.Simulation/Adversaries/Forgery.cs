using System.Text.Json;
using System.Text.Json.Nodes;
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
        if (value.Length == 0)
        {
            return "0";
        }

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

    internal static string AlterContent(SimulationWorld world, SimulatedNode node, MemoryBlockStore store, Cid root, DeterministicRandom random)
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
        if (bytes.Length == 0)
        {
            return [0];
        }

        if (TryAlterJson(bytes, random) is { } json)
        {
            return json;
        }

        for (var change = 0; change < Math.Max(1, bytes.Length / OneIn); change++)
        {
            bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 + random.NextBelow(255));
        }

        return bytes;
    }

    // What reads as JSON still does, and its names are as they were: some of its values are not.
    private static byte[]? TryAlterJson(byte[] bytes, DeterministicRandom random)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }

        var leaves = LeavesOf(root).ToArray();
        if (leaves.Length == 0)
        {
            return null;
        }

        random.Shuffle<JsonValue>(leaves);
        foreach (var leaf in leaves.Take(Math.Max(1, leaves.Length / OneIn)))
        {
            JsonNode other = leaf.GetValueKind() switch
            {
                JsonValueKind.String => AlterText(leaf.GetValue<string>(), random),
                JsonValueKind.True => false,
                JsonValueKind.False => true,
                _ => JsonNode.Parse(leaf.ToJsonString() is ['-', ..] ? "1" : "1" + leaf.ToJsonString().Split('.', 'e', 'E')[0])!,
            };
            if (ReferenceEquals(leaf, root))
            {
                return System.Text.Encoding.UTF8.GetBytes(other.ToJsonString());
            }

            leaf.ReplaceWith(other);
        }

        return System.Text.Encoding.UTF8.GetBytes(root!.ToJsonString());
    }

    private static IEnumerable<JsonValue> LeavesOf(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => LeavesOf(pair.Value)),
        JsonArray list => list.SelectMany(LeavesOf),
        JsonValue value => [value],
        _ => [],
    };

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
