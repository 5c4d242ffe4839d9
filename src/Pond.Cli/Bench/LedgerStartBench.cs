using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pond.Cli.Bench;

/// <summary>How long it takes from the start of the process <c>pond ledger run</c> until an empty ledger has answered its first call.</summary>
internal sealed class LedgerStartBench(TimeProvider time, Action<string> onStep)
{
    private const int Runs = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(1);

    /// <summary>Measures some starts; the quickest counts, since whatever else the machine does only makes them longer.</summary>
    internal async Task<BenchRow> RunAsync(CancellationToken cancellationToken)
    {
        onStep($"{Runs} starts of an empty ledger");
        var folder = Directory.CreateTempSubdirectory("pond-bench-start-");
        try
        {
            var bare = new List<TimeSpan>();
            var ledger = new List<TimeSpan>();
            for (var run = 0; run < Runs; run++)
            {
                bare.Add(await MeasureAsync(["bench", BareServer.CommandName], cancellationToken));
                ledger.Add(await MeasureAsync(
                    ["ledger", "run", "--data", Path.Combine(folder.FullName, $"{run}"), "--pubsub", "0", "--rpc"], cancellationToken));
            }

            return new BenchRow(
                "first answer of an empty ledger",
                Text(ledger.Min()),
                $"{Text(bare.Min())} web server alone",
                $"<= {Text(Longest)}",
                ledger.Min() <= Longest);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<TimeSpan> MeasureAsync(IEnumerable<string> words, CancellationToken cancellationToken)
    {
        var endpoint = new Uri($"http://127.0.0.1:{FreePort()}/");
        byte[]? request = HttpLoad.Post(endpoint, """{"jsonrpc":"2.0","id":1,"method":"getSlot"}"""u8);
        var start = time.GetTimestamp();
        using var process = Process.Start(ChildPond.With([.. words, endpoint.Port.ToString(CultureInfo.InvariantCulture)]))!;
        try
        {
            while (true)
            {
                try
                {
                    await HttpLoad.RunAsync(endpoint, connections: 1, () => Interlocked.Exchange(ref request, null), _ => { }, cancellationToken);
                    return time.GetElapsedTime(start);
                }
                catch (SocketException) when (!process.HasExited)
                {
                    // Nobody listens yet.
                    await Task.Delay(Retry, time, cancellationToken);
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port: 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Text(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms");
}
