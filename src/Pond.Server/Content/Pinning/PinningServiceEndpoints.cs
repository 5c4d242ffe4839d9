using System.Net.Mime;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Pinning;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content.Pinning;

/// <summary>The IPFS Pinning Service API 1.0, by which others ask this node to keep content.</summary>
public static class PinningServiceEndpoints
{
    private const int MaxBodyBytes = 256 * 1024;
    private const int MaxNameLength = 255;
    private const int MaxOrigins = 20;
    private const int MaxMeta = 1000;

    /// <summary>Maps <c>/pins</c> and <c>/pins/{requestid}</c>.</summary>
    public static void MapPinningService(this IEndpointRouteBuilder routes, PinningService service)
    {
        routes.Map("/pins", (HttpContext context) => AnswerAsync(context, service, id: null));
        routes.Map("/pins/{id}", (HttpContext context, string id) => AnswerAsync(context, service, id));
    }

    private static async Task AnswerAsync(HttpContext context, PinningService service, string? id)
    {
        try
        {
            if (UserOf(context, service) is not { } user)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await FailAsync(context, StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "The access token is missing, or unknown here.");
                return;
            }

            await AnswerAsync(context, service, user, id);
        }
        catch (PondException failure) when (failure.Code is "quota-exceeded")
        {
            await FailAsync(context, StatusCodes.Status409Conflict, "INSUFFICIENT_FUNDS", $"{failure.Message} {failure.Fix}");
        }
        catch (PondException failure)
        {
            await FailAsync(context, StatusCodes.Status500InternalServerError, "INTERNAL_SERVER_ERROR", $"{failure.Message} {failure.Fix}");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody waits for an answer.
        }
    }

    private static async Task AnswerAsync(HttpContext context, PinningService service, PinningUser user, string? id)
    {
        var found = id is null ? null : service.Find(user, id);
        if (id is not null && found is null)
        {
            // Another user's wish is as unknown as one that nobody made.
            await FailAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND", $"There is no pin request {id}.");
            return;
        }

        switch (context.Request.Method, found)
        {
            case ("GET", null):
                await ListAsync(context, service, user);
                break;
            case ("GET", _):
                await WriteAsync(context, StatusCodes.Status200OK, StatusOf(service, found));
                break;
            case ("POST", _):
                await AddAsync(context, service, user, found);
                break;
            case ("DELETE", not null):
                service.Remove(found);
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            default:
                context.Response.Headers.Allow = found is null ? "GET, POST" : "GET, POST, DELETE";
                await FailAsync(context, StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", $"{context.Request.Method} means nothing here.");
                break;
        }
    }

    private static async Task ListAsync(HttpContext context, PinningService service, PinningUser user)
    {
        if (!PinningQuery.TryParse(context.Request.Query, out var query, out var problem))
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, "BAD_REQUEST", problem);
            return;
        }

        var matching = service.RequestsOf(user).Where(query.Matches).ToList();
        await WriteAsync(
            context,
            StatusCodes.Status200OK,
            new RemotePinList(matching.Count, [.. matching.Take(query.Limit).Select(request => StatusOf(service, request))]));
    }

    private static async Task AddAsync(HttpContext context, PinningService service, PinningUser user, PinRequest? replaced)
    {
        var (pin, problem) = await ReadPinAsync(context);
        if (pin is null || !Cid.TryParse(pin.Cid, out var root))
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, "BAD_REQUEST", problem ?? $"'{pin!.Cid}' is no CID.");
            return;
        }

        var request = service.Add(user, root, pin, replaced);
        await WriteAsync(context, StatusCodes.Status202Accepted, StatusOf(service, request));
    }

    private static async Task<(RemotePin? Pin, string? Problem)> ReadPinAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBodyBytes)
        {
            return (null, $"A pin request has at most {MaxBodyBytes} bytes.");
        }

        RemotePin? pin;
        try
        {
            using var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                body.Write(buffer, 0, read);
                if (body.Length > MaxBodyBytes)
                {
                    return (null, $"A pin request has at most {MaxBodyBytes} bytes.");
                }
            }

            pin = JsonSerializer.Deserialize<RemotePin>(body.ToArray(), PondJson.Options);
        }
        catch (JsonException cause)
        {
            return (null, $"The body is no pin object: {cause.Message}");
        }

        return pin switch
        {
            null => (null, "The body is no pin object."),
            { Name.Length: > MaxNameLength } => (null, $"A name has at most {MaxNameLength} characters."),
            { Origins.Count: > MaxOrigins } => (null, $"There are at most {MaxOrigins} origins."),
            { Meta.Count: > MaxMeta } => (null, $"There are at most {MaxMeta} entries of meta."),
            { Meta: { } meta } when meta.Values.Any(value => value is null) => (null, "Entries of meta are texts."),
            _ => (pin, null),
        };
    }

    private static PinningUser? UserOf(HttpContext context, PinningService service) =>
        context.Request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? service.Authenticate(header["Bearer ".Length..].Trim())
            : null;

    private static RemotePinStatus StatusOf(PinningService service, PinRequest request) => new()
    {
        RequestId = request.Id,
        Status = request.Status,
        Created = request.Created,
        Pin = request.Pin,
        Delegates = service.Options.Delegates,
        Info = request.Details is { } details
            ? new Dictionary<string, string>(StringComparer.Ordinal) { ["status_details"] = details }
            : null,
    };

    private static Task FailAsync(HttpContext context, int status, string reason, string details) =>
        WriteAsync(context, status, new PinningFailure(new(reason, details)));

    private static async Task WriteAsync(HttpContext context, int status, object answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, PondJson.Options), context.RequestAborted);
    }
}
