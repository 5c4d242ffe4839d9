using System.Net;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Sdk.Hosting;

namespace Pond.Sdk.Tests.Hosting;

/// <summary>A task's web goes through its node, at each hop: what the node refuses can't be reached by a redirect either.</summary>
public sealed class WebHandlerTests
{
    private const string Start = "https://public.example/start?q=a b";

    [Fact]
    public async Task Each_address_of_a_redirect_is_asked_of_the_node()
    {
        var node = new Node(
            (HttpStatusCode.Found, "/next"), (HttpStatusCode.PermanentRedirect, "http://other.example:81/last"), (HttpStatusCode.OK, null));
        using var http = new HttpClient(new WebHandler(node));

        using var answer = await http.GetAsync(new Uri(Start));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(new Uri("http://other.example:81/last"), answer.RequestMessage!.RequestUri);
        Assert.Equal(["https://public.example/start?q=a%20b", "https://public.example/next", "http://other.example:81/last"], node.Targets, StringComparer.Ordinal);
        Assert.All(node.Asked, asked => Assert.Equal(("node", TaskChannel.WebPath), (asked.Host, asked.AbsolutePath)));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8899/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_what_the_node_refuses_ends_with_its_refusal(string location)
    {
        var node = new Node((HttpStatusCode.Found, location), (HttpStatusCode.BadGateway, null), (HttpStatusCode.OK, null));
        using var http = new HttpClient(new WebHandler(node));

        using var answer = await http.GetAsync(new Uri(Start));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(location, node.Targets[^1]);
        Assert.Equal(2, node.Targets.Count);
    }

    [Fact]
    public async Task Who_redirects_without_end_is_followed_five_times()
    {
        var node = new Node([.. Enumerable.Repeat((HttpStatusCode.Found, (string?)"/again"), 10)]);
        using var http = new HttpClient(new WebHandler(node));

        using var answer = await http.GetAsync(new Uri(Start));

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(6, node.Targets.Count);
    }

    [Fact]
    public async Task Passwords_and_cookies_are_for_the_first_address_alone()
    {
        var node = new Node((HttpStatusCode.Found, "http://other.example/"), (HttpStatusCode.OK, null));
        using var http = new HttpClient(new WebHandler(node));
        using var request = new HttpRequestMessage(HttpMethod.Get, Start);
        request.Headers.Add("Authorization", "Bearer secret");
        request.Headers.Add("Cookie", "a=b");
        request.Headers.Add("X-Asked", "1");

        using var answer = await http.SendAsync(request);

        Assert.Equal(["Authorization", "Cookie", "X-Asked"], node.Headers[0], StringComparer.Ordinal);
        Assert.Equal(["X-Asked"], node.Headers[1], StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_was_posted_is_not_sent_on()
    {
        var node = new Node((HttpStatusCode.TemporaryRedirect, "http://other.example/"), (HttpStatusCode.OK, null));
        using var http = new HttpClient(new WebHandler(node));
        using var body = new StringContent("secret");

        using var answer = await http.PostAsync(new Uri(Start), body);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.Single(node.Targets);
    }

    [Fact]
    public async Task A_node_that_allows_no_web_is_an_error_that_says_so()
    {
        var node = new Node((HttpStatusCode.Forbidden, null)) { ErrorCode = "web-refused" };
        using var http = new HttpClient(new WebHandler(node));

        var refused = await Assert.ThrowsAsync<PondException>(() => http.GetAsync(new Uri(Start)));

        Assert.Equal("web-refused", refused.Code);
    }

    /// <summary>A node that answers in this order.</summary>
    private sealed class Node(params (HttpStatusCode Status, string? Location)[] answers) : HttpMessageHandler
    {
        internal List<Uri> Asked { get; } = [];

        internal List<string> Targets => [.. Asked.Select(asked => Uri.UnescapeDataString(asked.Query["?url=".Length..]).Replace(" ", "%20", StringComparison.Ordinal))];

        internal List<string[]> Headers { get; } = [];

        internal string? ErrorCode { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (status, location) = answers[Asked.Count];
            Asked.Add(request.RequestUri!);
            Headers.Add([.. request.Headers.Select(header => header.Key).Order(StringComparer.Ordinal)]);
            var answer = new HttpResponseMessage(status);
            if (location is not null)
            {
                answer.Headers.Location = new Uri(location, UriKind.RelativeOrAbsolute);
            }

            if (ErrorCode is not null)
            {
                answer.Headers.Add(TaskChannel.ErrorCodeHeader, ErrorCode);
            }

            return Task.FromResult(answer);
        }
    }
}
