using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Ledger;

namespace Pond.Cli.Bench;

/// <summary>What many accounts take of memory, and how long a ledger takes to begin from a snapshot of them.</summary>
internal sealed class LedgerMemoryBench(TimeProvider time, Action<string> onStep)
{
    private const double MaxBytesPerAccount = 400;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(3);
    private static readonly Keypair Producer = Keypair.FromSeed(new byte[Keypair.SeedSizeBytes]);

    internal async Task<IReadOnlyList<BenchRow>> RunAsync(int accounts, CancellationToken cancellationToken)
    {
        onStep($"{accounts} accounts");
        var genesis = GenesisOf(accounts);
        var bytes = MeasureMemory(genesis) / (double)accounts;
        var start = await MeasureStartAsync(genesis, cancellationToken);
        return
        [
            new BenchRow(
                string.Create(CultureInfo.InvariantCulture, $"memory of each of {accounts:#,0} accounts"),
                string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B"),
                "-",
                string.Create(CultureInfo.InvariantCulture, $"<= {MaxBytesPerAccount:0} B"),
                bytes <= MaxBytesPerAccount),
            new BenchRow(
                "start from a snapshot of them",
                string.Create(CultureInfo.InvariantCulture, $"{start.Elapsed.TotalSeconds:0.00} s"),
                string.Create(CultureInfo.InvariantCulture, $"{start.Processors.TotalSeconds:0.00} s of processor time"),
                string.Create(CultureInfo.InvariantCulture, $"< {LongestStart.TotalSeconds:0} s"),
                start.Elapsed < LongestStart),
        ];
    }

    private static long MeasureMemory(Genesis genesis)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var bank = new Bank(genesis);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(bank);
        return bytes;
    }

    // From a folder, as `pond ledger run` does it, until the first call is answered.
    private async Task<(TimeSpan Elapsed, TimeSpan Processors)> MeasureStartAsync(Genesis genesis, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("pond-bench-accounts-");
        try
        {
            var options = new LedgerHostOptions { Genesis = genesis, Producer = Producer, Port = 0, DataFolder = folder.FullName, SnapshotBlocks = 1 };
            await using (var first = await LedgerHost.StartAsync(options, time, cancellationToken))
            {
                await first.MineAsync(slots: 2, cancellationToken);
            }

            GC.Collect();
            onStep("starting from their snapshot");
            var worked = Environment.CpuUsage.TotalTime;
            var began = time.GetTimestamp();
            await using var host = await LedgerHost.StartAsync(options, time, cancellationToken);
            byte[]? request = HttpLoad.Post(host.Endpoint, """{"jsonrpc":"2.0","id":1,"method":"getSlot"}"""u8);
            await HttpLoad.RunAsync(host.Endpoint, connections: 1, () => Interlocked.Exchange(ref request, null), _ => { }, cancellationToken);
            return (time.GetElapsedTime(began), Environment.CpuUsage.TotalTime - worked);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Genesis GenesisOf(int accounts)
    {
        var balances = new KeyValuePair<Pubkey, Lamports>[accounts];
        Span<byte> number = stackalloc byte[sizeof(int)];
        for (var index = 0; index < accounts; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, index + 1);
            balances[index] = new(new Pubkey(SHA256.HashData(number)), Lamports.FromKoii(1));
        }

        return new Genesis
        {
            ClusterName = "bench",
            Producer = Producer.PublicKey,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Balances = balances.ToImmutableSortedDictionary(),
            Rules = LedgerRules.Pond1,
            // No slot ends by itself while the ledger is looked at.
            SlotDuration = TimeSpan.FromHours(1),
            IsLocal = true,
        };
    }
}
