using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Pond.Contracts.Tasks;
using Pond.Server.Nodes.Routes;
using Pond.Server.Tasks.JavaScript;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks;

namespace Pond.Server.Tests.Nodes.Routes;

/// <summary>What a node asks the web for on behalf of a task.</summary>
public sealed class TaskBrokerTests : IAsyncLifetime
{
    private int _reached;
    private TestServer _site = null!;

    public async Task InitializeAsync() => _site = await TestServer.StartAsync(app =>
    {
        app.MapGet("/page", () =>
        {
            Interlocked.Increment(ref _reached);
            return "a page";
        });
        app.MapGet("/moved", () => Results.Redirect("/page"));
    });

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task It_asks_for_one_address_and_leaves_redirects_to_the_task_so_that_each_is_judged()
    {
        await using var node = await StartAsync(allowsPrivateAddresses: true);

        using var page = await node.Http.GetAsync(Web($"{_site.Address}page"));
        using var moved = await node.Http.GetAsync(Web($"{_site.Address}moved"));

        Assert.Equal("a page", await page.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.Found, "/page"), (moved.StatusCode, moved.Headers.Location!.OriginalString));
        Assert.Equal(1, _reached);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0.0.0.0")]
    public async Task On_a_public_network_a_task_reaches_nothing_of_the_nodes_own_however_it_is_written(string host)
    {
        await using var node = await StartAsync(allowsPrivateAddresses: false);

        using var answer = await node.Http.GetAsync(Web($"http://{host}:{_site.Address.Port}/page"));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(0, _reached);
    }

    [Theory]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://[fe80::1]/")]
    public async Task Nor_what_is_behind_its_firewall(string address)
    {
        await using var node = await StartAsync(allowsPrivateAddresses: false);

        using var answer = await node.Http.GetAsync(Web(address));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("has no public address", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/")]
    [InlineData("/page")]
    [InlineData("")]
    public async Task Only_http_is_the_web(string address)
    {
        await using var node = await StartAsync(allowsPrivateAddresses: true);

        using var answer = await node.Http.GetAsync(Web(address));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("url-invalid", answer.Headers.GetValues(TaskChannel.ErrorCodeHeader).Single());
    }

    [Fact]
    public async Task Without_the_operators_word_there_is_no_web()
    {
        await using var node = await StartAsync(allowsPrivateAddresses: true, allowsWeb: false);

        using var answer = await node.Http.GetAsync(Web($"{_site.Address}page"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("web-refused", answer.Headers.GetValues(TaskChannel.ErrorCodeHeader).Single());
        Assert.Equal(0, _reached);
    }

    [Theory]
    [InlineData("task/ME/page?x=%2F", HttpStatusCode.OK, "at /task/ME/page?x=%2F")]
    [InlineData("task/OTHER/page", HttpStatusCode.Forbidden, "the same task's routes")]
    [InlineData("nodes/ME", HttpStatusCode.NotFound, "")]
    public async Task A_local_address_stands_for_another_node_at_the_same_tasks_routes_alone(string path, HttpStatusCode status, string said)
    {
        var task = FakeTaskServices.KeyOf("task").ToString();
        string Fill(string text) => text.Replace("ME", task, StringComparison.Ordinal).Replace("OTHER", FakeTaskServices.KeyOf("other").ToString(), StringComparison.Ordinal);
        await using var other = await TestServer.StartAsync(app => app.MapFallback(context => context.Response.WriteAsync($"at {context.Request.Path}{context.Request.QueryString}", context.RequestAborted)));
        var peers = new PeerAddresses(new("http://me.example:30017"));
        var local = new Uri(peers.LocalOf(other.Address.ToString()));
        using var broker = NewBroker(allowsWeb: false, allowsPrivateAddresses: true);
        await using var door = await TestServer.StartAsync(app => app.Map("/task/{id}/{**rest}", (RequestDelegate)(context =>
            peers.Find(context.Request.Host.Host) is { } registered ? broker.ForwardAsync(context, registered) : Task.CompletedTask)));

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(door.Address, Fill(path)));
        request.Headers.Host = local.Authority;
        using var answer = await door.Http.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(Fill(said), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static Uri Web(string address) => new($"{TaskChannel.WebPath}?url={Uri.EscapeDataString(address)}", UriKind.Relative);

    private static async Task<BrokerServer> StartAsync(bool allowsPrivateAddresses, bool allowsWeb = true)
    {
        var broker = NewBroker(allowsWeb, allowsPrivateAddresses);
        return new(await TestServer.StartAsync(broker.MapTo), broker);
    }

    private static TaskBroker NewBroker(bool allowsWeb, bool allowsPrivateAddresses) => new(
        FakeTaskServices.KeyOf("task"),
        () => throw new InvalidOperationException("No peer is asked."),
        allowsWeb,
        allowsPrivateAddresses,
        new TaskRoutesOptions(),
        TimeProvider.System);

    private sealed record BrokerServer(TestServer Server, TaskBroker Broker) : IAsyncDisposable
    {
        internal HttpClient Http => Server.Http;

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Broker.Dispose();
        }
    }
}
