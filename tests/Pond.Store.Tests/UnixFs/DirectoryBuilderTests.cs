using System.Globalization;
using System.Text;
using Pond.Store.Dag;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Store.Tests.UnixFs;

public sealed class DirectoryBuilderTests
{
    [Fact]
    public void Directories_have_the_roots_blocks_and_sizes_of_the_vectors()
    {
        foreach (var vector in IpfsVectors.Section("dirs").EnumerateArray())
        {
            var store = new MemoryBlockStore();

            var added = TestTrees.Build(vector, store);

            Profiles.AssertRoot(vector.GetProperty("root"), added, store);
            if (vector.TryGetProperty("root_links", out var links))
            {
                Assert.Equal(
                    links.EnumerateArray().Select(link => (link.Text("name"), link.Text("cid"), (ulong)link.Number("tsize"))),
                    UnixFsReader.List(store, added.Cid).Select(entry => (entry.Name, entry.Cid.ToString(), entry.Tsize)));
            }

            if (vector.TryGetProperty("nodes", out var nodes))
            {
                foreach (var node in nodes.EnumerateArray())
                {
                    // Paths begin with "root", except where the file was added alone.
                    var names = node.Text("path").Split('/').SkipWhile(name => name is "root" or "");
                    var path = string.Join('/', names.Prepend(added.Cid.ToString()));
                    Assert.Equal(node.Text("cid"), UnixFsReader.Resolve(store, ContentPath.Parse(path)).ToString());
                }
            }
        }
    }

    [Fact]
    public void Names_are_hashed_and_placed_as_the_vectors_have_them()
    {
        foreach (var vector in IpfsVectors.Section("hamt").GetProperty("hash").EnumerateArray())
        {
            var (first, second) = Murmur3.Hash(Encoding.UTF8.GetBytes(vector.Text("name")));

            Assert.Equal(vector.Text("digest128_hex"), $"{first:x16}{second:x16}");
            var position = HamtPosition.Root(fanout: 256);
            foreach (var bucket in vector.Texts("buckets_8bit"))
            {
                Assert.Equal(bucket, position.PrefixOf(position.BucketOf(first)));
                Assert.True(position.Holds(first));
                position = position.Below(position.BucketOf(first));
            }

            Assert.Equal(position.MaxLevels, position.Level);
        }
    }

    [Fact]
    public void Sharded_directories_have_the_roots_shards_and_lookups_of_the_vectors()
    {
        foreach (var vector in IpfsVectors.Section("hamt").GetProperty("dirs").EnumerateArray())
        {
            var profile = Profiles.Named(vector.Text("profile"));
            if (vector.Text("threshold") is "forced 0")
            {
                profile = profile with { HamtThresholdBytes = 0 };
            }

            var store = new MemoryBlockStore();
            var builder = new DirectoryBuilder();
            var names = Names(vector.GetProperty("names")).ToList();
            foreach (var name in names)
            {
                builder.Add(name, FileBuilder.Add(new MemoryStream(Encoding.UTF8.GetBytes(name)), store, profile));
            }

            var added = builder.Build(store, profile);

            var root = vector.GetProperty("root");
            Profiles.AssertRoot(root, added, store);
            Assert.Equal(root.Number("hamt_shards"), store.Count - names.Count);
            var node = UnixFsReader.Describe(store, added.Cid);
            Assert.Equal(vector.Number("fanout"), node.Fanout);
            Assert.Equal(vector.Number("root_link_count"), node.Links.Count);
            Assert.Equal(
                names.Order(StringComparer.Ordinal),
                UnixFsReader.List(store, added.Cid).Select(entry => entry.Name),
                StringComparer.Ordinal);
            foreach (var lookup in vector.GetProperty("lookups").EnumerateArray())
            {
                var resolution = new PathResolution(ContentPath.Parse($"{added.Cid}/{lookup.Text("name")}")).Run(store);
                Assert.Equal(lookup.Text("cid"), resolution.Target.ToString());
                Assert.Equal(
                    lookup.GetProperty("path").EnumerateArray().Select(step => step.Text("shard")),
                    resolution.Passed.Select(cid => cid.ToString()),
                    StringComparer.Ordinal);
            }

            Assert.Equal("no-such", new PathResolution(ContentPath.Parse($"{added.Cid}/no-such")).Run(store).MissingSegment);
        }
    }

    [Fact]
    public void A_directory_is_sharded_one_byte_above_the_threshold_and_not_at_it()
    {
        var vectors = IpfsVectors.Section("ipip499");
        foreach (var vector in vectors.GetProperty("cases").EnumerateArray().Where(vector => vector.Text("kind") is "dir"))
        {
            var profile = Profiles.Named(vector.Text("profile"));
            var store = new MemoryBlockStore();
            var file = FileBuilder.Add(new MemoryStream("x"u8.ToArray()), store, profile);
            var builder = new DirectoryBuilder();
            using var stream = GeneratedStream.ChaCha20(vector.Text("seed"), 1024 * 1024);
            var count = vector.Number("files");
            for (var index = 0; index < count; index++)
            {
                var name = new byte[vector.Number(index == count - 1 ? "lastNameLen" : "nameLen")];
                stream.ReadExactly(name);
                builder.Add(string.Concat(name.Select(value => vectors.Text("alphabet")[value % 39])), file);
            }

            var added = builder.Build(store, profile);

            Assert.Equal(vector.Text("cid"), added.Cid.ToString());
            Assert.Equal(
                vector.GetProperty("sharded").GetBoolean(),
                UnixFsReader.Describe(store, added.Cid).Kind == UnixFsKind.HamtShard);
        }
    }

    [Fact]
    public void Symbolic_links_have_the_bytes_of_the_vector()
    {
        var vector = IpfsVectors.Section("symlink");
        var store = new MemoryBlockStore();

        var old = SymlinkBuilder.Add(vector.Text("target"), store, UnixFsProfile.V0Of2015);
        var link = SymlinkBuilder.Add(vector.Text("target"), store, UnixFsProfile.V1Of2025);

        Assert.Equal(vector.Text("cid_v0"), old.Cid.ToString());
        Assert.Equal(vector.Text("cid_v1"), link.Cid.ToString());
        Assert.Equal(vector.Text("block_hex"), Convert.ToHexStringLower(store.Read(link.Cid).Span));
        Assert.Equal(vector.Text("target"), UnixFsReader.Describe(store, link.Cid).SymlinkTarget);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("taken")]
    public void Names_that_no_path_could_reach_are_refused(string name)
    {
        var store = new MemoryBlockStore();
        var file = FileBuilder.Add(Stream.Null, store, UnixFsProfile.V1Of2025);
        var builder = new DirectoryBuilder();
        builder.Add("taken", file);

        Assert.Throws<ArgumentException>(() => builder.Add(name, file));
        Assert.Equal(1, builder.Count);
    }

    private static IEnumerable<string> Names(System.Text.Json.JsonElement names) => names.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Array => names.EnumerateArray().Select(name => name.GetString()!),
        _ when names.GetString()!.StartsWith("n0 ..", StringComparison.Ordinal) =>
            Enumerable.Range(0, 300).Select(index => $"n{index}"),
        _ => Enumerable.Range(0, 10001).Select(index => string.Create(CultureInfo.InvariantCulture, $"file-{index:d5}.txt")),
    };
}
