using System.Net;
using System.Text;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Testing;

namespace Pond.Client.Tests.Ledger;

public sealed class LedgerEndpointsTests
{
    private static readonly Uri First = new("http://first:8899/");
    private static readonly Uri Second = new("http://second:8899/");
    private static readonly string Genesis = new Hash([.. Enumerable.Repeat((byte)7, 32)]).ToString();
    private static readonly string OtherGenesis = new Hash([.. Enumerable.Repeat((byte)8, 32)]).ToString();

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task The_next_one_is_asked_while_the_first_fails_and_kept_until_it_fails_itself()
    {
        using var network = new Network { [First] = _ => null, [Second] = Slot(7) };
        var endpoints = new LedgerEndpoints([First, Second], _time);
        var client = network.Connect(endpoints, _time);

        Assert.Equal(new Slot(7), await client.GetSlotAsync(Commitment.Processed, CancellationToken.None));
        Assert.Equal(new Slot(7), await client.GetSlotAsync(Commitment.Processed, CancellationToken.None));

        Assert.Equal((1, 2), (network.CountOf(First), network.CountOf(Second)));
        Assert.Equal(Second, client.Endpoint);
        Assert.False(endpoints.Health[0].IsWell);
        network[First] = Slot(9);
        network[Second] = _ => null;
        Assert.Equal(new Slot(9), await client.GetSlotAsync(Commitment.Processed, CancellationToken.None));
    }

    [Fact]
    public async Task Who_asks_several_things_of_one_is_not_answered_by_another()
    {
        using var network = new Network { [First] = Slot(7), [Second] = Slot(8) };
        var client = network.Connect(new LedgerEndpoints([First, Second], _time), _time);
        var one = client.OnOneEndpoint();
        network[First] = _ => null;

        await Assert.ThrowsAsync<PondException>(() => one.GetSlotAsync(Commitment.Processed, CancellationToken.None));

        Assert.Equal(0, network.CountOf(Second));
        Assert.Equal(new Slot(8), await client.GetSlotAsync(Commitment.Processed, CancellationToken.None));
    }

    [Fact]
    public async Task An_airdrop_is_asked_for_once_even_if_nobody_answers()
    {
        using var network = new Network { [First] = _ => null, [Second] = Slot(7) };
        var client = network.Connect(new LedgerEndpoints([First, Second], _time), _time);

        await Assert.ThrowsAsync<PondException>(() => client.RequestAirdropAsync(default, new Lamports(1), CancellationToken.None));

        Assert.Equal((1, 0), (network.CountOf(First), network.CountOf(Second)));
    }

    [Fact]
    public async Task One_of_another_ledger_is_never_asked_again()
    {
        using var network = new Network { [First] = Ledger(Genesis, 500), [Second] = Ledger(OtherGenesis, 900) };
        var endpoints = new LedgerEndpoints([First, Second], _time);
        await endpoints.ProbeAsync(endpoint => network.Connect(new([endpoint], _time), _time), CancellationToken.None);
        network[First] = _ => null;
        var before = network.CountOf(Second);

        await Assert.ThrowsAsync<PondException>(() => network.Connect(endpoints, _time).GetSlotAsync(Commitment.Processed, CancellationToken.None));

        Assert.Equal(before, network.CountOf(Second));
        Assert.Contains("another ledger", endpoints.Health[1].Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(350, true)]
    [InlineData(349, false)]
    public async Task One_that_is_far_behind_is_left_for_one_that_is_not(int slot, bool isKept)
    {
        using var network = new Network { [First] = Ledger(Genesis, slot), [Second] = Ledger(Genesis, 500) };
        var endpoints = new LedgerEndpoints([First, Second], _time);

        await endpoints.ProbeAsync(endpoint => network.Connect(new([endpoint], _time), _time), CancellationToken.None);

        Assert.Equal(isKept ? First : Second, endpoints.Current);
    }

    [Fact]
    public void There_is_at_least_one() => Assert.Throws<ArgumentException>(() => new LedgerEndpoints([], _time));

    private static Func<string, string?> Slot(int slot) => _ => $"{slot}";

    private static Func<string, string?> Ledger(string genesis, int slot) =>
        body => body.Contains("getGenesisHash", StringComparison.Ordinal) ? $"\"{genesis}\"" : $"{slot}";

    /// <summary>Servers by their addresses: each answers a call's body with a result, or not at all.</summary>
    private sealed class Network : HttpMessageHandler
    {
        private readonly Dictionary<Uri, Func<string, string?>> _servers = [];
        private readonly Dictionary<Uri, int> _counts = [];

        internal Func<string, string?> this[Uri endpoint]
        {
            set => _servers[endpoint] = value;
        }

        internal int CountOf(Uri endpoint) => _counts.GetValueOrDefault(endpoint);

        internal LedgerClient Connect(LedgerEndpoints endpoints, TimeProvider time) =>
            new(new HttpClient(this, disposeHandler: false), endpoints, time, new LedgerClientOptions());

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var endpoint = request.RequestUri!;
            _counts[endpoint] = _counts.GetValueOrDefault(endpoint) + 1;
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            using var call = System.Text.Json.JsonDocument.Parse(body);
            return _servers[endpoint](body) is { } result
                ? new(HttpStatusCode.OK)
                {
                    Content = new StringContent($$"""{"jsonrpc":"2.0","result":{{result}},"id":{{call.RootElement.GetProperty("id")}}}""", Encoding.UTF8, "application/json"),
                }
                : throw new HttpRequestException("Nobody listens there.");
        }
    }
}
