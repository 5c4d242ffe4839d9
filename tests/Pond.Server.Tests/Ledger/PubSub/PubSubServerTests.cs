using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Ledger;
using Pond.Server.Ledger.PubSub;

namespace Pond.Server.Tests.Ledger.PubSub;

public class PubSubServerTests
{
    private static readonly LedgerHostOptions OnDemand = LocalLedger.Options() with { Mining = MiningMode.OnDemand };

    [Fact]
    public async Task A_socket_opens_on_either_port_and_any_path_and_has_all_methods()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand);
        Assert.NotEqual(ledger.Host.Endpoint.Port, ledger.Host.PubSubEndpoint.Port);
        foreach (var endpoint in new[] { ledger.Host.PubSubEndpoint, ledger.Host.Endpoint, new Uri(ledger.Host.Endpoint, "/any/path?key=1") })
        {
            await using var client = await PubSubClient.ConnectAsync(endpoint);
            var id = await client.SubscribeAsync("slot");
            Assert.Equal("ok", (await client.CallAsync("getHealth")).GetString());
            var block = await ledger.Host.MineAsync(1, CancellationToken.None);
            Assert.Equal(block.Slot.Value + 1, (await client.NextAsync(id)).GetProperty("slot").GetUInt64());
        }
    }

    [Fact]
    public async Task A_plain_request_has_no_subscriptions()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand);
        using var body = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"slotSubscribe"}""", new MediaTypeHeaderValue("application/json"));

        var answer = await (await ledger.Http.PostAsync(ledger.Host.Endpoint, body)).Content.ReadAsStringAsync();

        Assert.Equal("""{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}""", answer.TrimEnd());
    }

    [Theory]
    [InlineData("account", """["abc"]""", "Invalid Request: Invalid pubkey provided")]
    [InlineData("account", "[]", "`params` should have at least 1 argument(s)")]
    [InlineData("account", """["11111111111111111111111111111111",{"commitment":"soon"}]""",
        "Invalid params: unknown variant `soon`, expected one of `processed`, `confirmed`, `finalized`.")]
    [InlineData("program", """["abc"]""", "Invalid Request: Invalid pubkey provided")]
    [InlineData("program", """["11111111111111111111111111111111",{"filters":[{"dataSize":1},{"dataSize":1},{"dataSize":1},{"dataSize":1},{"dataSize":1}]}]""",
        "Too many filters provided; max 4")]
    [InlineData("signature", """["abc"]""", "Invalid Request: Invalid signature provided")]
    [InlineData("signature", "[7]", "Invalid params: invalid type: integer `7`, expected a string.")]
    [InlineData("logs", """["some"]""", "Invalid Request: Invalid filter provided")]
    [InlineData("logs", """[{"mentions":[]}]""", "Invalid Request: Only 1 address supported")]
    [InlineData("logs", """[{"mentions":["a","b"]}]""", "Invalid Request: Only 1 address supported")]
    [InlineData("logs", """[{"mentions":["a"]}]""", "Invalid Request: Invalid mentions provided")]
    [InlineData("block", """[{"mentionsAccountOrProgram":"a"}]""", "Invalid Request: Invalid mentionsAccountOrProgram provided")]
    [InlineData("block", """["all",{"commitment":"processed"}]""", "Method does not support commitment below `confirmed`")]
    [InlineData("block", """["all",{"transactionDetails":"some"}]""",
        "Invalid params: unknown variant `some`, expected one of `full`, `signatures`, `none`, `accounts`.")]
    [InlineData("slot", "[1]", "Invalid parameters: No parameters were expected")]
    [InlineData("root", "{}", "`params` should be an array")]
    public async Task A_subscription_that_makes_no_sense_is_refused(string kind, string parameters, string message)
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand);
        await using var client = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);

        Assert.Equal((RpcErrorCodes.InvalidParams, message), await client.FailAsync($"{kind}Subscribe", parameters));
    }

    [Fact]
    public async Task Ids_differ_between_equal_subscriptions_and_between_sockets_and_nobody_ends_anothers()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand);
        await using var first = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        await using var second = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);

        var ids = new[] { await first.SubscribeAsync("slot"), await first.SubscribeAsync("slot"), await second.SubscribeAsync("slot") };

        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal("Invalid subscription id.", (await second.FailAsync("slotUnsubscribe", $"[{ids[0]}]")).Message);
        Assert.True((await first.CallAsync("slotUnsubscribe", $"[{ids[0]}]")).GetBoolean());
    }

    [Fact]
    public async Task Ids_are_echoed_batches_keep_their_order_and_pings_are_not_answered()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand);
        await using var client = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);

        await client.SendAsync("""{"jsonrpc":"2.0","method":"ping","params":null}""");
        await client.SendAsync("""{"jsonrpc":"2.0","method":"ping"}""");
        await client.SendAsync("""[{"jsonrpc":"2.0","id":"7","method":"slotSubscribe"},{"jsonrpc":"2.0","id":8,"method":"nothing"},{"jsonrpc":"2.0","method":"ping"}]""");
        await client.SendAsync("{");

        var batch = (await client.ReadAsync())!.Value;
        Assert.Equal(["\"7\"", "8"], batch.EnumerateArray().Select(answer => answer.GetProperty("id").GetRawText()), StringComparer.Ordinal);
        Assert.Equal(RpcErrorCodes.MethodNotFound, batch[1].GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal("""{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}""", (await client.ReadAsync())!.Value.GetRawText());
        _ = await ledger.Host.MineAsync(1, CancellationToken.None);
        Assert.Equal(batch[0].GetProperty("result").GetUInt64(), (await client.ReadAsync())!.Value.GetProperty("params").GetProperty("subscription").GetUInt64());
    }

    [Fact]
    public async Task The_answer_comes_before_the_first_notification_however_fast_things_happen()
    {
        const int rounds = 300;
        await using var ledger = await LocalLedger.StartAsync(OnDemand);
        await using var client = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        var drop = await ledger.Client.RequestAirdropAsync(LocalLedger.KeyOf("alice").PublicKey, Lamports.FromKoii(1), CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var mining = MineAsync();
        var known = new HashSet<ulong>();

        for (var round = 1; round <= rounds; round++)
        {
            await client.SendAsync($$"""{"jsonrpc":"2.0","id":{{round}},"method":"signatureSubscribe","params":["{{drop}}",{"commitment":"processed"}]}""");
            await client.SendAsync("""{"jsonrpc":"2.0","id":0,"method":"slotSubscribe"}""");
        }

        for (var answers = 0; answers < 2 * rounds;)
        {
            var message = (await client.ReadAsync())!.Value;
            if (message.TryGetProperty("result", out var id))
            {
                answers++;
                Assert.True(known.Add(id.GetUInt64()));
            }
            else
            {
                Assert.Contains(message.GetProperty("params").GetProperty("subscription").GetUInt64(), known);
            }
        }

        await stop.CancelAsync();
        await mining;

        async Task MineAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                _ = await ledger.Host.MineAsync(1, CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_and_the_others_miss_nothing()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand with
        {
            PubSub = new PubSubOptions { MaxQueuedMessages = 64, CloseTimeout = TimeSpan.FromMilliseconds(100) },
        });
        await using var slow = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        await using var quick = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        var id = await quick.SubscribeAsync("slot");

        // It asks and asks and never looks at an answer, until the server has had enough.
        var asking = Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            var batch = $"[{string.Join(',', Enumerable.Repeat("""{"jsonrpc":"2.0","id":1,"method":"getVersion"}""", 500))}]";
            while (true)
            {
                await slow.SendAsync(batch);
            }
        });
        var mined = new List<ulong>();
        while (!asking.IsCompleted)
        {
            mined.Add((await ledger.Host.MineAsync(1, CancellationToken.None)).Slot.Value + 1);
            Assert.Equal(mined[^1], (await quick.NextAsync(id)).GetProperty("slot").GetUInt64());
        }

        _ = await asking;
    }

    [Fact]
    public async Task A_client_that_reads_late_is_told_why_it_was_dropped()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand with { PubSub = new PubSubOptions { MaxQueuedBytes = 1000 } });
        await using var client = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        for (var count = 0; count < 100; count++)
        {
            _ = await client.SubscribeAsync("slot");
        }

        // A hundred notifications at once are more than the thousand bytes that may wait, however fast they are taken.
        _ = await ledger.Host.MineAsync(1, CancellationToken.None);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await client.ReadCloseAsync());
        Assert.Equal("messages were not taken fast enough", client.Socket.CloseStatusDescription);
    }

    [Fact]
    public async Task Too_many_sockets_and_subscriptions_are_refused_and_room_comes_back()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand with
        {
            PubSub = new PubSubOptions { MaxConnections = 2, MaxSubscriptionsPerConnection = 2, MaxSubscriptions = 3 },
        });
        await using var first = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        await using var second = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        var refusal = await Assert.ThrowsAsync<WebSocketException>(() => PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint));
        Assert.Contains("503", refusal.Message, StringComparison.Ordinal);

        var id = await first.SubscribeAsync("slot");
        _ = await first.SubscribeAsync("slot");
        Assert.Equal(
            (RpcErrorCodes.InternalError, "Internal Error: Subscription refused. Connection subscription limit reached"),
            await first.FailAsync("slotSubscribe"));
        _ = await second.SubscribeAsync("slot");
        Assert.Equal(
            (RpcErrorCodes.InternalError, "Internal Error: Subscription refused. Node subscription limit reached"),
            await second.FailAsync("slotSubscribe"));

        _ = await first.CallAsync("slotUnsubscribe", $"[{id}]");
        _ = await second.SubscribeAsync("slot");
    }

    [Fact]
    public async Task Binary_and_overlong_messages_end_the_socket_with_their_code()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand with { PubSub = new PubSubOptions { MaxMessageBytes = 1000 } });
        await using var binary = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        await using var tooLong = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);

        await binary.Socket.SendAsync(new byte[1], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        await tooLong.SendAsync(new string(' ', 1001));

        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, await binary.ReadCloseAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await tooLong.ReadCloseAsync());
    }

    [Fact]
    public async Task A_ledger_that_stops_says_that_it_goes_away()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand);
        await using var client = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        _ = await client.SubscribeAsync("slot");

        var closed = client.ReadCloseAsync();
        await ledger.Host.DisposeAsync();

        // On a normal closure, clients of this wire do not come back.
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await closed);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, port: 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var exception = await Assert.ThrowsAsync<PondException>(() => LocalLedger.StartAsync(OnDemand with { PubSubPort = port }));

        Assert.Equal("port-in-use", exception.Code);
        Assert.Contains(port.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_breaks_the_protocol_harms_nobody()
    {
        await using var ledger = await LocalLedger.StartAsync(OnDemand);
        await using var client = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);
        using var raw = new TcpClient();
        await raw.ConnectAsync(IPAddress.Loopback, ledger.Host.PubSubEndpoint.Port);
        var stream = raw.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));

        // A frame that is not masked, which only servers may send: whether the socket ends with a word or without, it ends.
        await stream.WriteAsync(new byte[] { 0x81, 0x06, 1, 2, 3, 4, 5, 6 });
        try
        {
            await stream.CopyToAsync(Stream.Null);
        }
        catch (IOException)
        {
            Assert.False(raw.Connected);
        }

        Assert.Equal("ok", (await client.CallAsync("getHealth")).GetString());
    }
}
