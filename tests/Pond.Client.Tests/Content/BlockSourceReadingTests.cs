using Pond.Client.Content;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.Dag;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Client.Tests.Content;

public sealed class BlockSourceReadingTests
{
    private readonly MemoryBlockStore _store = new();

    [Fact]
    public async Task A_walk_over_a_source_finds_what_it_finds_in_a_store()
    {
        var builder = new DirectoryBuilder();
        builder.Add("file", FileBuilder.Add(new MemoryStream([1, 2, 3]), _store, UnixFsProfile.V1Of2025));
        var path = ContentPath.Parse($"{builder.Build(_store, UnixFsProfile.V1Of2025).Cid}/file");

        var resolution = await new PathResolution(path).RunAsync(new LocalBlockSource(_store), CancellationToken.None);

        Assert.Equal(UnixFsReader.Resolve(_store, path), resolution.Target);
    }

    [Fact]
    public async Task A_block_that_is_not_here_is_not_an_empty_block()
    {
        var cid = Block.Create(1, Multicodec.Raw, ReadOnlyMemory<byte>.Empty).Cid;

        Assert.Null(await new LocalBlockSource(_store).GetBlockAsync(cid, CancellationToken.None));
    }

    [Fact]
    public async Task Each_block_is_asked_for_once_and_no_more_than_agreed_at_one_time()
    {
        var root = FileBuilder.Add(GeneratedStream.XorShift32(3, 5000), _store, UnixFsProfile.V1Of2025 with { ChunkBytes = 10, MaxLinks = 10 }).Cid;
        var source = new CountingSource(new LocalBlockSource(_store), root, crowd: 3);

        var fetched = await source.FetchDagAsync(root, new DagFetchLimits { Parallelism = 3 }, CancellationToken.None);

        Assert.Equal(_store.Count, fetched.BlockCount);
        Assert.Equal(_store.Count, source.Asked);
        Assert.Equal(3, source.MostAtOnce);
    }

    [Fact]
    public async Task A_terabyte_of_nine_blocks_is_nine_blocks()
    {
        var vector = IpfsVectors.Section("dag_bomb");
        CarFile.Import(new MemoryStream(Convert.FromBase64String(vector.Text("car_base64"))), _store, 100_000);

        var fetched = await new LocalBlockSource(_store).FetchDagAsync(
            Cid.Parse(vector.Text("root")), new DagFetchLimits { MaxBytes = 100_000 }, CancellationToken.None);

        Assert.Equal(9, fetched.BlockCount);
    }

    [Theory]
    [InlineData(100, 1_000)]
    [InlineData(1_000_000, 10)]
    public async Task A_fetch_stops_at_its_limits(long maxBytes, int maxBlocks)
    {
        var root = FileBuilder.Add(GeneratedStream.XorShift32(3, 5000), _store, UnixFsProfile.V1Of2025 with { ChunkBytes = 100 }).Cid;

        var failure = await Assert.ThrowsAsync<PondException>(() => new LocalBlockSource(_store).FetchDagAsync(
            root, new DagFetchLimits { MaxBytes = maxBytes, MaxBlocks = maxBlocks }, CancellationToken.None));

        Assert.Equal("dag-too-large", failure.Code);
    }

    [Fact]
    public async Task A_chain_of_blocks_without_end_is_given_up()
    {
        var link = Block.Create(1, Multicodec.Raw, new byte[] { 1 });
        for (var level = 0; level < 40; level++)
        {
            _store.Put(link);
            link = Block.Create(1, Multicodec.DagPb, new PbNode([new(link.Cid, "", 0)], data: null).Encode());
        }

        _store.Put(link);

        var failure = await Assert.ThrowsAsync<PondException>(() => new LocalBlockSource(_store).FetchDagAsync(
            link.Cid, new DagFetchLimits(), CancellationToken.None));

        Assert.Equal("dag-too-deep", failure.Code);
        Assert.Equal("dag-too-deep", Assert.Throws<PondException>(() => new DagWalk(link.Cid).Run(_store)).Code);
    }

    // Answers for the root at once, and for the others when as many are asked for as make a crowd.
    private sealed class CountingSource(IBlockSource inner, Cid root, int crowd) : IBlockSource
    {
        private readonly TaskCompletionSource _isCrowded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _running;

        internal int Asked { get; private set; }

        internal int MostAtOnce { get; private set; }

        public async ValueTask<ReadOnlyMemory<byte>?> GetBlockAsync(Cid cid, CancellationToken cancellationToken)
        {
            lock (inner)
            {
                Asked++;
                MostAtOnce = Math.Max(MostAtOnce, ++_running);
                if (_running == crowd)
                {
                    _isCrowded.TrySetResult();
                }
            }

            if (cid != root)
            {
                await _isCrowded.Task.WaitAsync(cancellationToken);
            }

            var block = await inner.GetBlockAsync(cid, cancellationToken);
            lock (inner)
            {
                _running--;
            }

            return block;
        }
    }
}
