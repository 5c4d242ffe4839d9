using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Pond.Client.Content;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Nodes.Routes;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks;
using Pond.Store;

namespace Pond.Server.Tests.Nodes.Routes;

/// <summary>A task's routes as strangers see them: through a node's public port, to a real process.</summary>
public sealed class TaskRoutesTests
{
    [Fact]
    public async Task A_request_arrives_as_it_was_sent_without_what_says_who_somebody_is()
    {
        await using var face = await PublicFace.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, face.AddressOf("/echo/a%2Fb%20c?q=%41&r=1"))
        {
            Content = new StringContent("the body"),
        };
        request.Headers.Add("Cookie", "operator=secret");
        request.Headers.Add("Authorization", "Bearer secret");
        request.Headers.Add("X-Asked", "1");

        using var answer = await face.Http.SendAsync(request);

        Assert.Equal(
            "PUT /echo/a%2Fb%20c?q=%41&r=1 [Content-Length,Content-Type,Host,X-Asked] the body", await answer.Content.ReadAsStringAsync());
        Assert.Equal("kept", answer.Headers.GetValues("X-Mine").Single());
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("Service-Worker-Allowed"));
    }

    [Fact]
    public async Task Handlers_know_the_task_and_a_failing_one_fails_alone()
    {
        await using var face = await PublicFace.StartAsync();

        Assert.Equal($"\"{face.Run.Services.StakingKey}\"", await face.Http.GetStringAsync(face.AddressOf("/who")));
        using var failed = await face.Http.GetAsync(face.AddressOf("/fail"));
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal("""{"status":200,"message":"Running"}""", await face.Http.GetStringAsync(face.AddressOf("/")));
        Assert.Equal($$"""{"taskId":"{{face.Run.Services.Task}}"}""", await face.Http.GetStringAsync(face.AddressOf("/id")));
        Assert.Contains(face.Run.Lines, line => line.Contains("as the test wants it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Web_sockets_pass()
    {
        await using var face = await PublicFace.StartAsync();
        using var socket = new ClientWebSocket();
        var address = new UriBuilder(face.AddressOf("/socket")) { Scheme = "ws" }.Uri;

        await socket.ConnectAsync(address, CancellationToken.None);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[100];
        var message = await socket.ReceiveAsync(buffer, CancellationToken.None);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, message.Count));
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType);
    }

    [Fact]
    public async Task Any_page_may_ask_and_its_browser_is_told_so_without_the_task()
    {
        await using var face = await PublicFace.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, face.AddressOf("/hang"));

        using var answer = await face.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task A_task_that_does_not_run_is_told_apart_from_a_path_that_is_not_there()
    {
        await using var face = await PublicFace.StartAsync();
        var other = FakeTaskServices.KeyOf("another task");

        using var stopped = await face.Http.GetAsync(new Uri(face.Endpoint, $"/task/{other}/who"));
        using var missing = await face.Http.GetAsync(face.AddressOf("/nothing"));
        using var noKey = await face.Http.GetAsync(new Uri(face.Endpoint, "/task/nobody/who"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, stopped.StatusCode);
        Assert.Equal($$"""{"message":"Task {{other}} not running"}""", await stopped.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, noKey.StatusCode);
    }

    [Fact]
    public async Task Bodies_are_bounded_in_both_directions()
    {
        await using var face = await PublicFace.StartAsync(new() { MaxRequestBytes = 1_000, MaxAnswerBytes = 1_000 });
        using var body = new ByteArrayContent(new byte[1_001]);

        using var tooLong = await face.Http.PostAsync(face.AddressOf("/echo"), body);
        using var answerTooLong = await face.Http.GetAsync(face.AddressOf("/zeros?count=1001"));
        using var fits = await face.Http.GetAsync(face.AddressOf("/zeros?count=1000"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLong.StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, answerTooLong.StatusCode);
        Assert.Equal(1_000, (await fits.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task A_task_that_does_not_answer_holds_nobody_up_for_ever()
    {
        await using var face = await PublicFace.StartAsync(new() { AnswerTimeout = TimeSpan.FromMilliseconds(300) });

        using var answer = await face.Http.GetAsync(face.AddressOf("/hang"));

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
    }

    [Fact]
    public async Task A_busy_task_sends_further_requests_away()
    {
        await using var face = await PublicFace.StartAsync(new() { MaxParallelRequests = 1 });
        using var giveUp = new CancellationTokenSource();
        var first = face.Http.GetAsync(face.AddressOf("/hang"), giveUp.Token);
        await face.Run.LineAsync("Pond.TestTask.RoutedTask: hanging");

        using var second = await face.Http.GetAsync(face.AddressOf("/who"), CancellationToken.None);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_tasks_socket_is_not_followed()
    {
        await using var face = await PublicFace.StartAsync();
        using var folder = new TemporaryFolder();
        using var secret = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        secret.Bind(new UnixDomainSocketEndPoint(folder.At("secret")));
        secret.Listen();
        var own = Path.Combine(face.Run.Folder, TaskChannel.RoutesSocket);
        File.Delete(own);
        File.CreateSymbolicLink(own, folder.At("secret"));

        var refused = await Assert.ThrowsAsync<PondException>(async () => await face.Run.Process.ConnectAsync(CancellationToken.None));

        Assert.Equal("task-routes-missing", refused.Code);
    }

    [Fact]
    public async Task A_task_without_routes_says_so()
    {
        await using var run = await TaskRun.StartAsync();

        var refused = await Assert.ThrowsAsync<PondException>(async () => await run.Process.ConnectAsync(CancellationToken.None));

        Assert.Equal("task-routes-missing", refused.Code);
    }

    /// <summary>A node's public port with the test task behind it.</summary>
    private sealed class PublicFace : IAsyncDisposable
    {
        private readonly ContentHost _host;
        private readonly IDisposable _shown;

        private PublicFace(TaskRun run, ContentHost host, IDisposable shown)
        {
            Run = run;
            _host = host;
            _shown = shown;
        }

        internal TaskRun Run { get; }

        internal HttpClient Http { get; } = new();

        internal Uri Endpoint => _host.Endpoint;

        internal static async Task<PublicFace> StartAsync(TaskRoutesOptions? options = null)
        {
            var run = await TaskRun.StartAsync("routes");
            await run.Process.Ready;
            var routes = new TaskRoutes(options ?? new TaskRoutesOptions(), TimeProvider.System);
            var host = await ContentHost.StartAsync(
                new LocalBlockSource(new MemoryBlockStore()), new GatewayOptions(), routes.MapTo, IPAddress.Loopback, port: 0, CancellationToken.None);
            return new(run, host, routes.Add(run.Services.Task, run.Process.ConnectAsync));
        }

        internal Uri AddressOf(string target) => new(
            $"{Endpoint.GetLeftPart(UriPartial.Authority)}/task/{Run.Services.Task}{target}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await _host.DisposeAsync();
            _shown.Dispose();
            await Run.DisposeAsync();
        }
    }
}
