using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;

namespace Pond.Cli.Bench;

/// <summary>Feeds a durable ledger with transfers for a long time, at most of the rate that it reached before, and looks whether it stays as it was.</summary>
internal sealed class SoakBench(TimeSpan duration, TimeProvider time, Action<string> onStep)
{
    private const int Payers = 2_000;

    // At the highest rate every queue is full by definition; what is sustained leaves room for what the machine does besides.
    private const double SustainedShare = 0.7;
    private const double MaxGrowth = 1.1;
    private const long MaxGrowthBytes = 32L << 20;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly Keypair[] _keys = [.. Enumerable.Range(1, Payers).Select(KeyOf)];
    private ulong _number;

    internal async Task<IReadOnlyList<BenchRow>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("pond-bench-soak-");
        try
        {
            await using var host = await StartAsync(folder.FullName, cancellationToken);
            onStep("the rate that it reaches");
            var reached = await FeedAsync(host, double.PositiveInfinity, WarmUp, _ => { }, cancellationToken);
            var rate = reached.Rate * SustainedShare;
            onStep(string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0} minutes at {rate:#,0}/s"));
            // What the first minutes leave behind, such as history and hot code, is no leak.
            var settled = await FeedAsync(host, rate, duration / 3, onStep, cancellationToken);
            var before = Memory();
            var soaked = await FeedAsync(host, rate, duration - (duration / 3), onStep, cancellationToken);
            var after = Memory();
            var worst = settled.WorstLag > soaked.WorstLag ? settled.WorstLag : soaked.WorstLag;
            return
            [
                new BenchRow(
                    "transfers landed",
                    string.Create(CultureInfo.InvariantCulture, $"{soaked.Rate:#,0}/s"),
                    string.Create(CultureInfo.InvariantCulture, $"{rate:#,0}/s fed"),
                    ">= 95 %",
                    soaked.Rate >= 0.95 * rate),
                new BenchRow(
                    "memory after it",
                    string.Create(CultureInfo.InvariantCulture, $"{after >> 20} MiB"),
                    string.Create(CultureInfo.InvariantCulture, $"{before >> 20} MiB after a third"),
                    "flat",
                    after <= (before * MaxGrowth) + MaxGrowthBytes),
                new BenchRow(
                    "worst slot lag",
                    string.Create(CultureInfo.InvariantCulture, $"{worst.TotalMilliseconds:0} ms"),
                    "-",
                    string.Create(CultureInfo.InvariantCulture, $"< {Genesis.PublicSlotDuration.TotalMilliseconds:0} ms"),
                    worst < Genesis.PublicSlotDuration),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<(double Rate, TimeSpan WorstLag)> FeedAsync(
        LedgerHost host, double rate, TimeSpan length, Action<string> tell, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var before = host.TransactionCount;
        var told = TimeSpan.Zero;
        var fed = 0L;
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lag = WatchAsync(host, watching.Token);
        while (time.GetElapsedTime(start) is var elapsed && elapsed < length)
        {
            var due = double.IsInfinity(rate) ? Payers : Math.Min((long)(rate * elapsed.TotalSeconds) - fed, Payers);
            if (due <= 0)
            {
                await Task.Delay(Step, time, cancellationToken);
                continue;
            }

            Feed(host, (int)due);
            fed += due;
            if (elapsed - told > TimeSpan.FromMinutes(1))
            {
                told = elapsed;
                tell(string.Create(
                    CultureInfo.InvariantCulture, $"{elapsed.TotalMinutes:0} min, slot {host.LatestBlock.Slot}, {Memory() >> 20} MiB"));
            }
        }

        await host.WaitForBlockAsync(host.LatestBlock.Slot + 2, cancellationToken);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        await watching.CancelAsync();
        return ((host.TransactionCount - before) / seconds, await lag);
    }

    private void Feed(LedgerHost host, int count)
    {
        var (blockhash, first) = (host.LatestBlock.Hash, _number);
        _number += (ulong)count;
        Parallel.For(0, count, index =>
        {
            // The amount tells apart what a payer sends twice within a block.
            var (payer, amount) = (_keys[index], new Lamports(1 + ((first + (ulong)index) % 1_000_000)));
            var transfer = new SystemInstruction.Transfer(amount).ToInstruction(payer.PublicKey, _keys[(index + 1) % Payers].PublicKey);
            _ = host.Submit(Transaction.Sign(payer, blockhash, [transfer]).Serialize());
        });
    }

    // How late each block was confirmed after its slot's end.
    private static async Task<TimeSpan> WatchAsync(LedgerHost host, CancellationToken cancellationToken)
    {
        var worst = TimeSpan.Zero;
        try
        {
            await foreach (var block in host.ReadBlocksAsync(cancellationToken))
            {
                var lag = host.TimeSince(block.Slot + 1);
                worst = lag > worst ? lag : worst;
            }
        }
        catch (OperationCanceledException)
        {
            // It has been watched long enough.
        }

        return worst;
    }

    private Task<LedgerHost> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var producer = KeyOf(0);
        return LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Genesis = new Genesis
                {
                    ClusterName = "soak",
                    Producer = producer.PublicKey,
                    CreatedAt = DateTimeOffset.UnixEpoch,
                    Balances = _keys.ToImmutableSortedDictionary(key => key.PublicKey, _ => Lamports.FromKoii(1_000)),
                    Rules = LedgerRules.Pond1,
                    IsLocal = true,
                },
                Producer = producer,
                Port = 0,
                DataFolder = folder,
                // So few that dropping, snapshots and new journal files are part of what is soaked.
                HistoryBlocks = 500,
                SnapshotBlocks = 200,
            },
            time,
            cancellationToken);
    }

    private static long Memory()
    {
        _ = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static Keypair KeyOf(int number)
    {
        var seed = new byte[Keypair.SeedSizeBytes];
        BitConverter.TryWriteBytes(seed, number);
        return Keypair.FromSeed(seed);
    }
}
