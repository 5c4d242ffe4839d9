using System.Globalization;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger;
using Pond.Server.Ledger.Storage;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Ledger.Storage;

public sealed class DurableLedgerTests : IDisposable
{
    private static readonly Pubkey Alice = LocalLedger.KeyOf("alice").PublicKey;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_ledger_goes_on_where_it_stopped_with_its_accounts_history_and_hashes()
    {
        Block last;
        Signature id;
        await using (var ledger = await StartAsync())
        {
            await ledger.FundAsync(Alice, Lamports.FromKoii(3));
            id = await ledger.Client.RequestAirdropAsync(Alice, Lamports.FromKoii(4), CancellationToken.None);
            // Not waited for: what was taken before an orderly end is not lost.
            last = ledger.Host.LatestBlock;
        }

        await using var again = await StartAsync();
        var latest = again.Host.LatestBlock;
        Assert.True(latest.Height >= last.Height + 1);
        Assert.Equal(Lamports.FromKoii(7), await again.Client.GetBalanceAsync(Alice, Commitment.Finalized, CancellationToken.None));
        var status = Assert.Single((await again.Client.GetSignatureStatusesAsync([id], CancellationToken.None)).Value);
        Assert.Equal(Commitment.Finalized, status!.ConfirmationStatus);
        Assert.Equal(last.Hash, await HashAsync(again, last.Slot));
        Assert.Equal(2UL, await again.Client.GetTransactionCountAsync(Commitment.Finalized, CancellationToken.None));
        Assert.True((await again.Client.GetConservationAsync(CancellationToken.None)).Holds);
    }

    [Fact]
    public async Task A_state_that_was_written_down_saves_making_all_blocks_again()
    {
        var options = Options() with { SnapshotBlocks = 3 };
        await FillAsync(options, blocks: 8);

        var recovered = Recover(options);

        Assert.True(recovered.FromHeight >= 3, "No snapshot was used.");
        Assert.Equal(recovered.Bank.BlockHeight - recovered.FromHeight, recovered.ReplayedBlocks);
        Close(recovered);
        var verified = LedgerVerification.Run(_folder.Root, options.Genesis, _ => { }, CancellationToken.None);
        Assert.Empty(verified.Problems);
        Assert.Equal(verified.Height, verified.Blocks);
        Assert.True(verified.Snapshots >= 1);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_named_and_an_older_state_takes_its_place()
    {
        var options = Options() with { SnapshotBlocks = 3 };
        await FillAsync(options, blocks: 10);
        var before = Recover(options);
        Close(before);
        var newest = Directory.EnumerateFiles(_folder.At("snapshots")).Max(StringComparer.Ordinal)!;
        Flip(newest, 500);

        var recovered = Recover(options);

        Assert.Contains(newest, Assert.Single(recovered.Warnings).Message, StringComparison.Ordinal);
        Assert.Equal(before.Bank.LatestBlock.Hash, recovered.Bank.LatestBlock.Hash);
        Assert.True(recovered.FromHeight < before.FromHeight);
        Close(recovered);
    }

    [Fact]
    public async Task A_lost_index_is_made_again_from_the_journal()
    {
        await using (var ledger = await StartAsync())
        {
            await ledger.FundAsync(Alice, Lamports.FromKoii(3));
        }

        File.Delete(_folder.At("index.db"));

        var recovered = Recover(Options());
        Assert.Equal(1UL, recovered.Store.TransactionCount);
        Assert.Single(recovered.Store.FindByAccount(Alice, long.MaxValue, null, 10));
        recovered.Store.Check();
        Close(recovered);
    }

    [Fact]
    public async Task A_changed_byte_in_any_file_is_named_by_the_start_or_by_a_verification()
    {
        var options = Options() with { SnapshotBlocks = 4 };
        await using (var ledger = await StartAsync(options))
        {
            await ledger.FundAsync(Alice, Lamports.FromKoii(3));
            await ledger.Host.WaitForBlockAsync(ledger.Host.LatestBlock.Slot + 8, CancellationToken.None);
        }

        var random = DeterministicRandom.ForStream(7, "flips");
        foreach (var path in Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).Where(path => !Path.GetFileName(path).StartsWith("lock", StringComparison.Ordinal)))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            for (var flip = 0; flip < 12; flip++)
            {
                // The journal's last few bytes say that it was closed in order; without them it is as after a crash.
                var end = path.EndsWith(".journal", StringComparison.Ordinal) ? bytes.Length - 72 : bytes.Length;
                Flip(path, random.NextBelow(end));
                var problems = LedgerVerification.Run(_folder.Root, options.Genesis, _ => { }, CancellationToken.None).Problems;
                if (!path.EndsWith("index.db", StringComparison.Ordinal) || problems.Length > 0)
                {
                    Assert.Contains(problems, problem => problem.Contains(Path.GetFileName(path), StringComparison.Ordinal));
                }

                await File.WriteAllBytesAsync(path, bytes);
            }
        }
    }

    [Fact]
    public async Task A_full_disk_stops_transactions_says_why_and_loses_nothing()
    {
        FailingFolder? disk = null;
        await ShowAFailureAsync(
            Options() with { JournalFolders = path => disk = new FailingFolder(path) }, () => disk!.IsFull = true, "disk-full", "There is no space left");
    }

    [Fact]
    public async Task A_failing_sync_stops_transactions_says_why_and_loses_nothing()
    {
        FailingFolder? disk = null;
        await ShowAFailureAsync(
            Options() with { JournalFolders = path => disk = new FailingFolder(path) }, () => disk!.FailsToSync = true, "disk-failed", "Input/output error");
    }

    [Fact]
    public async Task A_second_process_is_kept_out_and_told_which_one_is_in()
    {
        await using var ledger = await StartAsync();

        var refused = await Assert.ThrowsAsync<PondException>(() => StartAsync());

        Assert.Equal("ledger-in-use", refused.Code);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_that_is_not_kept_answers_that_it_was_cleaned_up()
    {
        await using var ledger = await StartAsync(Options() with { HistoryBlocks = 40, SnapshotBlocks = 20 });
        while (ledger.Host.LatestBlock.Height < 100)
        {
            _ = await ledger.Host.WaitForBlockAsync(ledger.Host.LatestBlock.Slot + 1, CancellationToken.None);
        }


        var refused = await Assert.ThrowsAsync<RpcException>(() => HashAsync(ledger, new Slot(5)));

        Assert.Equal(RpcErrorCodes.BlockCleanedUp, refused.Error.Code);
        Assert.StartsWith("Block 5 cleaned up, does not exist on node. First available block: ", refused.Error.Message, StringComparison.Ordinal);
        var ahead = await Assert.ThrowsAsync<RpcException>(() => HashAsync(ledger, ledger.Host.LatestBlock.Slot + 100_000));
        Assert.Equal(RpcErrorCodes.BlockNotAvailable, ahead.Error.Code);
    }

    [Fact]
    public void What_is_kept_can_always_be_made_again()
    {
        var retention = new Retention(KeepBlocks: 100);
        var snapshots = new List<ulong>();
        for (var height = 10UL; height <= 2000; height += 10)
        {
            snapshots.Add(height);
            snapshots = [.. retention.Choose(snapshots, height)];
            var boundary = retention.Boundary(snapshots, height);

            Assert.True(boundary == 0 || snapshots.Contains(boundary));
            Assert.True(boundary + 100 <= height || boundary == 0, $"At {height}, block {boundary} is not kept any more.");
            Assert.True(height < 200 || boundary + 200 >= height, $"At {height}, everything from {boundary} on is still kept.");
            Assert.InRange(snapshots.Count, 1, 6);
        }
    }

    private async Task ShowAFailureAsync(LedgerHostOptions options, Action breakDisk, string code, string text)
    {
        Signature kept;
        Signature lost;
        await using (var ledger = await StartAsync(options))
        {
            await ledger.FundAsync(Alice, Lamports.FromKoii(3));
            kept = await ledger.Client.RequestAirdropAsync(Alice, Lamports.FromKoii(4), CancellationToken.None);
            Assert.IsType<TransactionOutcome.Confirmed>(await ledger.Sender.WaitAsync(kept, CancellationToken.None));

            breakDisk();
            lost = await ledger.Client.RequestAirdropAsync(Alice, Lamports.FromKoii(5), CancellationToken.None);
            await UntilAsync(() => ledger.Host.Failure is not null);

            Assert.Equal(code, ledger.Host.Failure!.Code);
            var refused = await Assert.ThrowsAsync<RpcException>(() => ledger.Client.RequestAirdropAsync(Alice, Lamports.FromKoii(6), CancellationToken.None));
            Assert.Equal(RpcErrorCodes.NodeUnhealthy, refused.Error.Code);
            Assert.Contains(text, refused.Error.Message, StringComparison.Ordinal);
            Assert.Equal(
                RpcErrorCodes.NodeUnhealthy,
                (await Assert.ThrowsAsync<RpcException>(() => ledger.Client.GetHealthAsync(CancellationToken.None))).Error.Code);
            // Reading goes on, and what is not on the disk is not confirmed.
            var statuses = (await ledger.Client.GetSignatureStatusesAsync([kept, lost], CancellationToken.None)).Value;
            Assert.Equal(Commitment.Finalized, statuses[0]!.ConfirmationStatus);
            Assert.NotEqual(Commitment.Finalized, statuses[1]?.ConfirmationStatus);
        }

        await using var again = await StartAsync();
        Assert.NotNull((await again.Client.GetSignatureStatusesAsync([kept], CancellationToken.None)).Value[0]);
        Assert.InRange(
            (await again.Client.GetBalanceAsync(Alice, Commitment.Finalized, CancellationToken.None)).Value,
            Lamports.FromKoii(7).Value,
            Lamports.FromKoii(12).Value);
        await again.FundAsync(Alice, Lamports.FromKoii(1));
    }

    private LedgerHostOptions Options() => LocalLedger.Options() with { DataFolder = _folder.Root };

    private Task<LocalLedger> StartAsync(LedgerHostOptions? options = null) => LocalLedger.StartAsync(options ?? Options());

    private static async Task FillAsync(LedgerHostOptions options, ulong blocks)
    {
        await using var ledger = await LocalLedger.StartAsync(options);
        await ledger.FundAsync(Alice, Lamports.FromKoii(3));
        _ = await ledger.Host.WaitForBlockAsync(ledger.Host.LatestBlock.Slot + blocks, CancellationToken.None);
    }

    private RecoveredLedger Recover(LedgerHostOptions options)
    {
        var folder = new LedgerFolder(_folder.Root);
        return new LedgerRecovery(folder, options.Genesis, new DiskJournalFolder(folder.Journal)).Run();
    }

    private static void Close(RecoveredLedger recovered)
    {
        recovered.Journal.Close();
        recovered.Journal.Dispose();
        recovered.Store.Dispose();
    }

    private static void Flip(string path, int offset)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }

    private static async Task<Hash> HashAsync(LocalLedger ledger, Slot slot) => Hash.Parse(
        (await ledger.Client.CallAsync<System.Text.Json.JsonElement>("getBlock", [slot], CancellationToken.None)).GetProperty("blockhash").GetString()!);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!isSo())
        {
            await look.WaitForNextTickAsync();
        }
    }
}
