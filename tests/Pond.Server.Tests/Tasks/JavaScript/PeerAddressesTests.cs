using System.Net;
using System.Text;
using Pond.Server.Tasks.JavaScript;

namespace Pond.Server.Tests.Tasks.JavaScript;

/// <summary>The addresses by which a boxed bundle knows other nodes.</summary>
public sealed class PeerAddressesTests
{
    private readonly PeerAddresses _peers = new(new Uri("http://me.example:30017/"));

    [Fact]
    public void Each_address_has_one_of_the_boxs_own_which_leads_back_to_it()
    {
        var locals = Enumerable.Range(0, 2_000).ToDictionary(number => $"http://node-{number}.example:30017", number => new Uri(_peers.LocalOf($"http://node-{number}.example:30017")), StringComparer.Ordinal);

        Assert.Equal(locals.Count, locals.Values.Distinct().Count());
        Assert.All(locals, pair =>
        {
            Assert.Equal(pair.Key, _peers.Find(pair.Value.Host));
            Assert.Equal((30017, true), (pair.Value.Port, IPNetwork.Parse("127.128.0.0/9").Contains(IPAddress.Parse(pair.Value.Host))));
        });
    }

    [Fact]
    public void An_address_keeps_its_local_one_from_start_to_start() =>
        Assert.Equal(_peers.LocalOf("http://a.example:1"), new PeerAddresses(new("http://other.example")).LocalOf("http://a.example:1"));

    [Fact]
    public void The_nodes_own_address_leads_to_its_own_door() => Assert.Equal("http://127.0.0.1:30017", _peers.LocalOf("http://me.example:30017"));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.200.1.1")]
    [InlineData("")]
    public void Who_was_never_named_stands_for_nobody(string host) => Assert.Null(_peers.Find(host));

    [Fact]
    public void In_a_state_nothing_but_the_list_of_addresses_changes()
    {
        const string Before = """{"a":1.50,"nested":{"ip_address_list":{"k":"http://x"}},"ip_address_list":{"one":"http://a.example:1","two":"http://me.example:30017"},"submissions":{"7":{"k":"\u0041 "}}}""";

        var after = Encoding.UTF8.GetString(_peers.InState(Encoding.UTF8.GetBytes(Before)).Span);

        Assert.Equal(Before.Replace("http://a.example:1", _peers.LocalOf("http://a.example:1"), StringComparison.Ordinal).Replace("http://me.example:30017", "http://127.0.0.1:30017", StringComparison.Ordinal), after);
    }

    [Theory]
    [InlineData("""{"ip_address_list":null}""")]
    [InlineData("""{"ip_address_list":[]}""")]
    [InlineData("""{"task_name":"x"}""")]
    [InlineData("[]")]
    public void A_state_without_a_list_stays_as_it_is(string state) =>
        Assert.Equal(state, Encoding.UTF8.GetString(_peers.InState(Encoding.UTF8.GetBytes(state)).Span));

    [Fact]
    public void In_a_registry_every_address_changes()
    {
        var after = Encoding.UTF8.GetString(_peers.InRegistry("""[{"data":{"url":"http://a.example:1","timestamp":1},"owner":"o"},{"owner":"p"},7]"""u8.ToArray()).Span);

        Assert.Equal($$"""[{"data":{"url":"{{_peers.LocalOf("http://a.example:1")}}","timestamp":1},"owner":"o"},{"owner":"p"},7]""", after);
    }
}
