using System.Text;
using System.Text.Json;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Store.Tests.UnixFs;

/// <summary>Builds the directories of the vectors.</summary>
internal static class TestTrees
{
    /// <summary>A directory vector, such as <c>nested</c> under one profile.</summary>
    internal static JsonElement Vector(string id, string profile) => IpfsVectors.Section("dirs").EnumerateArray().Single(directory =>
        string.Equals(directory.Text("id"), id, StringComparison.Ordinal)
        && string.Equals(directory.Text("profile"), profile, StringComparison.Ordinal));

    internal static AddedContent Build(JsonElement vector, IBlockStore store)
    {
        var root = new Folder();
        if (vector.TryGetProperty("entries", out var entries))
        {
            // The order of adding must not matter, so it is turned round.
            foreach (var entry in entries.EnumerateArray().Reverse())
            {
                root.Add(entry.Text("path").Split('/'), entry.TextOrNull("content"));
            }
        }

        return root.Build(store, Profiles.Named(vector.Text("profile")));
    }

    private static Stream Content(string description)
    {
        var parts = description.Split(':', 2);
        return parts[0] switch
        {
            "utf8" => new MemoryStream(Encoding.UTF8.GetBytes(parts[1])),
            "zeros" => GeneratedStream.Zeros(long.Parse(parts[1])),
            "xorshift32" when parts[1].Split(':') is [var seed, var length] =>
                GeneratedStream.XorShift32(uint.Parse(seed), long.Parse(length)),
            _ => throw new NotSupportedException(description),
        };
    }

    private sealed class Folder
    {
        private readonly Dictionary<string, Folder> _folders = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

        internal void Add(ReadOnlySpan<string> path, string? content)
        {
            if (path.Length == 1 && content is not null)
            {
                _files.Add(path[0], content);
                return;
            }

            if (!_folders.TryGetValue(path[0], out var folder))
            {
                _folders.Add(path[0], folder = new());
            }

            if (path.Length > 1)
            {
                folder.Add(path[1..], content);
            }
        }

        internal AddedContent Build(IBlockStore store, UnixFsProfile profile)
        {
            var builder = new DirectoryBuilder();
            foreach (var (name, content) in _files)
            {
                using var stream = Content(content);
                builder.Add(name, FileBuilder.Add(stream, store, profile));
            }

            foreach (var (name, folder) in _folders)
            {
                builder.Add(name, folder.Build(store, profile));
            }

            return builder.Build(store, profile);
        }
    }
}
