using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Pond.Simulation.Nodes;

/// <summary>A server without sockets: requests are handed over as objects. WebSockets are not accepted.</summary>
internal sealed class VirtualRoutes : IServer
{
    private Func<IFeatureCollection, Task>? _process;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _process = async features =>
        {
            var context = application.CreateContext(features);
            try
            {
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            }
            catch (Exception exception)
            {
                application.DisposeContext(context, exception);
                throw;
            }
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    /// <summary>Has the routes answer.</summary>
    internal async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        if (_process is not { } process)
        {
            return new HttpResponseMessage(HttpStatusCode.BadGateway) { RequestMessage = request };
        }

        var uri = request.RequestUri!;
        var asked = new HttpRequestFeature
        {
            Method = request.Method.Method,
            Scheme = "http",
            Protocol = "HTTP/1.1",
            Path = Uri.UnescapeDataString(uri.AbsolutePath),
            QueryString = uri.Query,
            RawTarget = uri.PathAndQuery,
            Body = request.Content is null ? Stream.Null : new MemoryStream(await request.Content.ReadAsByteArrayAsync()),
        };
        asked.Headers.Host = "task";
        foreach (var (name, values) in request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default))
        {
            asked.Headers[name] = values.ToArray();
        }

        var body = new MemoryStream();
        var answered = new AnswerFeature();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(asked);
        features.Set<IHttpResponseFeature>(answered);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        await process(features);
        await answered.StartAsync();
        var answer = new HttpResponseMessage((HttpStatusCode)answered.StatusCode) { RequestMessage = request, Content = new ByteArrayContent(body.ToArray()) };
        foreach (var (name, values) in answered.Headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                answer.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return answer;
    }

    private sealed class AnswerFeature : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

        internal async Task StartAsync()
        {
            while (_starting.TryPop(out var next))
            {
                await next.Callback(next.State);
            }
        }
    }
}
