using System.Collections.Immutable;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Ledger;
using Pond.Server.LocalNetworks;

namespace Pond.Cli.Bench;

/// <summary>The measurements of <c>pond bench pubsub</c>: how late subscribers hear of a slot, and what they cost. The baseline sends a text of the
/// same size to as many bare sockets.</summary>
internal sealed class PubSubBench(int subscribers, int slots, TimeSpan slotDuration, TimeProvider time, Action<string> onStep)
{
    private const string Subscribe = """{"jsonrpc":"2.0","id":1,"method":"slotSubscribe"}""";
    private static readonly byte[] Notification = Encoding.ASCII.GetBytes(
        """{"jsonrpc":"2.0","method":"slotNotification","params":{"result":{"slot":1000,"parent":999,"root":998},"subscription":10000}}""");

    internal async Task<PubSubBenchReport> RunAsync(CancellationToken cancellationToken)
    {
        var bare = await MeasureBareAsync(cancellationToken);
        var pond = await MeasurePondAsync(cancellationToken);
        return new(Schema: 1, subscribers, slots, slotDuration.TotalMilliseconds, pond, bare, pond.WorstMs < slotDuration.TotalMilliseconds && pond.Received == pond.Expected);
    }

    private async Task<PubSubBenchSide> MeasurePondAsync(CancellationToken cancellationToken)
    {
        var producer = Keypair.FromSeed(LocalLedger.NewSeed());
        await using var host = await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Genesis = new Genesis
                {
                    ClusterName = "bench",
                    Producer = producer.PublicKey,
                    CreatedAt = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()),
                    Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
                    Rules = LedgerRules.Pond1,
                    SlotDuration = slotDuration,
                    IsLocal = true,
                },
                Producer = producer,
                Port = 0,
            },
            time,
            cancellationToken);
        var before = Memory();
        onStep($"{subscribers} subscribers to slots");
        await using var listeners = await PubSubListeners.StartAsync(host.PubSubEndpoint, subscribers, Subscribe, cancellationToken);
        onStep($"{slots} slots");
        var connected = Memory();
        var first = host.LatestBlock.Slot + 3;
        var sent = new long[slots];
        for (var index = 0; index < slots; index++)
        {
            _ = await host.WaitForBlockAsync(first + (ulong)index, cancellationToken);
            // Against the moment at which the slot had to begin and not the one at which the ledger got to it.
            sent[index] = time.GetTimestamp() - (long)(host.TimeSince(first + (ulong)index + 1).TotalSeconds * time.TimestampFrequency);
        }

        await Task.Delay(slotDuration, time, cancellationToken);
        var after = Memory();
        return Side(await listeners.StopAsync((first + 1).Value, sent, cancellationToken), before, connected, after);
    }

    private async Task<PubSubBenchSide> MeasureBareAsync(CancellationToken cancellationToken)
    {
        var sockets = new List<WebSocket>();
        using var over = new CancellationTokenSource();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            lock (sockets)
            {
                sockets.Add(socket);
            }

            var ended = new TaskCompletionSource();
            await using var _ = over.Token.Register(ended.SetResult);
            await ended.Task;
        });
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var before = Memory();
        onStep($"{subscribers} bare sockets");
        await using var listeners = await PubSubListeners.StartAsync(
            new UriBuilder(address) { Scheme = "ws" }.Uri, subscribers, message: null, cancellationToken);
        onStep($"{slots} broadcasts");
        var connected = Memory();
        var sent = new long[slots];
        using var timer = new PeriodicTimer(slotDuration, time);
        for (var index = 0; index < slots; index++)
        {
            _ = await timer.WaitForNextTickAsync(cancellationToken);
            sent[index] = time.GetTimestamp();
            var text = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Notification).Replace("1000,", $"{1000 + index},", StringComparison.Ordinal));
            await Task.WhenAll(sockets.Select(socket =>
                socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken)));
        }

        await Task.Delay(slotDuration, time, cancellationToken);
        var after = Memory();
        var arrivals = await listeners.StopAsync(first: 1000, sent, cancellationToken);
        await over.CancelAsync();
        await app.StopAsync(cancellationToken);
        return Side(arrivals, before, connected, after);
    }

    private PubSubBenchSide Side(double[] lagsMs, long before, long connected, long after)
    {
        Array.Sort(lagsMs);
        return new(
            lagsMs.Length,
            (long)subscribers * slots,
            At(0.5),
            At(0.99),
            At(1),
            (connected - before) / 1024.0 / subscribers,
            (after - before) / 1024.0 / subscribers);

        double At(double share) => lagsMs.Length == 0 ? double.NaN : Math.Round(lagsMs[(int)((lagsMs.Length - 1) * share)], 2);
    }

    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true);
}
