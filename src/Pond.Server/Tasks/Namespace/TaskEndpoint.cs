using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pond.Contracts.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Server.Tasks.Namespace;

/// <summary>A task's door to its node: one socket, which only that task has, for namespace calls and content.</summary>
internal sealed class TaskEndpoint : IAsyncDisposable
{
    /// <summary>More calls at once than any sensible task makes, few enough for the node's memory.</summary>
    private const int MaxConnections = 512;

    private readonly WebApplication _app;
    private IAsyncDisposable? _beside;

    private TaskEndpoint(WebApplication app) => _app = app;

    /// <summary>Listens on a Unix socket; when this returns, calls are answered.</summary>
    public static Task<TaskEndpoint> StartAsync(
        string socket, string secret, TaskProcessOptions options, ITaskNamespace methods, CancellationToken cancellationToken) =>
        StartAsync(kestrel => kestrel.ListenUnixSocket(socket), secret, options, methods, cancellationToken);

    /// <summary>Listens; when this returns, calls are answered.</summary>
    public static async Task<TaskEndpoint> StartAsync(
        Action<KestrelServerOptions> listen, string secret, TaskProcessOptions options, ITaskNamespace methods, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            listen(kestrel);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = methods.MaxRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        });
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();

        var app = builder.Build();
        var task = options.Services.Task.ToString();
        app.MapPost(TaskChannel.NamespacePath, (RequestDelegate)(context => HandleAsync(context, task, secret, methods)));
        options.MapContent(app);
        try
        {
            await app.StartAsync(cancellationToken);
            return new(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends something else with this door.</summary>
    public TaskEndpoint With(IAsyncDisposable beside)
    {
        _beside = beside;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        if (_beside is not null)
        {
            await _beside.DisposeAsync();
        }

        // The task is gone by now: what it still asked for needs no answer.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static async Task HandleAsync(HttpContext context, string task, string secret, ITaskNamespace methods)
    {
        JsonDocument body;
        try
        {
            body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException exception) when (exception.StatusCode is StatusCodes.Status413PayloadTooLarge)
        {
            methods.OnRefused($"a call of more than {methods.MaxRequestBytes} bytes");
            await FailAsync(context, exception.StatusCode, new($"A call has at most {methods.MaxRequestBytes} bytes."));
            return;
        }
        catch (JsonException exception)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, new($"The body is no JSON: {exception.Message}"));
            return;
        }

        using (body)
        {
            if (Member(body.RootElement, "args") is not { ValueKind: JsonValueKind.Array } args)
            {
                await FailAsync(context, StatusCodes.Status422UnprocessableEntity, new("No args provided"));
            }
            else if (TextMember(body.RootElement, "taskId") is not { } taskId)
            {
                await FailAsync(context, StatusCodes.Status422UnprocessableEntity, new("No taskId provided"));
            }
            else if (TextMember(body.RootElement, "secret") is not { } given)
            {
                await FailAsync(context, StatusCodes.Status422UnprocessableEntity, new("No secret provided"));
            }
            else if (taskId != task || !IsSame(given, secret))
            {
                methods.OnRefused("a call with a wrong secret, or for another task");
                await FailAsync(context, StatusCodes.Status401Unauthorized, new("Invalid secret provided"));
            }
            else
            {
                await CallAsync(context, args, methods);
            }
        }
    }

    private static async Task CallAsync(HttpContext context, JsonElement args, ITaskNamespace methods)
    {
        object? answer;
        try
        {
            answer = await methods.CallAsync(args, context.RequestAborted);
        }
        catch (PondException exception)
        {
            if (exception.Code is "path-refused" or "spending-refused" or "secret-refused" or "method-refused" or "method-unknown" or "ELOOP")
            {
                methods.OnRefused(exception.Message);
            }

            await FailAsync(
                context,
                StatusCodes.Status422UnprocessableEntity,
                methods.Describe(exception));
            return;
        }
#pragma warning disable CA1031 // The outermost loop of this shell: one call's failure ends that call, and the task is told.
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await FailAsync(context, StatusCodes.Status422UnprocessableEntity, new(exception.Message));
            return;
        }

        if (answer is RawJson raw)
        {
            // As the ledger wrote it: clients hash the text of what they read.
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.Body.WriteAsync("{\"response\":"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.WriteAsync(raw.Utf8, context.RequestAborted);
            await context.Response.Body.WriteAsync("}"u8.ToArray(), context.RequestAborted);
            return;
        }

        var body = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (answer != ITaskNamespace.Nothing)
        {
            body["response"] = answer;
        }

        await context.Response.WriteAsJsonAsync(body, PondJson.Options, context.RequestAborted);
    }

    private static Task FailAsync(HttpContext context, int status, NamespaceError error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(error, PondJson.Options, context.RequestAborted);
    }

    private static JsonElement? Member(JsonElement body, string name) =>
        body.ValueKind is JsonValueKind.Object && body.TryGetProperty(name, out var value) ? value : null;

    private static string? TextMember(JsonElement body, string name) =>
        Member(body, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    private static bool IsSame(string given, string secret) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(secret));

    /// <summary>The node owns this host: Ctrl-C is the node's to handle.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
