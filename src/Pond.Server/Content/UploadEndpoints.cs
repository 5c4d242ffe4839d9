using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Store.UnixFs;

namespace Pond.Server.Content;

/// <summary>Takes files of staking wallets: <c>POST /upload/{name}</c>, signed as <see cref="SignedUpload"/> says.</summary>
public static class UploadEndpoints
{
    private const int MaxNameBytes = 255;
    private const int BufferBytes = 256 * 1024;

    /// <summary>Maps the endpoint.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="store">Keeps the files, each in its wallet's name and against its quota.</param>
    /// <param name="options">For whom.</param>
    /// <param name="timeProvider">Judges whether signatures are still good.</param>
    public static void MapUploads(this IEndpointRouteBuilder routes, ContentStore store, UploadOptions options, TimeProvider timeProvider) =>
        routes.MapPost("/upload/{name}", (HttpContext context, string name) => AnswerAsync(context, name, store, options, timeProvider));

    private static async Task AnswerAsync(
        HttpContext context, string name, ContentStore store, UploadOptions options, TimeProvider timeProvider)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = options.MaxFileBytes;
        }

        try
        {
            if (await ReadRequestAsync(context, name, options, timeProvider) is var (request, status, problem) && request is null)
            {
                await FailAsync(context, status, problem);
                return;
            }

            await TakeAsync(context, name, store, options, timeProvider, request);
        }
        catch (PondException failure)
        {
            var status = failure.Code switch
            {
                "quota-exceeded" => StatusCodes.Status413PayloadTooLarge,
                "disk-full" => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            };
            await FailAsync(context, status, $"{failure.Message} {failure.Fix}");
        }
        catch (BadHttpRequestException tooLarge)
        {
            await FailAsync(context, tooLarge.StatusCode, $"A file has at most {options.MaxFileBytes} bytes here.");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody waits for an answer.
        }
    }

    // Everything that costs nothing is asked before the file is read, and who it is before that.
    private static async Task<(Signed? Request, int Status, string Problem)> ReadRequestAsync(
        HttpContext context, string name, UploadOptions options, TimeProvider timeProvider)
    {
        var headers = context.Request.Headers;
        if (name is "." or ".." || name.Any(letter => char.IsControl(letter) || letter is '/' or '\\')
            || System.Text.Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            return (null, StatusCodes.Status400BadRequest, "This is no name for a file.");
        }

        if (!Pubkey.TryParse(headers[SignedUpload.KeyHeader], out var key)
            || !Signature.TryParse(headers[SignedUpload.SignatureHeader], out var signature)
            || !long.TryParse(headers[SignedUpload.ExpiresHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return (null, StatusCodes.Status401Unauthorized, "The upload is not signed by a staking wallet.");
        }

        var expiry = DateTimeOffset.FromUnixTimeSeconds(seconds);
        var now = timeProvider.GetUtcNow();
        if (expiry < now || expiry > now + options.MaxSignatureLifetime)
        {
            return (null, StatusCodes.Status401Unauthorized, "The signature is no longer good, or good for too long. Check the clock.");
        }

        return await options.IsStakingWallet(key, context.RequestAborted)
            ? (new(key, signature, expiry), StatusCodes.Status200OK, "")
            // In the words that users of Koii's storage know.
            : (null, StatusCodes.Status403Forbidden, $"Invalid Task ID: {key} is no staking wallet of a task on this network.");
    }

    private static async Task TakeAsync(
        HttpContext context, string name, ContentStore store, UploadOptions options, TimeProvider timeProvider, Signed signed)
    {
        using var writer = store.BeginAdd(signed.Key.ToString());
        var builder = new FileBuilder(writer, UnixFsProfile.V1Of2025, UnixFsMetadata.None);
        var buffer = new byte[BufferBytes];
        var size = 0L;
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            size += read;
            builder.Append(buffer.AsSpan(0, read));
        }

        var cid = StorageClient.Wrap(name, builder.Complete(), writer);
        var task = context.Request.Query["task"].ToString();
        var round = context.Request.Query["round"].ToString();
        var upload = new SignedUpload(cid, size, task, round, signed.ExpiresAt);
        if (!Ed25519.Verify(signed.Key, upload.GetSignedBytes(), signed.Signature))
        {
            await FailAsync(
                context, StatusCodes.Status401Unauthorized, $"The signature is not of these bytes: they are {cid}, {size} bytes.");
            return;
        }

        var now = timeProvider.GetUtcNow();
        writer.Pin(new Pin(cid, $"upload/{name}"[..Math.Min(name.Length + 7, PinSet.MaxNameBytes / 4)]) { ExpiresAt = now + options.Lifetime });
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($"{{\"cid\":\"{cid}\"}}", context.RequestAborted);
    }

    private static async Task FailAsync(HttpContext context, int status, string words)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new { error = words }, context.RequestAborted);
    }

    private sealed record Signed(Pubkey Key, Signature Signature, DateTimeOffset ExpiresAt);
}
