using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;

namespace Pond.Cli.Bench;

/// <summary>The measurements of <c>pond bench ledger</c>, each beside what the machine does without a ledger.</summary>
internal sealed class LedgerBench(TimeProvider timeProvider, Action<string> onStep)
{
    private const int Connections = 64;
    private const int PubSubSlots = 20;

    // The peer runs on one processor, so that many are enough for its rate and more would only take longer.
    private const int MaxPeerTransfers = 20_000;

    private static readonly Lamports Balance = Lamports.FromKoii(10);

    /// <summary>Measures everything.</summary>
    /// <param name="transfers">How many transfers.</param>
    /// <param name="requests">How many reads of each kind.</param>
    /// <param name="accounts">How many accounts for the memory and the start.</param>
    /// <param name="subscribers">How many sockets subscribe to slots.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IReadOnlyList<BenchRow>> RunAsync(
        int transfers, int requests, int accounts, int subscribers, CancellationToken cancellationToken)
    {
        // First the starts of other processes, while this one is small.
        var rows = new List<BenchRow> { await new LedgerStartBench(timeProvider, onStep).RunAsync(cancellationToken) };
        onStep($"making {transfers} keys");
        var keys = MakeKeys(transfers);
        var folder = Directory.CreateTempSubdirectory("pond-bench-ledger-");
        try
        {
            await using var host = await StartAsync(keys, folder.FullName, cancellationToken);
            var verified = MeasureVerification(keys, host.LatestBlock.Hash);
            var rate = await MeasureTransfersAsync(host, keys, cancellationToken);
            rows.Add(BenchRow.Rate("transfers in process, durable", rate, "signatures checked", verified, least: 0.75));
            rows.Add(await new LiteSvmPeer(Math.Min(transfers, MaxPeerTransfers), onStep).CompareAsync(rate, cancellationToken));
            rows.Add(await MeasureSendingAsync(host, keys, verified, cancellationToken));
            rows.AddRange(await MeasureReadsAsync(host, keys, requests, cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        rows.AddRange(await new LedgerMemoryBench(timeProvider, onStep).RunAsync(accounts, cancellationToken));
        rows.Add(await MeasureSubscribersAsync(subscribers, cancellationToken));
        return rows;
    }

    private async Task<BenchRow> MeasureSubscribersAsync(int subscribers, CancellationToken cancellationToken)
    {
        var report = await new PubSubBench(subscribers, PubSubSlots, Genesis.PublicSlotDuration, timeProvider, onStep).RunAsync(cancellationToken);
        return new BenchRow(
            string.Create(CultureInfo.InvariantCulture, $"slot's last notification, {subscribers:#,0} sockets"),
            Text(report.Pond),
            $"{Text(report.Bare)} bare sockets",
            "< 1 slot, 400 ms",
            report.IsReached);

        static string Text(PubSubBenchSide side) => string.Create(CultureInfo.InvariantCulture, $"{side.WorstMs:0} ms, {side.EndKib:0} KiB each");
    }

    private static Keypair[] MakeKeys(int count)
    {
        var keys = new Keypair[count];
        Parallel.For(0, count, index =>
        {
            var seed = new byte[Keypair.SeedSizeBytes];
            BitConverter.TryWriteBytes(seed, index + 1);
            keys[index] = Keypair.FromSeed(seed);
        });
        return keys;
    }

    private Task<LedgerHost> StartAsync(Keypair[] keys, string folder, CancellationToken cancellationToken)
    {
        var producer = Keypair.FromSeed(Enumerable.Repeat((byte)7, Keypair.SeedSizeBytes).ToArray());
        return LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Genesis = new Genesis
                {
                    ClusterName = "bench",
                    Producer = producer.PublicKey,
                    CreatedAt = DateTimeOffset.UnixEpoch,
                    Balances = keys.ToImmutableSortedDictionary(key => key.PublicKey, _ => Balance),
                    Rules = LedgerRules.Pond1,
                    SlotDuration = TimeSpan.FromMilliseconds(400),
                    IsLocal = true,
                },
                Producer = producer,
                Port = 0,
                DataFolder = folder,
            },
            timeProvider,
            cancellationToken);
    }

    // Every key pays the next one.
    private static byte[][] Sign(Keypair[] keys, Hash blockhash, ulong amount)
    {
        var signed = new byte[keys.Length][];
        Parallel.For(0, keys.Length, index => signed[index] = Transaction.Sign(
            keys[index],
            blockhash,
            [new SystemInstruction.Transfer(new Lamports(amount)).ToInstruction(keys[index].PublicKey, keys[(index + 1) % keys.Length].PublicKey)])
            .Serialize());
        return signed;
    }

    private double MeasureVerification(Keypair[] keys, Hash blockhash)
    {
        onStep("checking signatures alone");
        var signed = Sign(keys, blockhash, amount: 1);
        const int prefix = 1 + Signature.SizeBytes;
        var failures = 0;
        var seconds = timeProvider.Seconds(() => Parallel.For(0, signed.Length, index =>
        {
            var bytes = signed[index].AsSpan();
            if (!Ed25519.Verify(keys[index].PublicKey, bytes[prefix..], new Signature(bytes[1..prefix])))
            {
                Interlocked.Increment(ref failures);
            }
        }));
        return failures == 0 ? signed.Length / seconds : throw new InvalidDataException($"{failures} signatures do not hold.");
    }

    private async Task<double> MeasureTransfersAsync(LedgerHost host, Keypair[] keys, CancellationToken cancellationToken)
    {
        // What is sustained is the rate of code that was compiled, so the first transfers are not counted.
        onStep($"{keys.Length} transfers in process, twice");
        await TransferAsync(host, Sign(keys, host.LatestBlock.Hash, amount: 2), cancellationToken);
        var signed = Sign(keys, host.LatestBlock.Hash, amount: 3);
        GC.Collect();
        var start = timeProvider.GetTimestamp();
        await TransferAsync(host, signed, cancellationToken);
        return signed.Length / timeProvider.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task TransferAsync(LedgerHost host, byte[][] signed, CancellationToken cancellationToken)
    {
        var before = host.TransactionCount;
        Parallel.ForEach(signed, new ParallelOptions { CancellationToken = cancellationToken }, bytes => host.Submit(bytes));
        // The open slot is sealed at once: waiting for its end would be no work. The block after it is confirmed when the index of the one before
        // is written.
        await host.MineAsync(slots: 2, cancellationToken);
        Expect(host.TransactionCount - before == (ulong)signed.Length, $"{host.TransactionCount - before} of {signed.Length} transfers landed.");
    }

    private async Task<BenchRow> MeasureSendingAsync(LedgerHost host, Keypair[] keys, double verified, CancellationToken cancellationToken)
    {
        onStep("transfers over HTTP");
        var signed = Sign(keys, host.LatestBlock.Hash, amount: 4);
        var bodies = Array.ConvertAll(signed, bytes => Encoding.UTF8.GetBytes(
            $$"""{"jsonrpc":"2.0","id":1,"method":"sendTransaction","params":["{{Convert.ToBase64String(bytes)}}",{"encoding":"base64","skipPreflight":true}]}"""));
        var answer = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","result":"{{new Signature(signed[0].AsSpan(1, Signature.SizeBytes))}}","id":1}""");
        var before = host.TransactionCount;
        var bare = await BareRateAsync(bodies, answer, cancellationToken);
        var pond = await RateAsync(host.Endpoint, bodies, "\"result\""u8.ToArray(), cancellationToken);
        await host.MineAsync(slots: 1, cancellationToken);
        Expect(host.TransactionCount - before == (ulong)signed.Length, $"{host.TransactionCount - before} of {signed.Length} sent transactions landed.");
        var possible = 1 / ((1 / bare) + (1 / verified));
        return BenchRow.Rate("sendTransaction over HTTP", pond, "echo and verify", possible, least: 0.7);
    }

    private async Task<List<BenchRow>> MeasureReadsAsync(LedgerHost host, Keypair[] keys, int requests, CancellationToken cancellationToken)
    {
        var key = keys[0].PublicKey.ToString();
        var rows = new List<BenchRow>();
        foreach (var (method, parameters) in new[]
        {
            ("getSlot", "[]"), ("getBalance", $"[\"{key}\"]"), ("getAccountInfo", $"[\"{key}\",{{\"encoding\":\"base64\"}}]"),
        })
        {
            onStep(method);
            var body = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""");
            var answer = await AskAsync(host.Endpoint, body, cancellationToken);
            var bodies = Enumerable.Repeat(body, requests).ToArray();
            var bare = await BareRateAsync(bodies, answer, cancellationToken);
            var pond = await RateAsync(host.Endpoint, bodies, "\"result\""u8.ToArray(), cancellationToken);
            rows.Add(BenchRow.Rate(method, pond, "bare echo", bare, least: 0.85));
        }

        return rows;
    }

    private async Task<double> BareRateAsync(byte[][] bodies, byte[] answer, CancellationToken cancellationToken)
    {
        await using var bare = await BareServer.StartAsync(answer, cancellationToken);
        return await RateAsync(bare.Endpoint, bodies, answer, cancellationToken);
    }

    private async Task<double> RateAsync(Uri endpoint, byte[][] bodies, byte[] expected, CancellationToken cancellationToken)
    {
        // The first requests compile the code and open the connections; they are not counted.
        var requests = Array.ConvertAll(bodies, body => HttpLoad.Post(endpoint, body));
        var next = -1;
        var start = timeProvider.GetTimestamp();
        var count = await HttpLoad.RunAsync(
            endpoint,
            Connections,
            () => Interlocked.Increment(ref next) is var index && index < requests.Length ? requests[index] : null,
            body => Expect(body.Span.IndexOf(expected) >= 0, $"{endpoint} answered {Encoding.UTF8.GetString(body.Span)}"),
            cancellationToken);
        return count / timeProvider.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<byte[]> AskAsync(Uri endpoint, byte[] body, CancellationToken cancellationToken)
    {
        byte[]? request = HttpLoad.Post(endpoint, body);
        var answer = Array.Empty<byte>();
        await HttpLoad.RunAsync(
            endpoint, connections: 1, () => Interlocked.Exchange(ref request, null), bytes => answer = bytes.ToArray(), cancellationToken);
        using var parsed = JsonDocument.Parse(answer);
        Expect(parsed.RootElement.TryGetProperty("result", out _), Encoding.UTF8.GetString(answer));
        return answer;
    }

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
