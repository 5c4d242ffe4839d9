using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Dag;
using Pond.Store.Retention;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Server.Tests.Content;

public sealed class ContentStoreTests : IDisposable
{
    private static readonly UnixFsProfile SmallBlocks = UnixFsProfile.V1Of2025 with { ChunkBytes = 100, MaxLinks = 3 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Garbage_is_what_no_pin_reaches()
    {
        using var store = new ContentStore(_folder.Root);
        var kept = Add(store, seed: 1);
        var garbage = Add(store, seed: 2);
        store.Pin(kept, "round 7");

        var swept = store.CollectGarbage(CancellationToken.None);

        Assert.True(swept.Count > 0);
        Assert.Equal(1000, Length(store, kept));
        Assert.False(store.Blocks.Contains(garbage));
        Assert.Equal(0, store.CollectGarbage(CancellationToken.None).Count);
    }

    [Fact]
    public void Content_with_two_pins_stays_until_both_are_gone()
    {
        using var store = new ContentStore(_folder.Root);
        var root = Add(store, seed: 1);
        store.Pin(root, "one");
        store.Pin(root, "two");

        Assert.True(store.Unpin(root, "one"));
        Assert.False(store.Unpin(root, "one"));
        store.CollectGarbage(CancellationToken.None);
        Assert.Equal(1000, Length(store, root));

        Assert.True(store.Unpin(root, "two"));
        store.CollectGarbage(CancellationToken.None);
        Assert.Empty(store.Blocks.Enumerate());
    }

    [Fact]
    public void Pins_are_there_after_the_store_was_closed()
    {
        Cid root;
        using (var store = new ContentStore(_folder.Root))
        {
            root = Add(store, seed: 1);
            store.Pin(root, "task / round 7 \u0105");
        }

        File.WriteAllText(_folder.At("pins", "x.temporary"), "half a pi");
        using var reopened = new ContentStore(_folder.Root);
        var pin = Assert.Single(reopened.Pins);
        Assert.Equal(new Pin(root, "task / round 7 \u0105") { SizeBytes = reopened.Blocks.UsedBytes }, pin);
        Assert.Equal(0, reopened.CollectGarbage(CancellationToken.None).Count);
    }

    [Fact]
    public void Content_that_is_not_all_here_cannot_be_pinned()
    {
        using var store = new ContentStore(_folder.Root);
        var root = Add(store, seed: 1);
        var leaf = UnixFsReader.Describe(store.Blocks, UnixFsReader.Describe(store.Blocks, root).Links[0].Cid).Links[0].Cid;
        store.Blocks.Delete(leaf.Hash);

        var failure = Assert.Throws<PondException>(() => store.Pin(root, ""));

        Assert.Equal("block-missing", failure.Code);
        Assert.Empty(store.Pins);
    }

    [Fact]
    public void Nothing_is_collected_when_a_pinned_block_was_lost()
    {
        using var store = new ContentStore(_folder.Root);
        var root = Add(store, seed: 1);
        var garbage = Add(store, seed: 2);
        store.Pin(root, "");
        store.Blocks.Delete(root.Hash);

        Assert.Equal("block-missing", Assert.Throws<PondException>(() => store.CollectGarbage(CancellationToken.None)).Code);
        Assert.Equal(1000, Length(store, garbage));
    }

    [Fact]
    public void Adding_and_pinning_beside_collections_loses_nothing()
    {
        using var store = new ContentStore(_folder.Root);
        using var stop = new CancellationTokenSource();
        var collecting = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                store.CollectGarbage(CancellationToken.None);
            }
        });
        collecting.Start();
        var roots = new List<Cid>();
        try
        {
            for (uint seed = 1; seed <= 20; seed++)
            {
                using var hold = store.Blocks.Hold();
                var root = Add(store, seed);
                store.Pin(root, $"{seed}");
                roots.Add(root);
            }
        }
        finally
        {
            stop.Cancel();
            collecting.Join();
        }

        store.CollectGarbage(CancellationToken.None);
        Assert.All(roots, root => Assert.Equal(1000, Length(store, root)));
    }

    [Fact]
    public void A_pin_keeps_kind_owner_and_expiry_until_its_time_has_come()
    {
        var expiry = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
        Cid root;
        using (var store = new ContentStore(_folder.Root))
        {
            root = Add(store, seed: 1);
            store.Pin(new Pin(root, "a") { Kind = PinKind.Direct, Owner = "task 1", ExpiresAt = expiry });
        }

        using var reopened = new ContentStore(_folder.Root);
        var pin = Assert.Single(reopened.Pins);
        Assert.Equal((PinKind.Direct, "task 1", expiry), (pin.Kind, pin.Owner, pin.ExpiresAt!.Value));
        reopened.CollectGarbage(CancellationToken.None);
        Assert.Equal([root.Hash], reopened.Blocks.Enumerate());
        Assert.Empty(reopened.ReleaseExpired(expiry.AddMilliseconds(-1)));
        Assert.Equal([pin], reopened.ReleaseExpired(expiry));
        Assert.Empty(reopened.Pins);
    }

    [Fact]
    public void Proofs_are_released_three_rounds_after_their_payout()
    {
        using var store = new ContentStore(_folder.Root);
        var root = Add(store, seed: 1);
        var other = new Pin(root, RoundRetention.PinName("other", new(7)));
        store.Pin(root, RoundRetention.PinName("task", new(7)));
        store.Pin(root, RoundRetention.PinName("task", new(8)));
        store.Pin(other);
        store.Pin(root, "for good");

        Assert.Empty(store.ReleaseRounds("task", new(12), new RoundRetention()));
        var released = Assert.Single(store.ReleaseRounds("task", new(13), new RoundRetention()));
        Assert.Equal("task/task/round/7", released.Name);
        Assert.Equal(3, store.Pins.Count);
    }

    [Fact]
    public void An_owner_cannot_add_or_pin_more_than_his_quota()
    {
        using var store = new ContentStore(_folder.Root, new ContentStoreOptions { MaxBytesOfOthers = 2500 });
        Cid root;
        using (var writer = store.BeginAdd("task 1"))
        {
            root = FileBuilder.Add(GeneratedStream.XorShift32(1, 1000), writer, SmallBlocks).Cid;
            writer.Pin(new Pin(root, ""));
        }

        var before = store.Blocks.UsedBytes;
        using (var writer = store.BeginAdd("task 1"))
        {
            var failure = Assert.Throws<PondException>(() => FileBuilder.Add(GeneratedStream.XorShift32(2, 1000), writer, SmallBlocks));
            Assert.Equal("quota-exceeded", failure.Code);
        }

        store.CollectGarbage(CancellationToken.None);
        Assert.Equal(before, store.Blocks.UsedBytes);
        using var other = store.BeginAdd("task 2");
        FileBuilder.Add(GeneratedStream.XorShift32(2, 1000), other, SmallBlocks);
        using var own = store.BeginAdd("");
        var large = FileBuilder.Add(GeneratedStream.XorShift32(3, 100_000), own, SmallBlocks).Cid;
        Assert.Equal("quota-exceeded", Assert.Throws<PondException>(() => other.Pin(new Pin(large, ""))).Code);
    }

    [Fact]
    public void Verifying_names_what_is_damaged_and_what_is_missing_and_can_delete_what_is_damaged()
    {
        using var store = new ContentStore(_folder.Root, new() { Blocks = new() { MaxSmallBlockBytes = 0 } });
        var root = Add(store, seed: 1);
        store.Pin(root, "");
        Assert.Empty(store.Verify(_ => { }, CancellationToken.None).Problems);
        var files = Directory.EnumerateFiles(_folder.At("blocks"), "*", SearchOption.AllDirectories).ToList();
        var leaves = files.Where(file => new FileInfo(file).Length == 100).Take(2).ToList();
        File.WriteAllText(leaves[0], "damaged");
        File.Delete(leaves[1]);

        var found = store.Verify(_ => { }, CancellationToken.None);

        Assert.Equal(files.Count - 2, found.Blocks);
        Assert.Equal(2, found.Problems.Count);
        Assert.Contains(found.Problems, problem => problem.Contains(leaves[0], StringComparison.Ordinal));
        store.Verify(repairs: true, _ => { }, CancellationToken.None);
        Assert.False(File.Exists(leaves[0]));
    }

    [Fact]
    public void A_name_that_would_not_survive_its_file_is_refused()
    {
        using var store = new ContentStore(_folder.Root);
        var root = Add(store, seed: 1);

        Assert.Throws<ArgumentException>(() => store.Pin(root, "two\nlines"));
        Assert.Throws<ArgumentException>(() => store.Pin(root, new string('x', 256)));
        Assert.Empty(store.Pins);
    }

    [Fact]
    public void A_pin_that_cannot_be_read_stops_the_store_from_opening()
    {
        Directory.CreateDirectory(_folder.At("pins"));
        File.WriteAllText(_folder.At("pins", "00"), "what?");

        Assert.Equal("pin-corrupt", Assert.Throws<PondException>(() => new ContentStore(_folder.Root)).Code);
    }

    private static Cid Add(ContentStore store, uint seed) =>
        FileBuilder.Add(GeneratedStream.XorShift32(seed, 1000), store.Blocks, SmallBlocks).Cid;

    private static long Length(ContentStore store, Cid root)
    {
        using var stream = UnixFsReader.Open(store.Blocks, root);
        var length = 0L;
        while (stream.ReadByte() >= 0)
        {
            length++;
        }

        new DagWalk(root).Run(store.Blocks);
        return length;
    }
}
