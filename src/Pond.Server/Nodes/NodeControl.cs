using System.Net.Sockets;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>The operator's way to a node that runs: a Unix socket in its folder, which only its user can open.</summary>
internal sealed class NodeControl : IAsyncDisposable
{
    private const string SocketName = "control";

    /// <summary>The longest path that a Unix socket may have.</summary>
    private const int MaxPathLength = 107;

    private readonly WebApplication _app;
    private readonly string _socket;

    private NodeControl(WebApplication app, string socket) => (_app, _socket) = (app, socket);

    /// <summary>Where the socket of a node is; null if its folder's path is too long for one.</summary>
    internal static string? SocketOf(string dataFolder)
    {
        var path = Path.Combine(Path.GetFullPath(dataFolder), SocketName);
        return System.Text.Encoding.UTF8.GetByteCount(path) <= MaxPathLength ? path : null;
    }

    /// <summary>Listens.</summary>
    /// <param name="socket">Where; what a killed node left there is removed.</param>
    /// <param name="findTask">The task of that id; null if the node does not run it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<NodeControl> StartAsync(string socket, Func<Pubkey, NodeTask?> findTask, CancellationToken cancellationToken)
    {
        File.Delete(socket);
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(socket);
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddRouting();
        var app = builder.Build();
        app.MapPost("/tasks/{task}/call/{phase}/{round}", (RequestDelegate)(context => CallAsync(context, findTask)));
        try
        {
            await app.StartAsync(cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return new(app, socket);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has a node that runs on this machine call a phase of its task.</summary>
    /// <param name="dataFolder">The node's folder.</param>
    /// <param name="task">The task.</param>
    /// <param name="phase">A <see cref="HandPhase"/>'s name.</param>
    /// <param name="round">The round of the work.</param>
    /// <param name="cancellationToken">Gives up waiting; the phase goes on.</param>
    /// <exception cref="PondException"><c>node-unreachable</c>, or what the node answers: <c>timers-on</c>, <c>task-not-running</c>.</exception>
    internal static async Task<HandCall> CallAsync(string dataFolder, Pubkey task, string phase, Round round, CancellationToken cancellationToken)
    {
        var socket = SocketOf(dataFolder);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket ?? "/nowhere"), token);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            using var answer = await http.PostAsync(new Uri($"http://node/tasks/{task}/call/{phase}/{round}"), content: null, cancellationToken);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return JsonSerializer.Deserialize<HandCall>(body, PondJson.Options)!;
            }

            var error = JsonSerializer.Deserialize<NamespaceError>(body, PondJson.Options)!;
            throw new PondException(error.Code ?? "node-refused", error.Message, error.Fix ?? "See the node's log.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw new PondException(
                "node-unreachable",
                $"The node in {dataFolder} does not answer: {exception.Message}",
                "Start it, and try again.",
                isTransient: true,
                exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        File.Delete(_socket);
    }

    private static async Task CallAsync(HttpContext context, Func<Pubkey, NodeTask?> findTask)
    {
        try
        {
            var called = HandPhase.Parse((string)context.Request.RouteValues["phase"]!);
            if (!Pubkey.TryParse((string?)context.Request.RouteValues["task"], out var id)
                || !ulong.TryParse(
                    (string?)context.Request.RouteValues["round"],
                    System.Globalization.NumberStyles.None,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var round)
                || findTask(id) is not { } task)
            {
                throw new PondException("task-not-running", "The node does not run that task.", "Look at 'pond task status'.");
            }

            var (outcome, actions) = await task.CallByHandAsync(called, new Round(round), context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new HandCall(outcome.IsDone, outcome.Error, [.. actions]), PondJson.Options, context.RequestAborted);
        }
        catch (PondException refused)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            await context.Response.WriteAsJsonAsync(
                new NamespaceError(refused.Message, refused.Code, refused.Fix), PondJson.Options, context.RequestAborted);
        }
    }
}
