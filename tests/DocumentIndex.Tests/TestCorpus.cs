using System.Collections.Immutable;
using System.Text;
using Pond.Primitives;

namespace DocumentIndex.Tests;

/// <summary>A corpus in a folder that lives as long as the test.</summary>
internal sealed class TestCorpus : IDisposable
{
    private static readonly string[] Words =
        [.. "anchor berth cargo dock ebb flood gale helm isle jetty keel lock mast north oar pier quay reef sail tide".Split(' ')];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pond-corpus-");

    internal TestCorpus(params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            Add(path, Encoding.UTF8.GetBytes(text));
        }
    }

    internal static string MiniFolder => Path.Combine(AppContext.BaseDirectory, "MiniCorpus");

    internal string Folder => _folder.FullName;

    internal CorpusPlan Plan => CorpusScanner.Scan(Folder).Plan;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A corpus like the default one, but small: a file of API documentation and some text files.</summary>
    internal static TestCorpus OfMembers(int members, ulong seed = 1)
    {
        var random = DeterministicRandom.ForStream(seed, "test-corpus");
        var xml = new StringBuilder("<?xml version=\"1.0\"?>\n<doc><members>\n");
        for (var member = 0; member < members; member++)
        {
            xml.Append($"<member name=\"M:Harbour.Type{member / 10}.{Sentence(random, 2, "")}\"><summary>{Sentence(random, 20, " ")}</summary></member>\n");
        }

        return new(
            ("api.xml", xml.Append("</members></doc>").ToString()),
            ("notes/one.md", Sentence(random, 50, " ")),
            ("notes/two.txt", Sentence(random, 50, " ")));
    }

    internal void Add(string path, byte[] bytes)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }

    internal ValueTask<ReadOnlyMemory<byte>> ReadAsync(CorpusFile file, Slice slice, CancellationToken cancellationToken) =>
        new CorpusFolder(Folder).ReadAsync(file, slice, cancellationToken);

    internal async Task<byte[]> IndexAsync(int shard) => await ShardIndexer.IndexAsync(Plan, shard, ReadAsync, CancellationToken.None);

    internal async Task<byte[]> IndexAllAsync() => await ShardIndexer.IndexAllAsync(Plan, ReadAsync, CancellationToken.None);

    internal async Task<Dictionary<int, ReadOnlyMemory<byte>>> IndexAsync(IEnumerable<int> shards)
    {
        var segments = new Dictionary<int, ReadOnlyMemory<byte>>();
        foreach (var shard in shards)
        {
            segments.Add(shard, await IndexAsync(shard));
        }

        return segments;
    }

    internal async Task<ImmutableArray<Document>> DocumentsAsync()
    {
        var documents = ImmutableArray.CreateBuilder<Document>();
        var plan = Plan;
        for (var shard = 0; shard < plan.Shards.Length; shard++)
        {
            documents.AddRange((await ShardSource.ReadAsync(plan, shard, ReadAsync, CancellationToken.None)).Select(DocumentReader.Read));
        }

        return documents.ToImmutable();
    }

    private static string Sentence(DeterministicRandom random, int words, string separator) =>
        string.Join(separator, Enumerable.Range(0, words).Select(_ => Words[random.NextBelow(Words.Length)]));
}
