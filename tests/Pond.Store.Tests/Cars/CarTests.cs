using System.Security.Cryptography;
using Pond.Primitives;
using Pond.Store.Cars;
using Pond.Store.Tests.UnixFs;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Store.Tests.Cars;

public sealed class CarTests
{
    [Fact]
    public void Exports_are_the_bytes_of_the_vectors()
    {
        var stores = new Dictionary<string, MemoryBlockStore>(StringComparer.Ordinal);
        foreach (var vector in IpfsVectors.Section("cars").EnumerateArray())
        {
            var id = vector.Text("id");
            var roots = vector.Texts("roots").Select(Cid.Parse).ToList();
            if (roots is not [var root] || SourceOf(id) is not { } source)
            {
                // Several roots or none: the header is all that is ours to choose.
                Assert.Equal(vector.Text("header_hex"), Convert.ToHexStringLower(CarEncoder.Header(roots)));
                continue;
            }

            using var exported = new MemoryStream();
            CarFile.Export(source, root, exported, repeats: id.EndsWith("dups-y", StringComparison.Ordinal));

            Assert.Equal(vector.Number("length"), exported.Length);
            Assert.Equal(vector.Text("sha256"), Convert.ToHexStringLower(SHA256.HashData(exported.ToArray())));
            exported.Position = 0;
            var copy = new MemoryBlockStore();
            var import = CarFile.Import(exported, copy, long.MaxValue);
            Assert.Equal(roots, import.Roots);
            Assert.Equal(vector.Number("blocks"), import.BlockCount);
            stores[id] = copy;
        }

        Assert.True(stores.Count >= 8);
    }

    [Fact]
    public void Files_of_the_vectors_are_read()
    {
        foreach (var vector in IpfsVectors.Section("cars").EnumerateArray())
        {
            if (vector.TextOrNull("base64") is not { } base64)
            {
                continue;
            }

            var store = new MemoryBlockStore();
            var import = CarFile.Import(new MemoryStream(Convert.FromBase64String(base64)), store, long.MaxValue);

            Assert.Equal(vector.Texts("roots"), import.Roots.Select(root => root.ToString()), StringComparer.Ordinal);
            Assert.Equal(vector.Number("blocks"), import.BlockCount);
            if (vector.TryGetProperty("cids", out _))
            {
                Assert.All(vector.Texts("cids"), cid => Assert.True(store.Contains(Cid.Parse(cid))));
            }
        }
    }

    [Fact]
    public void Hostile_files_are_refused_and_odd_ones_read_as_the_vectors_want()
    {
        foreach (var vector in IpfsVectors.Section("malicious_cars").GetProperty("cases").EnumerateArray())
        {
            var store = new MemoryBlockStore();
            var file = new MemoryStream(vector.Bytes("hex"));
            if (vector.Text("want").StartsWith("reject", StringComparison.Ordinal))
            {
                var failure = Assert.Throws<PondException>(() => CarFile.Import(file, store, long.MaxValue));
                Assert.True(failure.Code is "car-malformed" or "block-mismatch" or "hash-unsupported", vector.Text("id"));
                continue;
            }

            CarFile.Import(file, store, long.MaxValue);
            Assert.True(store.Count == (vector.Text("id") is "header-only" or "identity-block" ? 0 : 1), vector.Text("id"));
        }
    }

    [Fact]
    public void A_block_whose_bytes_are_not_of_its_codec_is_kept_but_not_read()
    {
        var vector = IpfsVectors.Section("malicious_cars").GetProperty("cases").EnumerateArray()
            .Single(vector => vector.Text("id") is "codec-lies");
        var store = new MemoryBlockStore();
        Cid? lying = null;
        var decoder = new CarDecoder();
        decoder.Append(vector.Bytes("hex"));
        while (decoder.TryRead(out var block))
        {
            store.Put(block);
            lying = block.Cid;
        }

        Assert.Equal("block-malformed", Assert.Throws<PondException>(() => UnixFsReader.Describe(store, lying!.Value)).Code);
        Assert.Equal("block-malformed", Assert.Throws<PondException>(() => CarFile.Export(store, lying!.Value, Stream.Null)).Code);
    }

    [Fact]
    public void A_file_may_arrive_byte_by_byte()
    {
        var store = new MemoryBlockStore();
        var root = TestTrees.Build(TestTrees.Vector("wrapped-single-file", "unixfs-v1-2025"), store).Cid;
        using var exported = new MemoryStream();
        CarFile.Export(store, root, exported);
        var decoder = new CarDecoder();
        var cids = new List<Cid>();
        foreach (var current in exported.ToArray())
        {
            Assert.False(decoder.TryRead(out _));
            decoder.Append([current]);
            while (decoder.TryRead(out var block))
            {
                cids.Add(block.Cid);
            }
        }

        decoder.Complete();
        Assert.Equal(store.Count, cids.Count);
        Assert.Equal(root, cids[0]);
    }

    [Fact]
    public void More_bytes_than_were_agreed_are_refused()
    {
        var store = new MemoryBlockStore();
        var root = FileBuilder.Add(GeneratedStream.XorShift32(3, 3000), store, UnixFsProfile.V1Of2025 with { ChunkBytes = 1000 }).Cid;
        using var exported = new MemoryStream();
        CarFile.Export(store, root, exported);
        exported.Position = 0;

        var failure = Assert.Throws<PondException>(() => CarFile.Import(exported, new MemoryBlockStore(), maxTotalBytes: 2000));

        Assert.Equal("car-too-large", failure.Code);
    }

    private static MemoryBlockStore? SourceOf(string id)
    {
        var store = new MemoryBlockStore();
        switch (id)
        {
            case "hello-v1":
                FileBuilder.Add(new MemoryStream("hello world\n"u8.ToArray()), store, UnixFsProfile.V1Of2025);
                return store;
            case "hello-v0":
                FileBuilder.Add(new MemoryStream("hello world\n"u8.ToArray()), store, UnixFsProfile.V0Of2015);
                return store;
            case "file-1m-plus-1-v1":
                FileBuilder.Add(GeneratedStream.XorShift32(625341585, 1048577), store, UnixFsProfile.V1Of2025);
                return store;
            case "file-45m-plus-7-v0":
                FileBuilder.Add(GeneratedStream.XorShift32(625341585, 47185927), store, UnixFsProfile.V0Of2015);
                return store;
            case var nested when nested.StartsWith("nested-", StringComparison.Ordinal):
                TestTrees.Build(TestTrees.Vector("nested", nested["nested-".Length..^"-dups-n".Length]), store);
                return store;
            default:
                return null;
        }
    }
}
