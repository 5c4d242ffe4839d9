using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Pond.Primitives;
using Pond.Primitives.Encoding;

namespace Pond.Sdk.Stamps;

/// <summary>Stamps the answer to whoever asks for it by a nonce. Requests without one pass through untouched.</summary>
internal sealed class StampMiddleware(RequestDelegate next, ITaskContext task)
{
    /// <summary>How old a question may be, in slots: what the asker says about his slot can be wrong by no more.</summary>
    internal const ulong MaxSlotsOld = 32;

    internal async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue(StampText.NonceHeader, out var nonce))
        {
            await next(context);
            return;
        }

        if (await ReadAsync(context, nonce.ToString()) is not { } request)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "A request for a stamp has a nonce of 32 bytes, an asker and a slot.");
            return;
        }

        // A node that is behind its asker waits before it works, or its stamp would be from before the question.
        if (await TaskStamps.WaitForAsync(task, request.Slot, context.RequestAborted) is not { } now)
        {
            await RefuseAsync(context, StatusCodes.Status409Conflict, $"Slot {request.Slot} has not come yet.");
            return;
        }

        if (now.Slot - request.Slot > MaxSlotsOld)
        {
            await RefuseAsync(context, StatusCodes.Status409Conflict, $"Slot {request.Slot} is {now.Slot - request.Slot} slots ago; a request is at most {MaxSlotsOld} slots old.");
            return;
        }

        await AnswerAsync(context, request);
    }

    private static async Task<StampedRequest?> ReadAsync(HttpContext context, string nonceText)
    {
        var nonce = new byte[StampedRequest.NonceSizeBytes];
        if (!Base58.TryDecodeExactly(nonceText, nonce)
            || !Pubkey.TryParse(context.Request.Headers[StampText.AskerHeader].ToString(), out var asker)
            || !ulong.TryParse(
                context.Request.Headers[StampText.SlotHeader].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var slot))
        {
            return null;
        }

        context.Request.EnableBuffering(bufferThreshold: TaskStamps.MaxBodyBytes, bufferLimit: TaskStamps.MaxBodyBytes);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Request.Body.Position = 0;
        return new()
        {
            Method = context.Request.Method,
            Target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            Body = body.ToArray(),
            Asker = asker,
            Slot = new(slot),
            Nonce = nonce,
        };
    }

    private async Task AnswerAsync(HttpContext context, StampedRequest request)
    {
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var buffer = new MemoryStream();
        var buffered = new StreamResponseBodyFeature(buffer);
        context.Features.Set<IHttpResponseBodyFeature>(buffered);
        try
        {
            await next(context);
            await buffered.CompleteAsync();
        }
        finally
        {
            context.Features.Set(original);
        }

        if (buffer.Length <= TaskStamps.MaxBodyBytes)
        {
            var block = await task.Clock.GetLatestBlockAsync(context.RequestAborted);
            var bytes = StampText.StampBytes(request, context.Response.StatusCode, buffer.GetBuffer().AsSpan(0, (int)buffer.Length), block);
            var signature = await task.Signing.SignAsync(bytes, context.RequestAborted);
            context.Response.Headers[StampText.StampHeader] = new SlotStamp(block, signature).ToString();
        }

        buffer.Position = 0;
        context.Response.ContentLength = buffer.Length;
        await buffer.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { message }, context.RequestAborted);
    }
}
