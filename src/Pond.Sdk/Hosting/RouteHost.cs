using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pond.Contracts.Json;
using Pond.Contracts.Tasks;
using Pond.Sdk.Stamps;

namespace Pond.Sdk.Hosting;

/// <summary>The task's HTTP server: its routes on a socket in its own folder, to which the node passes on what strangers ask.</summary>
internal sealed class RouteHost : IAsyncDisposable
{
    /// <summary>The longest path that a socket's address has room for, in bytes.</summary>
    private const int MaxSocketPathBytes = 107;

    /// <summary>The node's bound is lower; this one is for tasks that nodes with others run.</summary>
    private const long MaxRequestBytes = 50 << 20;

    private readonly WebApplication _app;

    private RouteHost(WebApplication app) => _app = app;

    /// <summary>The services: the context, logging, and what the task has added.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Whether a type of task maps routes: a server for none would only cost time and memory.</summary>
    internal static bool IsNeededBy(Type task) =>
        task.GetMethod(nameof(PondTask.MapRoutes))!.DeclaringType != typeof(PondTask);

    /// <summary>Makes the server. It listens once <see cref="OpenAsync"/> is called.</summary>
    internal static RouteHost Create(ITaskContext context, Action<IServiceCollection> configure) => Create(
        builder => builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // What a process left that was killed; nobody else listens here.
            File.Delete(Path.Combine(context.Folder, TaskChannel.RoutesSocket));
            kestrel.ListenUnixSocket(SocketPathIn(context.Folder));
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        }),
        configure);

    /// <summary>Makes the routes on a server of the caller's.</summary>
    internal static RouteHost Create(IServer server, Action<IServiceCollection> configure) =>
        Create(builder => builder.Services.AddSingleton(server), configure);

    private static RouteHost Create(Action<WebApplicationBuilder> listen, Action<IServiceCollection> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        listen(builder);
        builder.Services.AddRouting();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Encoder = PondJson.Options.Encoder;
            foreach (var converter in PondJson.Options.Converters)
            {
                json.SerializerOptions.Converters.Add(converter);
            }
        });
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        configure(builder.Services);
        return new(builder.Build());
    }

    /// <summary>Maps the task's routes and listens; when this returns, requests are answered.</summary>
    internal async Task OpenAsync(PondTask task, ITaskContext context, CancellationToken cancellationToken)
    {
        _app.Use(next => new FailingRoutes(next, context.Log).InvokeAsync);
        _app.UseWebSockets();
        _app.Use(next => new StampMiddleware(next, context).InvokeAsync);
        _app.UseRouting();
        // As in the original, unless the task has something better to show there.
        _app.MapGet("/", () => new { status = 200, message = "Running" }).WithOrder(int.MaxValue);
        task.MapRoutes(_app);
        await _app.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    // A task works in its folder from its start, so there is a short way to it, however long its path.
    private static string SocketPathIn(string folder)
    {
        var path = Path.Combine(folder, TaskChannel.RoutesSocket);
        return System.Text.Encoding.UTF8.GetByteCount(path) <= MaxSocketPathBytes ? path : $"/proc/self/cwd/{TaskChannel.RoutesSocket}";
    }

    /// <summary>A route's exception ends that request, and the log has it all.</summary>
    private sealed class FailingRoutes(RequestDelegate next, ITaskLog log)
    {
        internal async Task InvokeAsync(HttpContext context)
        {
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
            {
                context.Response.StatusCode = exception.StatusCode;
                await context.Response.WriteAsJsonAsync(new { message = exception.Message }, CancellationToken.None);
            }
#pragma warning disable CA1031 // The outermost loop of a request.
            catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.Error($"{context.Request.Method} {context.Request.Path} failed: {exception}");
                if (context.Response.HasStarted)
                {
                    context.Abort();
                    return;
                }

                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                await context.Response.WriteAsJsonAsync(new { message = "The task failed; its log says why." }, CancellationToken.None);
            }
        }
    }

    /// <summary>When the process ends is the node's to say.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
