using Pond.Primitives;
using Pond.Store.Cars;
using Pond.Store.Dag;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Store.Tests;

/// <summary>
/// Bytes of strangers, made from real ones by flipping, cutting, doubling and joining: every reader ends, and fails only in the ways it says.
/// </summary>
public sealed class FuzzTests
{
    [Fact]
    public void Cids_are_read_or_refused_and_those_that_are_read_come_out_as_they_went_in()
    {
        byte[][] seeds =
        [
            Cid.Parse("QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o").ToArray(),
            Cid.Parse("bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4").ToArray(),
            Cid.Parse("bafkqaddimvwgy3zao5xxe3debi").ToArray(),
        ];
        Fuzz("cid", seeds, bytes =>
        {
            if (Cid.TryReadExactly(bytes, out var cid))
            {
                Assert.Equal(bytes, cid.ToArray());
                Assert.Equal(cid, Cid.Parse(cid.ToString()));
            }
        });
    }

    [Fact]
    public void Texts_of_cids_are_read_or_refused()
    {
        byte[][] seeds = ["QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o"u8.ToArray(), "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"u8.ToArray()];
        Fuzz("cid-text", seeds, bytes =>
        {
            if (Cid.TryParse(System.Text.Encoding.Latin1.GetString(bytes), out var cid))
            {
                Assert.Equal(cid, Cid.Parse(cid.ToString()));
            }
        });
    }

    [Fact]
    public void Nodes_are_read_or_refused_and_walked_only_where_they_make_sense()
    {
        var store = new MemoryBlockStore();
        var file = FileBuilder.Add(GeneratedStream.XorShift32(1, 5000), store, UnixFsProfile.V0Of2015 with { ChunkBytes = 100, MaxLinks = 10 });
        var directory = new DirectoryBuilder();
        for (var index = 0; index < 40; index++)
        {
            directory.Add($"entry {index}", file);
        }

        var flat = directory.Build(store, UnixFsProfile.V1Of2025).Cid;
        var sharded = directory.Build(store, UnixFsProfile.V1Of2025 with { HamtThresholdBytes = 10 }).Cid;
        byte[][] seeds = [.. new[] { file.Cid, flat, sharded }.Select(cid => store.Read(cid).ToArray())];
        Fuzz("dag-pb", seeds, bytes =>
        {
            var block = Block.Create(cidVersion: 1, Multicodec.DagPb, bytes);
            store.Put(block);
            Try(() => DagLinks.Of(block.Cid, bytes));
            Try(() => UnixFsNode.Parse(block.Cid, bytes));
            Try(() => UnixFsReader.List(store, block.Cid));
            Try(() =>
            {
                using var content = UnixFsReader.Open(store, block.Cid);
                content.CopyTo(Stream.Null);
            });
            store.Delete(block.Cid.Hash);
        });
    }

    [Fact]
    public void Car_files_are_read_or_refused_whatever_the_pieces_they_come_in()
    {
        var store = new MemoryBlockStore();
        var root = FileBuilder.Add(GeneratedStream.XorShift32(2, 600), store, UnixFsProfile.V1Of2025 with { ChunkBytes = 100, MaxLinks = 3 }).Cid;
        using var car = new MemoryStream();
        CarFile.Export(store, root, car);
        Fuzz("car", [car.ToArray()], bytes =>
        {
            Try(() => CarFile.Import(new MemoryStream(bytes), new MemoryBlockStore(), maxTotalBytes: 10_000));
            var decoder = new CarDecoder();
            Try(() =>
            {
                foreach (var piece in bytes.Chunk(7))
                {
                    decoder.Append(piece);
                    while (decoder.TryRead(out var block))
                    {
                        Assert.True(block.Cid.Hash.Matches(block.Data.Span));
                    }
                }

                decoder.Complete();
            });
        });
    }

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (PondException)
        {
            // Refusing in words is what a reader does with such bytes.
        }
    }

    private static void Fuzz(string stream, byte[][] seeds, Action<byte[]> read) => ByteFuzz.Run(stream, seeds, (bytes, _) => read(bytes));
}
