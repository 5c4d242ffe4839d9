using System.Text.Json;
using Pond.Primitives;
using Pond.Store.Cars;
using Pond.Store.Dag;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Store.Tests.UnixFs;

public sealed class UnixFsReaderTests
{
    private static readonly Cid Hello = Cid.Parse("bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4");

    [Fact]
    public void Any_part_of_a_file_can_be_read_with_only_its_own_blocks()
    {
        var profile = UnixFsProfile.V1Of2025 with { ChunkBytes = 4, MaxLinks = 3 };
        var bytes = new byte[101];
        GeneratedStream.XorShift32(7, bytes.Length).ReadExactly(bytes);
        var full = new MemoryBlockStore();
        var root = FileBuilder.Add(new MemoryStream(bytes), full, profile).Cid;
        for (var from = 0; from < bytes.Length; from++)
        {
            var length = Math.Min(5, bytes.Length - from);
            var cursor = new FileCursor(root) { Position = from };
            var supplied = 0;
            var read = new List<byte>();
            while (read.Count < length)
            {
                if (cursor.TryRead(out var part))
                {
                    read.AddRange(part.Span);
                    cursor.Position += part.Length;
                    continue;
                }

                supplied++;
                cursor.Supply(full.Read(cursor.Needed!.Value));
            }

            Assert.Equal(bytes[from..(from + length)], read.Take(length));
            // 26 chunks lie in 4 levels below the root; five bytes touch at most two neighbouring ways down.
            Assert.InRange(supplied, 4, 8);
        }
    }

    [Fact]
    public void A_stream_seeks_from_everywhere_to_everywhere()
    {
        var store = new MemoryBlockStore();
        var bytes = Enumerable.Range(0, 40).Select(value => (byte)value).ToArray();
        var root = FileBuilder.Add(new MemoryStream(bytes), store, UnixFsProfile.V0Of2015 with { ChunkBytes = 3, MaxLinks = 2 }).Cid;
        using var stream = UnixFsReader.Open(store, root);
        for (var from = 0; from < bytes.Length; from++)
        {
            for (var to = 0; to < bytes.Length; to++)
            {
                stream.Position = from;
                Assert.Equal(from, stream.ReadByte());
                stream.Seek(to - bytes.Length, SeekOrigin.End);
                Assert.Equal(to, stream.ReadByte());
            }
        }

        Assert.Equal(bytes.Length, stream.Length);
        stream.Position = 1000;
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void Nodes_that_contradict_themselves_are_refused_as_the_vectors_want()
    {
        foreach (var vector in IpfsVectors.Section("unixfs_bad").EnumerateArray())
        {
            var (store, cid) = StoreOf(vector);
            var want = vector.Text("want");
            if (want.StartsWith("reject", StringComparison.Ordinal))
            {
                var failure = Assert.Throws<PondException>(() => ReadEverything(store, cid));
                Assert.True(failure.Code is "block-malformed", vector.Text("id"));
                Assert.Contains("cannot be read", failure.Message, StringComparison.Ordinal);
                continue;
            }

            // A lower-case prefix makes the whole listing suspect here; the lookup fails, as wanted.
            if (vector.Text("id") is "hamt-lower-prefix")
            {
                Assert.NotNull(new PathResolution(ContentPath.Parse($"{cid}/a.txt")).Run(store).MissingSegment);
                continue;
            }

            ReadEverything(store, cid);
        }
    }

    [Fact]
    public void A_files_own_bytes_come_before_those_of_its_links()
    {
        var (store, cid) = StoreOf("file-inline-and-links");
        using var reader = new StreamReader(UnixFsReader.Open(store, cid));

        Assert.Equal("hihello world\n", reader.ReadToEnd());
    }

    [Fact]
    public void Chunks_of_the_older_type_are_read()
    {
        var (store, cid) = StoreOf("type-raw-legacy");
        using var reader = new StreamReader(UnixFsReader.Open(store, cid));

        Assert.Equal("hi", reader.ReadToEnd());
    }

    [Fact]
    public void Symbolic_links_are_shown_and_never_followed()
    {
        var (store, cid) = StoreOf("symlink-abs");

        Assert.Equal("/etc/passwd", UnixFsReader.Describe(store, cid).SymlinkTarget);
        Assert.Equal("not-a-file", Assert.Throws<PondException>(() => UnixFsReader.Open(store, cid)).Code);
        Assert.Equal("x", new PathResolution(ContentPath.Parse($"{cid}/x")).Run(store).MissingSegment);
    }

    [Fact]
    public void The_first_of_two_entries_with_one_name_counts()
    {
        var (store, cid) = StoreOf("dir-dup-names");

        Assert.Equal(Hello, UnixFsReader.Resolve(store, ContentPath.Parse($"{cid}/a")));
        Assert.Equal(2, UnixFsReader.List(store, cid).Count);
    }

    [Fact]
    public void A_terabyte_described_by_nine_blocks_is_read_where_it_is_asked_for()
    {
        var vector = IpfsVectors.Section("dag_bomb");
        var store = new MemoryBlockStore();
        var import = CarFile.Import(new MemoryStream(Convert.FromBase64String(vector.Text("car_base64"))), store, 1024 * 1024);
        var root = Cid.Parse(vector.Text("root"));
        Assert.Equal([root], import.Roots);
        Assert.Equal(vector.Number("unique_blocks"), store.Count);
        using var stream = UnixFsReader.Open(store, root);
        Assert.Equal(vector.Text("file_size"), stream.Length.ToString());

        stream.Position = 900_000_000_000;
        var read = new byte[1000];
        stream.ReadExactly(read);

        Assert.All(read, value => Assert.Equal(0x41, value));
        var exported = new MemoryStream();
        CarFile.Export(store, root, exported);
        Assert.Equal(vector.Number("car_length"), exported.Length);
    }

    [Fact]
    public void A_shard_that_links_to_itself_again_and_again_is_no_directory_of_billions()
    {
        // 256 buckets that all lead to one shard, three levels deep: 16 million entries, if names were not held against hashes.
        var store = new MemoryBlockStore();
        var bomb = FileBuilder.Add(new MemoryStream("x"u8.ToArray()), store, UnixFsProfile.V1Of2025).Cid;
        var links = Enumerable.Range(0, 256).Select(bucket => new PbLink(bomb, $"{bucket:X2}name", 1)).ToList();
        for (var level = 0; level < 3; level++)
        {
            var message = new UnixFsData
            {
                Type = UnixFsType.HamtShard,
                Data = Enumerable.Repeat((byte)0xFF, 32).ToArray(),
                HashType = UnixFsData.Murmur3,
                Fanout = 256,
            };
            var block = Block.Create(1, Multicodec.DagPb, new PbNode(links, message.Encode()).Encode());
            store.Put(block);
            links = [.. Enumerable.Range(0, 256).Select(bucket => new PbLink(block.Cid, $"{bucket:X2}", 1))];
            bomb = block.Cid;
        }

        Assert.Equal("block-malformed", Assert.Throws<PondException>(() => UnixFsReader.List(store, bomb)).Code);
    }

    [Theory]
    [InlineData("a.txt", "alpha\n")]
    [InlineData("/./a/../a.txt", "alpha\n")]
    [InlineData("ą/ę/file-źł.txt", "I am a txt file on path with utf8\n")]
    [InlineData("100%25 +&?#=.txt", "reserved\n")]
    public void Paths_lead_to_files(string path, string content)
    {
        var store = new MemoryBlockStore();
        var root = TestTrees.Build(TestTrees.Vector("nested", "unixfs-v1-2025"), store).Cid;

        using var reader = new StreamReader(UnixFsReader.Open(store, UnixFsReader.Resolve(store, ContentPath.Parse($"/ipfs/{root}/{path}"))));

        Assert.Equal(content, reader.ReadToEnd());
    }

    [Theory]
    [InlineData("a.txt/more", "more")]
    [InlineData("none", "none")]
    [InlineData("a/none/deep", "none")]
    public void A_path_that_leads_nowhere_names_the_first_segment_that_is_missing(string path, string missing)
    {
        var store = new MemoryBlockStore();
        var root = TestTrees.Build(TestTrees.Vector("nested", "unixfs-v0-2015"), store).Cid;

        var failure = Assert.Throws<PondException>(() => UnixFsReader.Resolve(store, ContentPath.Parse($"{root}/{path}")));

        Assert.Equal("path-not-found", failure.Code);
        Assert.Contains($"'{missing}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not-a-cid/x")]
    [InlineData("bafkqaaa/..")]
    [InlineData("bafkqaaa/a/../../b")]
    public void Paths_without_a_root_or_above_it_are_refused(string path) =>
        Assert.Throws<FormatException>(() => ContentPath.Parse(path));

    private static void ReadEverything(MemoryBlockStore store, Cid cid)
    {
        var node = UnixFsReader.Describe(store, cid);
        if (node.IsDirectory)
        {
            UnixFsReader.List(store, cid);
        }
        else if (node.Kind == UnixFsKind.File)
        {
            using var stream = UnixFsReader.Open(store, cid);
            stream.CopyTo(Stream.Null);
        }
    }

    private static (MemoryBlockStore Store, Cid Cid) StoreOf(string id) => StoreOf(IpfsVectors.Section("unixfs_bad")
        .EnumerateArray().Single(vector => string.Equals(vector.Text("id"), id, StringComparison.Ordinal)));

    private static (MemoryBlockStore Store, Cid Cid) StoreOf(JsonElement vector)
    {
        var store = new MemoryBlockStore();
        store.Put(Block.Verify(Hello, "hello world\n"u8.ToArray()));
        var cid = Cid.Parse(vector.Text("cid"));
        store.Put(Block.Verify(cid, vector.Bytes("block_hex")));
        return (store, cid);
    }
}
