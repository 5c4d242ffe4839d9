using System.Net;
using System.Text;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;
using Pond.Server.Tests.Ledger.PubSub;

namespace Pond.Server.Tests.Ledger;

/// <summary>A real ledger gets more than it can take: it refuses clearly, stays within its memory, and goes on.</summary>
public sealed class FloodTests
{
    private const int DataBytes = 1 << 20;
    private const int BigAccounts = 40;
    private static readonly Pubkey Program = LocalLedger.KeyOf("program").PublicKey;
    private static readonly string AllOfProgram =
        $$"""{"jsonrpc":"2.0","id":1,"method":"getProgramAccounts","params":["{{Program}}",{"encoding":"base64"}]}""";

    private static readonly string Batch =
        $"[{string.Join(',', Enumerable.Range(0, 50).Select(id => $$"""{"jsonrpc":"2.0","id":{{id}},"method":"getSlot"}"""))}]";

    [Fact]
    public async Task A_flood_of_long_answers_is_refused_beyond_the_budget_and_the_ledger_goes_on()
    {
        // One answer takes 40 accounts of 1 MiB, four times: 160 MiB, and three fit.
        await using var ledger = await StartAsync(new RpcLimits { MaxAnswerBytes = 200L << 20, MaxBytesInFlight = 500L << 20 });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = 0L;

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            var (status, body) = await PostAsync(ledger, AllOfProgram);
            InterlockedMax(ref peak, GC.GetTotalMemory(forceFullCollection: false));
            return (Status: status, IsAnswer: body.Contains("\"result\"", StringComparison.Ordinal), IsRefusal: body.Contains("-32005", StringComparison.Ordinal));
        }));

        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
        Assert.Contains(answers, answer => answer.IsAnswer);
        Assert.All(answers, answer => Assert.True(answer.IsAnswer || answer.IsRefusal || answer.Status is HttpStatusCode.TooManyRequests));
        // Sixty answers at once would be 3 GiB in what the test itself has received alone, if none was refused.
        Assert.True(peak - before < 3L << 30, $"{(peak - before) >> 20} MiB were taken.");
        await SeeThatItServesAsync(ledger);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(ledger, AllOfProgram)).Status);
    }

    [Fact]
    public async Task A_question_that_would_stop_the_ledger_says_what_to_ask_in_place_of_it()
    {
        await using var ledger = await StartAsync(new RpcLimits { MaxScannedAccounts = BigAccounts - 1 });

        var (_, refusal) = await PostAsync(ledger, AllOfProgram);
        Assert.Contains("-32010", refusal, StringComparison.Ordinal);
        Assert.Contains("memcmp filter at offset 0", refusal, StringComparison.Ordinal);

        var (_, found) = await PostAsync(
            ledger, AllOfProgram.Replace("\"base64\"", "\"base64\",\"filters\":[{\"memcmp\":{\"offset\":0,\"bytes\":\"zzzzzz\"}}]", StringComparison.Ordinal));
        Assert.Equal(0, JsonDocument.Parse(found).RootElement.GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task An_answer_that_can_never_fit_says_how_to_ask_for_less()
    {
        await using var ledger = await StartAsync(new RpcLimits { MaxAnswerBytes = 20L << 20 });

        var (_, refusal) = await PostAsync(ledger, AllOfProgram);
        Assert.Contains("-32012", refusal, StringComparison.Ordinal);
        Assert.Contains("dataSlice", refusal, StringComparison.Ordinal);

        var (_, slices) = await PostAsync(ledger, AllOfProgram.Replace("\"base64\"", "\"base64\",\"dataSlice\":{\"offset\":0,\"length\":8}", StringComparison.Ordinal));
        Assert.Equal(BigAccounts, JsonDocument.Parse(slices).RootElement.GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task A_connection_that_calls_too_often_is_told_so_and_others_are_served()
    {
        await using var ledger = await StartAsync(new RpcLimits { CallsPerSecond = 1 });
        using var greedy = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });

        var (status, body) = await PostAsync(ledger, Batch, greedy);
        Assert.Equal(HttpStatusCode.OK, status);
        var answers = JsonDocument.Parse(body).RootElement.EnumerateArray().ToArray();
        Assert.Equal(50, answers.Length);
        Assert.True(answers[0].TryGetProperty("result", out _));
        Assert.Equal(RpcErrorCodes.NodeUnhealthy, answers[^1].GetProperty("error").GetProperty("code").GetInt32());
        Assert.Contains("too many calls", answers[^1].GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);

        var refusals = new List<(HttpStatusCode Status, string Body)>();
        for (var call = 0; call < 200 && !refusals.Exists(refusal => refusal.Status is HttpStatusCode.TooManyRequests); call++)
        {
            refusals.Add(await PostAsync(ledger, """{"jsonrpc":"2.0","id":1,"method":"getSlot"}""", greedy));
        }

        Assert.Contains("more than 1 calls a second", refusals[^1].Body, StringComparison.Ordinal);
        await SeeThatItServesAsync(ledger);
    }

    [Fact]
    public async Task A_socket_that_calls_too_often_is_told_so()
    {
        await using var ledger = await StartAsync(new RpcLimits { CallsPerSecond = 1 });
        await using var socket = await PubSubClient.ConnectAsync(ledger.Host.PubSubEndpoint);

        await socket.SendAsync(Batch);
        var answers = (await socket.ReadAsync())!.Value.EnumerateArray().ToArray();

        Assert.Equal(50, answers.Length);
        Assert.True(answers[0].TryGetProperty("result", out _));
        Assert.Equal(RpcErrorCodes.NodeUnhealthy, answers[^1].GetProperty("error").GetProperty("code").GetInt32());
        await SeeThatItServesAsync(ledger);
    }

    [Fact]
    public async Task Connections_beyond_the_cap_are_closed_and_the_others_served()
    {
        await using var ledger = await StartAsync(new RpcLimits { MaxConnections = 4 });
        var open = new List<System.Net.Sockets.TcpClient>();
        try
        {
            for (var count = 0; count < 20; count++)
            {
                var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, ledger.Host.Endpoint.Port);
                open.Add(client);
            }

            var closed = 0;
            foreach (var client in open.Skip(4))
            {
                closed += await client.GetStream().ReadAsync(new byte[1]) == 0 ? 1 : 0;
            }

            Assert.Equal(16, closed);
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }

        // The ledger notices soon after that they are gone.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await SeeThatItServesAsync(ledger);
                break;
            }
            catch (HttpRequestException) when (attempt < 500)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private static Task<LocalLedger> StartAsync(RpcLimits limits)
    {
        var options = LocalLedger.Options();
        var big = new Account(Rent.MinimumFor(DataBytes), Program, [.. new byte[DataBytes]], IsExecutable: false);
        var genesis = options.Genesis with
        {
            Accounts = Enumerable.Range(0, BigAccounts).Aggregate(
                options.Genesis.Accounts, (accounts, number) => accounts.Add(LocalLedger.KeyOf($"big {number}").PublicKey, big)),
        };
        return LocalLedger.StartAsync(options with { Genesis = genesis, Limits = limits });
    }

    private static async Task SeeThatItServesAsync(LocalLedger ledger)
    {
        using var http = new HttpClient();
        var (status, body) = await PostAsync(ledger, """{"jsonrpc":"2.0","id":1,"method":"getHealth"}""", http);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\"ok\"", body, StringComparison.Ordinal);
        _ = await ledger.Host.MineAsync(slots: 1, CancellationToken.None);
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(LocalLedger ledger, string body, HttpClient? http = null)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await (http ?? ledger.Http).PostAsync(ledger.Host.Endpoint, content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static void InterlockedMax(ref long place, long value)
    {
        var known = Volatile.Read(ref place);
        while (value > known && Interlocked.CompareExchange(ref place, value, known) != known)
        {
            known = Volatile.Read(ref place);
        }
    }
}
