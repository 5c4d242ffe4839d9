using System.Text.Json;
using Pond.Testing;

namespace Pond.Server.Tests.Content;

/// <summary>Writes the directories of the vectors to disk.</summary>
internal static class TestFolders
{
    internal static void Write(JsonElement vector, string folder)
    {
        foreach (var entry in vector.GetProperty("entries").EnumerateArray())
        {
            WriteEntry(Path.Combine([folder, .. entry.Text("path").Split('/')]), entry.TextOrNull("content"));
        }
    }

    private static void WriteEntry(string path, string? content)
    {
        Directory.CreateDirectory(content is null ? path : Path.GetDirectoryName(path)!);
        if (content is null)
        {
            return;
        }

        var parts = content.Split(':', 2);
        using var file = File.Create(path);
        using Stream source = parts[0] is "utf8" ? new MemoryStream(System.Text.Encoding.UTF8.GetBytes(parts[1]))
            : parts[0] is "zeros" ? GeneratedStream.Zeros(long.Parse(parts[1]))
            : GeneratedStream.XorShift32(uint.Parse(parts[1].Split(':')[0]), long.Parse(parts[1].Split(':')[1]));
        source.CopyTo(file);
    }
}
