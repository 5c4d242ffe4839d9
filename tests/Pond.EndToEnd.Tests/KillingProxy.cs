using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pond.EndToEnd.Tests;

/// <summary>Stands between a command and its ledger and store, counts what the command asks, and holds one question while the command is killed.</summary>
internal sealed class KillingProxy : IAsyncDisposable
{
    private const string StorePath = "/api/v0";

    private readonly WebApplication _app;
    private readonly Uri _ledger;
    private readonly Uri _store;
    private readonly HttpClient _http = new();
    private readonly List<string> _asked = [];
    private readonly Lock _gate = new();
    private Hold? _hold;

    private KillingProxy(WebApplication app, Uri ledger, Uri store)
    {
        (_app, _ledger, _store) = (app, ledger, store);
        app.Run(ForwardAsync);
    }

    /// <summary>What was asked since <see cref="Begin"/>, in order.</summary>
    internal string[] Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>Where it stands for both.</summary>
    internal Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    internal static async Task<KillingProxy> StartAsync(Uri ledger, Uri store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var proxy = new KillingProxy(app, ledger, store);
        await app.StartAsync(CancellationToken.None);
        return proxy;
    }

    /// <summary>Counts anew.</summary>
    /// <param name="holdAt">Which question is held, from 1 on; null for none.</param>
    /// <param name="afterwards">Whether the server has answered by then; else it has not heard of it.</param>
    /// <returns>Ends when the question is there. What is returned then is to be called when the command is dead.</returns>
    internal Task<Action> Begin(int? holdAt, bool afterwards)
    {
        lock (_gate)
        {
            _asked.Clear();
            _hold = holdAt is { } number ? new(number, afterwards) : null;
            return _hold?.Reached.Task ?? Task.FromResult<Action>(static () => { });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private static string NameOf(HttpContext context, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("method").GetString()!;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return context.Request.Path;
        }
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        var body = bytes.ToArray();
        Hold? hold;
        lock (_gate)
        {
            _asked.Add(NameOf(context, body));
            hold = _hold?.Number == _asked.Count ? _hold : null;
        }

        if (hold is { Afterwards: false })
        {
            await hold.WaitAsync();
            context.Abort();
            return;
        }

        var server = context.Request.Path.StartsWithSegments(StorePath, StringComparison.Ordinal) ? _store : _ledger;
        using var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), new Uri(server, $"{context.Request.Path}{context.Request.QueryString}"))
        {
            Content = new ByteArrayContent(body),
        };
        if (context.Request.ContentType is { } type)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        // Not with the command's own end: what it has sent is on its way.
        using var answer = await _http.SendAsync(request, CancellationToken.None);
        var said = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (hold is not null)
        {
            await hold.WaitAsync();
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        foreach (var (name, values) in answer.Headers.NonValidated.Where(header => header.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.Headers[name] = values.ToString();
        }

        await context.Response.Body.WriteAsync(said, CancellationToken.None);
    }

    private sealed record Hold(int Number, bool Afterwards)
    {
        private readonly TaskCompletionSource _dead = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource<Action> Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task WaitAsync()
        {
            Reached.TrySetResult(_dead.SetResult);
            return _dead.Task;
        }
    }
}
