using System.Text.Json;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Store.Tests.UnixFs;

/// <summary>The profiles of the vectors, from the parameters that the vectors state.</summary>
internal static class Profiles
{
    internal static UnixFsProfile Named(string name)
    {
        var settings = IpfsVectors.Section("profiles").GetProperty(name);
        return new()
        {
            CidVersion = (int)settings.Number("cidVersion"),
            HasRawLeaves = settings.GetProperty("rawLeaves").GetBoolean(),
            ChunkBytes = (int)settings.Number("chunk"),
            MaxLinks = (int)settings.Number("fileMaxLinks"),
            HamtFanout = (int)settings.Number("hamtFanout"),
            HamtThresholdBytes = (int)settings.Number("hamtThreshold"),
            DirectoryEstimate = settings.Text("hamtEstimate") is "block-bytes"
                ? DirectorySizeEstimate.BlockBytes
                : DirectorySizeEstimate.LinksBytes,
        };
    }

    /// <summary>What the vectors say about a DAG, against what was written into a store of its own.</summary>
    internal static void AssertRoot(JsonElement expected, AddedContent actual, MemoryBlockStore store)
    {
        Assert.Equal(expected.Text("cid"), actual.Cid.ToString());
        Assert.Equal((ulong)expected.Number("cumulative_size"), actual.Tsize);
        Assert.Equal(expected.Number("unique_blocks"), store.Count);
        Assert.Equal(expected.Number("unique_bytes"), store.TotalBytes);
        Assert.Equal(expected.Number("root_block_len"), store.Read(actual.Cid).Length);
    }
}
