using System.Diagnostics;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Ledger.Storage;

/// <summary>A ledger on a small disk of its own. Only root may mount one; for others the failing files of <see cref="DurableLedgerTests"/> stand in.</summary>
public sealed class MountedDiskTests : IDisposable
{
    private static readonly Pubkey Alice = LocalLedger.KeyOf("alice").PublicKey;

    private readonly TemporaryFolder _folder = new();
    private readonly bool _isMounted;

    public MountedDiskTests() =>
        _isMounted = OperatingSystem.IsLinux() && Environment.UserName is "root" && Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _folder.Root);

    public void Dispose()
    {
        if (_isMounted)
        {
            _ = Run("umount", "-l", _folder.Root);
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_ledger_on_a_full_disk_stops_and_comes_back_when_there_is_space()
    {
        if (!_isMounted)
        {
            return;
        }

        var options = LocalLedger.Options() with { DataFolder = _folder.At("ledger") };
        Hash hash;
        Slot slot;
        await using (var ledger = await LocalLedger.StartAsync(options))
        {
            await ledger.FundAsync(Alice, Lamports.FromKoii(3));
            (hash, slot) = (ledger.Host.LatestBlock.Hash, ledger.Host.LatestBlock.Slot);
            Fill(_folder.At("ballast"));
            using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            while (ledger.Host.Failure is null)
            {
                await look.WaitForNextTickAsync();
            }

            Assert.Equal("disk-full", ledger.Host.Failure.Code);
            var refused = await Assert.ThrowsAsync<RpcException>(() => ledger.Client.RequestAirdropAsync(Alice, Lamports.FromKoii(6), CancellationToken.None));
            Assert.Contains("no space left", refused.Error.Message, StringComparison.Ordinal);
        }

        var stillFull = await Record.ExceptionAsync(() => LocalLedger.StartAsync(options));
        Assert.True(stillFull is null or PondException, $"{stillFull}");

        File.Delete(_folder.At("ballast"));
        await using var again = await LocalLedger.StartAsync(options);
        Assert.Equal(Lamports.FromKoii(3), await again.Client.GetBalanceAsync(Alice, Commitment.Finalized, CancellationToken.None));
        Assert.True(again.Host.LatestBlock.Slot >= slot);
        var block = await again.Client.CallAsync<System.Text.Json.JsonElement>("getBlock", [slot], CancellationToken.None);
        Assert.Equal(hash.ToString(), block.GetProperty("blockhash").GetString());
        await again.FundAsync(Alice, Lamports.FromKoii(1));
    }

    [Fact]
    public async Task A_ledger_on_a_read_only_disk_says_so_and_does_not_start()
    {
        if (!_isMounted)
        {
            return;
        }

        var options = LocalLedger.Options() with { DataFolder = _folder.At("ledger") };
        await (await LocalLedger.StartAsync(options)).DisposeAsync();
        Assert.True(Run("mount", "-o", "remount,ro", _folder.Root));

        var refused = await Assert.ThrowsAsync<PondException>(() => LocalLedger.StartAsync(options));

        Assert.StartsWith("disk-", refused.Code, StringComparison.Ordinal);
        Assert.Contains(_folder.Root, refused.Message, StringComparison.Ordinal);
    }

    private static void Fill(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
            {
                file.Write(new byte[512]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static bool Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
