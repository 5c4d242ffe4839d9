using System.Security.Cryptography;
using Pond.Store.Dag;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Store.Tests.UnixFs;

public sealed class FileBuilderTests
{
    public static TheoryData<string> FileIds =>
        [.. IpfsVectors.Section("files").EnumerateArray().Select(file => file.Text("id"))];

    [Theory]
    [MemberData(nameof(FileIds))]
    public void Files_have_the_roots_blocks_and_sizes_of_the_vectors(string id)
    {
        var file = IpfsVectors.Section("files").EnumerateArray().Single(file => string.Equals(file.Text("id"), id, StringComparison.Ordinal));
        foreach (var result in file.GetProperty("results").EnumerateObject())
        {
            var store = new MemoryBlockStore();
            using var content = IpfsVectors.Content(file.GetProperty("content"));

            var added = FileBuilder.Add(content, store, Profiles.Named(result.Name));

            Profiles.AssertRoot(result.Value, added, store);
            Assert.Equal(file.GetProperty("content").Number("length"), added.SizeBytes);
            if (result.Value.TextOrNull("root_block_hex") is { } hex)
            {
                Assert.Equal(hex, Convert.ToHexStringLower(store.Read(added.Cid).Span));
            }

            if (file.GetProperty("content").TextOrNull("sha256") is { } sha256)
            {
                using var read = UnixFsReader.Open(store, added.Cid);
                Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(read)));
            }
        }
    }

    [Fact]
    public void Trees_of_every_small_shape_are_balanced_as_the_vectors_have_them()
    {
        var shapes = IpfsVectors.Section("tree_shapes");
        foreach (var shape in shapes.GetProperty("cases").EnumerateArray())
        {
            var profile = (shape.Text("mode") is "v0-dagpb-leaves" ? UnixFsProfile.V0Of2015 : UnixFsProfile.V1Of2025) with
            {
                ChunkBytes = (int)shapes.Number("chunk"),
                MaxLinks = (int)shapes.Number("maxLinks"),
            };
            var store = new MemoryBlockStore();
            using var content = GeneratedStream.XorShift32((uint)shapes.Number("seed"), shape.Number("len"));

            var added = FileBuilder.Add(content, store, profile);

            Profiles.AssertRoot(shape, added, store);
            if (shape.TryGetProperty("dfs", out _))
            {
                Assert.Equal(shape.Texts("dfs"), Visit(store, new DagWalk(added.Cid, repeats: true)), StringComparer.Ordinal);
            }
        }
    }

    [Fact]
    public void The_published_roots_of_the_profiles_are_reproduced()
    {
        // The two of a gigabyte take seconds each for the key stream alone; the file of zeros has the same shape.
        var isLong = Environment.GetEnvironmentVariable("POND_LONG") is { Length: > 0 };
        foreach (var vector in IpfsVectors.Section("ipip499").GetProperty("cases").EnumerateArray())
        {
            if (vector.Text("kind") is not "file" || (!isLong && vector.TryGetProperty("slow", out _)))
            {
                continue;
            }

            using var content = vector.TextOrNull("utf8") is { } text
                ? new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
                : GeneratedStream.ChaCha20(vector.Text("seed"), vector.Number("length"));

            var added = FileBuilder.Add(content, new ForgetfulBlockStore(), Profiles.Named(vector.Text("profile")));

            Assert.Equal(vector.Text("cid"), added.Cid.ToString());
        }
    }

    [Fact]
    public void Mode_and_time_are_written_into_a_node_at_the_root()
    {
        foreach (var vector in IpfsVectors.Section("unixfs_metadata").EnumerateArray())
        {
            var time = vector.GetProperty("mtime");
            var metadata = new UnixFsMetadata(
                vector.TextOrNull("mode") is { } mode ? Convert.ToUInt32(mode, 8) : null,
                time[0].GetInt64(),
                time[1].GetUInt32());
            var store = new MemoryBlockStore();
            using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(vector.Text("text")));

            var added = FileBuilder.Add(content, store, UnixFsProfile.V1Of2025, metadata);

            Profiles.AssertRoot(vector, added, store);
            Assert.Equal(vector.Text("root_block_hex"), Convert.ToHexStringLower(store.Read(added.Cid).Span));
            var read = UnixFsReader.Describe(store, added.Cid).Metadata;
            Assert.Equal((time[0].GetInt64(), time[1].GetUInt32()), (read.ModifiedSeconds, read.ModifiedNanoseconds));
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(13)]
    public void Mode_of_a_large_file_is_at_its_root_alone(int length)
    {
        var profile = UnixFsProfile.V1Of2025 with { ChunkBytes = 4, MaxLinks = 3 };
        var store = new MemoryBlockStore();
        var plain = FileBuilder.Add(new MemoryStream(new byte[length]), store, profile);

        var added = FileBuilder.Add(new MemoryStream(new byte[length]), store, profile, new UnixFsMetadata(Mode: 0x1ED));

        var (plainRoot, root) = (UnixFsReader.Describe(store, plain.Cid), UnixFsReader.Describe(store, added.Cid));
        Assert.Equal(0x1EDu, root.Metadata.Mode);
        Assert.Equal(plainRoot.Links.Select(link => link.Cid), root.Links.Select(link => link.Cid));
        Assert.Equal(plain.Tsize + 3, added.Tsize);
    }

    [Fact]
    public void Pieces_of_any_size_make_the_same_file()
    {
        var bytes = new byte[100];
        GeneratedStream.XorShift32(9, bytes.Length).ReadExactly(bytes);
        var profile = UnixFsProfile.V1Of2025 with { ChunkBytes = 7, MaxLinks = 2 };
        var whole = FileBuilder.Add(new MemoryStream(bytes), new MemoryBlockStore(), profile);
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var builder = new FileBuilder(new MemoryBlockStore(), profile, UnixFsMetadata.None);
            foreach (var part in bytes.Chunk(piece))
            {
                builder.Append(part);
            }

            Assert.Equal(whole, builder.Complete());
            Assert.Throws<InvalidOperationException>(() => builder.Append([1]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(UnixFsProfile.MaxChunkBytes + 1)]
    public void A_chunk_that_would_not_fit_into_a_block_is_refused(int chunkBytes) =>
        Assert.Throws<ArgumentException>(() => FileBuilder.Add(
            Stream.Null, new MemoryBlockStore(), UnixFsProfile.V0Of2015 with { ChunkBytes = chunkBytes }));

    [Fact]
    public void The_largest_chunk_fits_into_a_block_with_the_node_around_it()
    {
        var profile = UnixFsProfile.V0Of2015 with { ChunkBytes = UnixFsProfile.MaxChunkBytes };

        var added = FileBuilder.Add(GeneratedStream.Zeros(UnixFsProfile.MaxChunkBytes), new MemoryBlockStore(), profile);

        Assert.Equal(UnixFsProfile.MaxChunkBytes, added.SizeBytes);
    }

    private static List<string> Visit(MemoryBlockStore store, DagWalk walk)
    {
        var visited = new List<string>();
        while (walk.Needed is { } cid)
        {
            visited.Add(cid.ToString());
            walk.Supply(store.Read(cid));
        }

        return visited;
    }
}
