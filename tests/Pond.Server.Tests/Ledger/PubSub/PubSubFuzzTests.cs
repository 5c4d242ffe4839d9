using System.Net;
using System.Net.Sockets;
using System.Text;
using Pond.Primitives;

namespace Pond.Server.Tests.Ledger.PubSub;

public class PubSubFuzzTests
{
    private const ulong Seed = 11;
    private const int FramesPerSocket = 8;

    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("POND_FUZZ_COUNT"), out var count) ? count : 20_000;

    private static readonly string[] Kinds = ["account", "program", "signature", "logs", "block", "slot", "slotsUpdates", "root", "vote"];

    private static readonly string[] Parameters =
    [
        "\"11111111111111111111111111111111\"", "\"Koiitask22222222222222222222222222222222222\"", $"\"{new string('1', 64)}\"", "\"all\"", "1", "0",
        "18446744073709551615", "-1", "null", "{}", "[]", "\"allWithVotes\"", "{\"mentions\":[\"11111111111111111111111111111111\"]}",
        "{\"mentionsAccountOrProgram\":\"11111111111111111111111111111111\"}", "{\"encoding\":\"base64\",\"commitment\":\"processed\"}",
        "{\"encoding\":\"jsonParsed\",\"dataSlice\":{\"offset\":18446744073709551615,\"length\":1}}", "{\"filters\":[{\"dataSize\":0}]}",
        "{\"enableReceivedNotification\":true}", "{\"transactionDetails\":\"none\",\"showRewards\":true,\"maxSupportedTransactionVersion\":0}",
    ];

    private static readonly string[] Fragments =
        ["[", "]", "{", "}", ",", "\"", "null", "1e400", "\\ud800", "\"id\":", "\"params\":", "\"method\":\"ping\"", "\"jsonrpc\":\"1.0\"", "é"];

    /// <summary>Frames of all kinds, good, damaged and random, on sockets that come and go: the ledger answers on, and holds on to nothing.</summary>
    [Fact]
    public async Task No_frame_crashes_the_ledger_or_stays_in_its_memory()
    {
        var random = DeterministicRandom.ForStream(Seed, "pubsub-fuzz");
        var failures = new RecordingLoggers();
        await using var ledger = await LocalLedger.StartAsync(LocalLedger.Options() with { Loggers = failures });
        await using var witness = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);

        for (var sent = 0; sent < Cases; sent += FramesPerSocket)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
            await socket.ConnectAsync(IPAddress.Loopback, ledger.Host.PubSubEndpoint.Port);
            await socket.SendAsync(Handshake);
            for (var frame = 0; frame < FramesPerSocket; frame++)
            {
                try
                {
                    await socket.SendAsync(NextFrame(random));
                }
                catch (SocketException)
                {
                    // The ledger has had enough of this socket, which is its right.
                    break;
                }
            }

            if (sent % 2000 == 0)
            {
                Assert.Equal("ok", (await witness.CallAsync("getHealth")).GetString());
            }
        }

        var id = await witness.SubscribeAsync("slot");
        _ = await witness.NextAsync(id);
        Assert.Empty(failures.Messages);
        // All that is left is the witness with its one subscription, as soon as the server has seen the others go.
        while (ledger.Host.ConnectionCount > 1 || ledger.Host.SubscriptionCount > 1)
        {
            _ = await witness.NextAsync(id);
        }
    }

    private static byte[] Handshake { get; } = Encoding.ASCII.GetBytes(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

    private static byte[] NextFrame(DeterministicRandom random)
    {
        var payload = NextPayload(random);
        if (random.Chance(1, 20))
        {
            return payload;
        }

        // Mostly a whole masked text frame; now and then another kind, a fragment, no mask, a reserved bit, or a length that is a lie.
        var first = random.Chance(1, 8) ? (byte)random.NextBelow(256) : (byte)0x81;
        var mask = random.Chance(1, 20) ? 0 : 0x80;
        var length = random.Chance(1, 20) ? random.NextBelow(60_000) : payload.Length;
        byte[] header = length < 126 ? [first, (byte)(mask | length)] : [first, (byte)(mask | 126), (byte)(length >> 8), (byte)(length & 0xFF)];
        return [.. header, .. mask == 0 ? [] : new byte[4], .. payload];
    }

    private static byte[] NextPayload(DeterministicRandom random)
    {
        if (random.Chance(1, 20))
        {
            return [.. Enumerable.Range(0, random.NextBelow(64)).Select(_ => (byte)random.NextBelow(256))];
        }

        var kind = Kinds[random.NextBelow(Kinds.Length)];
        var parameters = string.Join(',', Enumerable.Range(0, random.NextBelow(3)).Select(_ => Parameters[random.NextBelow(Parameters.Length)]));
        var request = $$"""{"jsonrpc":"2.0","id":{{random.NextBelow(9)}},"method":"{{kind}}{{(random.Chance(1, 4) ? "Unsubscribe" : "Subscribe")}}","params":[{{parameters}}]}""";
        var text = new StringBuilder(random.Chance(1, 10) ? $"[{request},{request}]" : request);
        for (var edits = random.Chance(1, 2) ? 0 : random.NextBelow(4); edits > 0 && text.Length > 0; edits--)
        {
            var place = random.NextBelow(text.Length);
            _ = random.NextBelow(2) == 0
                ? text.Remove(place, Math.Min(1 + random.NextBelow(6), text.Length - place))
                : text.Insert(place, Fragments[random.NextBelow(Fragments.Length)]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
