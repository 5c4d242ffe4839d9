using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Pond.Primitives;

namespace Pond.Server.Nodes.Routes;

/// <summary>Passes a request on and its answer back, with bounds on both. Neither side is trusted.</summary>
/// <param name="http">Follows no redirects, keeps no cookies, and unpacks nothing.</param>
/// <param name="options">Bounds.</param>
/// <param name="time">Measures them.</param>
internal sealed class Forwarder(HttpMessageInvoker http, TaskRoutesOptions options, TimeProvider time)
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>Does it. What can't be had is answered with 502 or 504; an answer that has begun and can't go on is cut off.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="keepsIdentity">Whether cookies and passwords pass.</param>
    internal async Task ForwardAsync(HttpContext context, Uri target, bool keepsIdentity)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.MaxRequestBytes;
        }

        using var patience = new CancellationTokenSource(options.AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            using var request = ToRequest(context, target, keepsIdentity, out var isUpgrade);
            using var answer = await http.SendAsync(request, either.Token);
            if (isUpgrade && answer.StatusCode is HttpStatusCode.SwitchingProtocols)
            {
                await JoinAsync(context, answer, keepsIdentity);
            }
            else
            {
                await AnswerAsync(context, answer, keepsIdentity);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (OperationCanceledException)
        {
            await FailAsync(context, StatusCodes.Status504GatewayTimeout, $"No answer within {options.AnswerTimeout.TotalSeconds:0.###} s.");
        }
        catch (HttpRequestException exception) when (BodyTooLarge(exception) is { } tooLarge)
        {
            await FailAsync(context, tooLarge.StatusCode, $"A request has at most {options.MaxRequestBytes} bytes.");
        }
        catch (HttpRequestException exception)
        {
            await FailAsync(
                context,
                StatusCodes.Status502BadGateway,
                exception.InnerException is PondException refused ? refused.Message : $"No answer: {exception.Message}");
        }
        catch (IOException)
        {
            // The answer broke off in the middle: whoever reads it must not take it for whole.
            context.Abort();
        }
    }

    /// <summary>Says in JSON what went wrong, as the original's proxy does; too late, the connection is cut.</summary>
    internal static async Task FailAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new { message }, context.RequestAborted);
    }

    private static BadHttpRequestException? BodyTooLarge(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } found => found,
        { InnerException: { } inner } => BodyTooLarge(inner),
        _ => null,
    };

    private static HttpRequestMessage ToRequest(HttpContext context, Uri target, bool keepsIdentity, out bool isUpgrade)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), target)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        isUpgrade = context.WebSockets is not null
            && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase);
        if (!isUpgrade && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentLength = context.Request.ContentLength;
        }

        ForwardedHeaders.CopyRequest(context.Request.Headers, request.Headers, request.Content?.Headers, keepsIdentity);
        if (isUpgrade)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("websocket");
        }

        return request;
    }

    private async Task AnswerAsync(HttpContext context, HttpResponseMessage answer, bool keepsIdentity)
    {
        if (answer.Content.Headers.ContentLength > options.MaxAnswerBytes)
        {
            await FailAsync(context, StatusCodes.Status502BadGateway, $"The answer has more than {options.MaxAnswerBytes} bytes.");
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        ForwardedHeaders.CopyAnswer(answer, context.Response.Headers, keepsIdentity);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
            await CopyAsync(body, context.Response.Body, options.MaxAnswerBytes, context.RequestAborted);
        }
    }

    /// <summary>Both sides of a WebSocket, until one ends or both are silent for too long.</summary>
    private async Task JoinAsync(HttpContext context, HttpResponseMessage answer, bool keepsIdentity)
    {
        ForwardedHeaders.CopyAnswer(answer, context.Response.Headers, keepsIdentity);
        context.Response.Headers.Upgrade = "websocket";
        await using var far = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        await using var near = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        Task[] both =
        [
            CopyAsync(far, near, long.MaxValue, stop.Token),
            CopyAsync(near, far, long.MaxValue, stop.Token),
        ];
        await Task.WhenAny(both);
        await stop.CancelAsync();
        await Task.WhenAll(both).ContinueWith(
            static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task CopyAsync(Stream from, Stream to, long maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        long sum = 0;
        using var idle = new CancellationTokenSource(options.IdleTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, either.Token)) > 0)
            {
                if ((sum += count) > maxBytes)
                {
                    throw new IOException($"The answer has more than {maxBytes} bytes.");
                }

                await to.WriteAsync(buffer.AsMemory(0, count), either.Token);
                await to.FlushAsync(either.Token);
                idle.CancelAfter(options.IdleTimeout);
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"Nothing came for {options.IdleTimeout.TotalSeconds:0.###} s.", exception);
        }
        catch (HttpRequestException exception)
        {
            throw new IOException("The answer broke off.", exception);
        }
    }
}
