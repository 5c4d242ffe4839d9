using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Sqlite;
using Pond.Store;

namespace Pond.Server.Tests.Content;

public sealed class DiskBlockStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Blocks_are_there_until_they_are_deleted_even_after_the_store_was_closed()
    {
        var blocks = Enumerable.Range(0, 50).Select(Raw).ToList();
        using (var store = new DiskBlockStore(_folder.Root))
        {
            blocks.ForEach(store.Put);
            store.Flush();
        }

        using var reopened = new DiskBlockStore(_folder.Root);
        Assert.Equal(blocks.Select(block => block.Cid.Hash).Order(), reopened.Enumerate().Order());
        Assert.All(blocks, block => Assert.Equal(block.Data.ToArray(), reopened.Read(block.Cid).ToArray()));
        Assert.True(reopened.Delete(blocks[0].Cid.Hash));
        Assert.False(reopened.Delete(blocks[0].Cid.Hash));
        Assert.False(reopened.Has(blocks[0].Cid.Hash));
        Assert.False(reopened.TryGet(blocks[0].Cid.Hash, out _));
    }

    [Fact]
    public void A_flipped_bit_in_a_file_is_found_and_the_block_named()
    {
        using var store = new DiskBlockStore(_folder.Root);
        var block = Large(1);
        store.Put(block);
        var path = Directory.EnumerateFiles(_folder.At("blocks"), "*", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(path);
        bytes[2] ^= 1;
        File.WriteAllBytes(path, bytes);

        var failure = Assert.Throws<PondException>(() => store.Read(block.Cid));

        Assert.Equal("block-corrupt", failure.Code);
        Assert.Contains(block.Cid.Hash.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_bit_in_a_row_is_found_and_the_block_can_be_put_again()
    {
        var block = Block.Create(cidVersion: 1, Multicodec.Raw, Enumerable.Repeat((byte)7, 3000).ToArray());
        using (var store = new DiskBlockStore(_folder.Root))
        {
            store.Put(block);
        }

        var path = _folder.At("small.db");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(block.Data.Span) + 1000] ^= 1;
        File.WriteAllBytes(path, bytes);

        using var reopened = new DiskBlockStore(_folder.Root);
        Assert.Equal("block-corrupt", Assert.Throws<PondException>(() => reopened.Read(block.Cid)).Code);
        Assert.True(reopened.Delete(block.Cid.Hash));
        reopened.Put(block);
        Assert.Equal(block.Data.ToArray(), reopened.Read(block.Cid).ToArray());
    }

    [Fact]
    public void A_damaged_database_is_reported_and_its_blocks_can_be_put_again()
    {
        var blocks = Enumerable.Range(0, 2000).Select(Raw).ToList();
        using (var store = new DiskBlockStore(_folder.Root))
        {
            using var hold = store.Hold();
            blocks.ForEach(store.Put);
        }

        // All pages but the first, which says that this is a database.
        var path = _folder.At("small.db");
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(4096).Fill(0xFF);
        File.WriteAllBytes(path, bytes);

        using var reopened = new ContentStore(_folder.Root);
        Assert.NotEmpty(reopened.Verify(_ => { }, CancellationToken.None).Problems);
        Assert.Equal("block-corrupt", Assert.Throws<PondException>(() => reopened.Blocks.Read(blocks[5].Cid)).Code);
        Assert.False(reopened.Blocks.Has(blocks[5].Cid.Hash));
        reopened.Blocks.Put(blocks[5]);
        Assert.Equal(blocks[5].Data.ToArray(), reopened.Blocks.Read(blocks[5].Cid).ToArray());
    }

    [Fact]
    public void A_folder_of_the_first_format_is_read_as_it_is()
    {
        // There, every block was a file, and no file said so.
        using (var store = new DiskBlockStore(_folder.Root, AllFiles))
        {
            store.Put(Raw(1));
        }

        File.Delete(_folder.At("format"));
        File.Delete(_folder.At("small.db"));

        using var reopened = new DiskBlockStore(_folder.Root);
        Assert.Equal([Raw(1).Cid.Hash], reopened.Enumerate());
        Assert.Equal(Raw(1).Data.ToArray(), reopened.Read(Raw(1).Cid).ToArray());
        reopened.Put(Raw(1));
        Assert.Equal(1, reopened.Sweep(() => new HashSet<Multihash>(), CancellationToken.None).Count);
    }

    [Fact]
    public void A_folder_of_a_later_format_is_refused_and_left_alone()
    {
        new DiskBlockStore(_folder.Root).Dispose();
        File.WriteAllText(_folder.At("format"), "pond-store 3\n");

        var failure = Assert.Throws<PondException>(() => new DiskBlockStore(_folder.Root));

        Assert.Equal("store-too-new", failure.Code);
        Assert.Equal("pond-store 3\n", File.ReadAllText(_folder.At("format")));
    }

    [Fact]
    public void Two_small_blocks_whose_hashes_end_alike_are_both_kept()
    {
        // Hashes of another function that are made up: what a row is found by is the end.
        using var table = new SmallBlockTable(_folder.At("table.db"));
        var digests = new[] { new byte[34], new byte[34] };
        digests[0][0] = digests[1][0] = 0x12;
        digests[0][1] = digests[1][1] = 32;
        digests[1][5] = 1;
        var hashes = digests.Select(digest => Multihash.TryReadExactly(digest, out var hash) ? hash : default).ToArray();

        Assert.Empty(table.Insert([new(hashes[0], [1])]));
        Assert.Equal([hashes[1]], table.Insert([new(hashes[1], [2]), new(hashes[0], [1])]));

        Assert.Equal([1], table.Find(hashes[0]));
        Assert.Null(table.Find(hashes[1]));
        Assert.Empty(table.Delete([hashes[1]]));
        Assert.Equal([1], table.Find(hashes[0]));
    }

    [Fact]
    public void More_small_blocks_than_one_piece_are_enumerated_and_swept_once_each()
    {
        using var store = new DiskBlockStore(_folder.Root);
        var blocks = Enumerable.Range(0, (SmallBlockTable.ChunkRows * 2) + 10).Select(Raw).ToList();
        using (store.Hold())
        {
            blocks.ForEach(store.Put);
        }

        Assert.Equal(blocks.Select(block => block.Cid.Hash).Order(), store.Enumerate().Order());
        var kept = blocks.Where((_, index) => index % 2 == 0).Select(block => block.Cid.Hash).ToHashSet();
        Assert.Equal(blocks.Count / 2, store.Sweep(() => kept, CancellationToken.None).Count);
        Assert.Equal(kept.Order(), store.Enumerate().Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pages_of_deleted_blocks_are_given_back_where_the_file_can_shrink_and_else_stay(bool canShrink)
    {
        SqliteDatabase.Open(_folder.At("table.db"), canShrink: canShrink).Dispose();
        using var table = new SmallBlockTable(_folder.At("table.db"));
        var blocks = Enumerable.Range(0, 2 * SmallBlockTable.FreePagesAtOnce)
            .Select(index => KeyValuePair.Create(Raw(index).Cid.Hash, new byte[4000]))
            .ToList();
        table.Insert(blocks);
        table.Delete(blocks.Select(block => block.Key));
        Assert.True(table.CountFreePages() >= 2 * SmallBlockTable.FreePagesAtOnce);

        table.GiveBackFreePages(CancellationToken.None);

        Assert.Equal(canShrink, table.CountFreePages() < SmallBlockTable.FreePagesAtOnce);
    }

    [Fact]
    public void What_a_crash_left_half_written_is_gone_after_opening()
    {
        new DiskBlockStore(_folder.Root).Dispose();
        File.WriteAllText(_folder.At("temporary", "7"), "half of a blo");

        using var store = new DiskBlockStore(_folder.Root);

        Assert.Empty(Directory.EnumerateFiles(_folder.At("temporary")));
        Assert.Empty(store.Enumerate());
    }

    [Fact]
    public void Two_processes_cannot_open_one_store()
    {
        using var store = new DiskBlockStore(_folder.Root);

        Assert.Equal("store-in-use", Assert.Throws<PondException>(() => new DiskBlockStore(_folder.Root)).Code);
    }

    [Fact]
    public void A_block_that_could_not_be_written_is_not_there()
    {
        using var store = new DiskBlockStore(_folder.Root);
        Directory.Delete(_folder.At("temporary"));

        var failure = Assert.Throws<PondException>(() => store.Put(Large(1)));

        Assert.Equal("disk-failed", failure.Code);
        Assert.False(store.Has(Large(1).Cid.Hash));
    }

    [Fact]
    public void A_full_disk_is_called_by_its_name()
    {
        // Linux's disk without space. It is opened and written here and nowhere else: what writes blocks deletes its
        // temporary files when it fails, and this file is the whole machine's.
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var cause = Assert.ThrowsAny<IOException>(() => full.Write([1, 2, 3]));

        var failure = DiskFailures.Write(cause, "/store/blocks/x");

        Assert.Equal("disk-full", failure.Code);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public void Many_threads_may_put_and_read_the_same_blocks()
    {
        using var store = new DiskBlockStore(_folder.Root);

        Parallel.For(0, 200, index =>
        {
            var block = index % 2 == 0 ? Raw(index % 10) : Large(index % 10);
            store.Put(block);
            Assert.Equal(block.Data.ToArray(), store.Read(block.Cid).ToArray());
        });

        Assert.Equal(10, store.Enumerate().Count());
        Assert.Empty(Directory.EnumerateFiles(_folder.At("temporary")));
    }

    [Fact]
    public void Blocks_put_while_the_store_is_held_are_read_at_once_and_stored_together()
    {
        using var store = new DiskBlockStore(_folder.Root);
        using (store.Hold())
        {
            for (var index = 0; index < 20; index++)
            {
                store.Put(Large(index));
            }

            Assert.Empty(Directory.EnumerateFiles(_folder.At("blocks"), "*", SearchOption.AllDirectories));
            Assert.True(store.Has(Large(7).Cid.Hash));
            Assert.Equal(Large(7).Data.ToArray(), store.Read(Large(7).Cid).ToArray());
            Assert.True(store.Delete(Large(7).Cid.Hash));
            Assert.False(store.Has(Large(7).Cid.Hash));

            store.Flush();
            Assert.Equal(19, Directory.EnumerateFiles(_folder.At("blocks"), "*", SearchOption.AllDirectories).Count());
            store.Put(Large(20));
        }

        Assert.Equal(20, Directory.EnumerateFiles(_folder.At("blocks"), "*", SearchOption.AllDirectories).Count());
        Assert.Empty(Directory.EnumerateFiles(_folder.At("temporary")));
    }

    [Fact]
    public void Blocks_of_a_hold_that_a_crash_interrupts_are_there_not_at_all()
    {
        using (var copied = new TemporaryFolder())
        {
            using (var store = new DiskBlockStore(_folder.Root))
            {
                store.Put(Raw(0));
                using var hold = store.Hold();
                store.Put(Raw(1));
                CopyFolder(_folder.Root, copied.Root);
            }

            using var afterCrash = new DiskBlockStore(copied.Root);
            Assert.Equal([Raw(0).Cid.Hash], afterCrash.Enumerate());
        }
    }

    [Fact]
    public void Enough_waiting_blocks_are_stored_while_the_store_is_still_held()
    {
        using var store = new DiskBlockStore(_folder.Root, new DiskBlockStoreOptions { MaxPendingBlocks = 3 });
        using var hold = store.Hold();
        for (var index = 0; index < 7; index++)
        {
            store.Put(Large(index));
        }

        Assert.Equal(6, Directory.EnumerateFiles(_folder.At("blocks"), "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void A_block_that_does_not_fit_is_refused_before_it_is_written()
    {
        using (var first = new DiskBlockStore(_folder.Root))
        {
            first.Put(Raw(0));
        }

        using var store = new DiskBlockStore(_folder.Root, new DiskBlockStoreOptions { MaxBytes = 8 });
        store.Put(Raw(1));
        store.Put(Raw(1));

        Assert.Equal("quota-exceeded", Assert.Throws<PondException>(() => store.Put(Raw(2))).Code);
        Assert.False(store.Has(Raw(2).Cid.Hash));
        Assert.Equal(8, store.UsedBytes);
        Assert.True(store.Delete(Raw(0).Cid.Hash));
        store.Put(Raw(2));
        Assert.Equal(2, store.Sweep(() => new HashSet<Multihash>(), CancellationToken.None).Count);
        Assert.Equal(0, store.UsedBytes);
    }

    [Fact]
    public void Sweeping_spares_what_is_kept_and_what_is_put_meanwhile()
    {
        using var store = new DiskBlockStore(_folder.Root);
        for (var index = 0; index < 4; index++)
        {
            store.Put(Raw(index));
        }

        var swept = store.Sweep(
            () =>
            {
                store.Put(Raw(1));
                store.Put(Raw(9));
                return new HashSet<Multihash> { Raw(0).Cid.Hash };
            },
            CancellationToken.None);

        Assert.Equal(new SweptBlocks(2, 8), swept);
        Assert.Equal(
            new[] { Raw(0), Raw(1), Raw(9) }.Select(block => block.Cid.Hash).Order(),
            store.Enumerate().Order());
    }

    [Fact]
    public void Sweeping_spares_what_was_put_while_the_store_was_held()
    {
        using var store = new DiskBlockStore(_folder.Root);
        store.Put(Raw(0));
        store.Put(Raw(1));
        using (store.Hold())
        {
            store.Put(Raw(1));
            store.Put(Raw(2));

            Assert.Equal(1, store.Sweep(() => new HashSet<Multihash>(), CancellationToken.None).Count);
        }

        Assert.Equal(2, store.Sweep(() => new HashSet<Multihash>(), CancellationToken.None).Count);
        Assert.Empty(store.Enumerate());
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) is not "lock"))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }

    private static DiskBlockStoreOptions AllFiles => new() { MaxSmallBlockBytes = 0 };

    /// <summary>A block that is a file.</summary>
    private static Block Large(int content)
    {
        var bytes = new byte[40_000];
        BitConverter.TryWriteBytes(bytes, content);
        return Block.Create(cidVersion: 1, Multicodec.Raw, bytes);
    }

    /// <summary>A block that is a row.</summary>
    private static Block Raw(int content) => Block.Create(cidVersion: 1, Multicodec.Raw, BitConverter.GetBytes(content));
}
